package io.millrace.wal.mapped;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.wal.chain.PassedPosition;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.FileStart;
import io.millrace.wal.file.LogFile;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Which source position the log has before an index: of the file's start, moved by the frames from there on. Reads one file at the
 * most, of its rows the lengths alone. Stateless.
 */
final class PositionSearch {
    private PositionSearch() {}

    /** @param index one that the chain contains */
    static SourcePosition before(long index, FileChain chain, int windowBytes) {
        LogFile file = fileThatHas(index, chain.files());
        FileStart start = FileStart.read(file.path(), file.epoch(), file.cycle(), windowBytes);
        if (start == null) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a file of the change log does not begin as it should: file=" + file.path());
        }
        PassedPosition passed = new PassedPosition();
        passed.begin(start);
        try (FileCursor cursor = new FileCursor(file, windowBytes)) {
            while (cursor.nextIndex() < index && cursor.skip() == FileCursor.Step.DOCUMENT) {
                cursor.release();
                pass(cursor.document(), passed);
            }
        }
        return passed.position();
    }

    /** The end of a file's valid part counts as its own, though the next file goes on from there. */
    private static LogFile fileThatHas(long index, List<LogFile> files) {
        LogFile found = files.get(0);
        for (LogFile file : files) {
            found = index >= file.firstIndex() ? file : found;
        }
        return found;
    }

    private static void pass(DirectBuffer document, PassedPosition passed) {
        int at = DocumentDescriptor.HEADER_LENGTH;
        while (at < document.capacity()) {
            passed.pass(document, at);
            at += document.getInt(at + FrameDescriptor.LENGTH_OFFSET);
        }
    }
}
