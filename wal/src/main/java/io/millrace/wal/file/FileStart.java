package io.millrace.wal.file;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * The first frame of a file, which ties it to the log before it.
 *
 * @param file the file, with the index from which it goes on
 * @param durableIndex all before it was durable when this was written
 * @param id of the log
 * @param nextTableNumber no table number from this one on was used before
 * @param position the source position at the file's start
 * @param last the last transaction before it
 * @param isInside whether a transaction goes on from the file before
 */
public record FileStart(
        LogFile file,
        long durableIndex,
        UUID id,
        int nextTableNumber,
        SourcePosition position,
        TransactionId last,
        boolean isInside) {

    /** Reads the first document of a file, or null where it is torn. */
    public static FileStart read(Path path, int epoch, int cycle, int windowBytes) {
        LogFile unknown = new LogFile(cycle, epoch, path, DocumentDescriptor.index(cycle, 0));
        try (FileCursor cursor = new FileCursor(unknown, windowBytes)) {
            if (cursor.next() != FileCursor.Step.DOCUMENT || (cursor.flags() & DocumentDescriptor.IS_FILE_START) == 0) {
                return null;
            }
            boolean isInside = (cursor.flags() & DocumentDescriptor.ENDS_INSIDE) != 0;
            return parse(cursor.document(), DocumentDescriptor.HEADER_LENGTH, unknown, isInside);
        }
    }

    public static FileStart parse(DirectBuffer buffer, int frame, LogFile file, boolean isInside) {
        long continuesFrom = buffer.getLong(frame + FrameDescriptor.FILE_START_CONTINUES_FROM);
        byte[] text = new byte[buffer.getInt(frame + FrameDescriptor.FILE_START_TEXT_LENGTH)];
        buffer.getBytes(frame + FrameDescriptor.FILE_START_TEXT, text);
        return new FileStart(
                new LogFile(file.cycle(), file.epoch(), file.path(), continuesFrom),
                buffer.getLong(frame + FrameDescriptor.FILE_START_DURABLE),
                new UUID(
                        buffer.getLong(frame + FrameDescriptor.FILE_START_ID_HIGH),
                        buffer.getLong(frame + FrameDescriptor.FILE_START_ID_LOW)),
                buffer.getInt(frame + FrameDescriptor.FILE_START_NEXT_TABLE),
                SourcePosition.parse(new String(text, StandardCharsets.UTF_8)),
                new TransactionId().decode(buffer, frame + FrameDescriptor.FILE_START_LAST),
                isInside);
    }
}
