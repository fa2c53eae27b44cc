package io.millrace.wal.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.codec.DocumentDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks the documents of one file by Chronicle's 4-byte headers, and checks each by our own header and CRC. It never waits for
 * a header to be completed and never passes one that is not: at a hole or a torn document it stands still and says so.
 *
 * <pre>
 *  31 30 29                        0
 * +--+--+---------------------------+
 * |i |m | length of the payload     |   i: incomplete; m: Chronicle's own (store header, index page, end of file)
 * +--+--+---------------------------+
 * </pre>
 *
 * <p>Confined to one thread. Owns its mappings: addresses are valid until {@link #release} or {@link #close}.
 */
public final class FileCursor implements AutoCloseable {
    public enum Step {
        /** A whole document that passed its check. */
        DOCUMENT,
        /** Nothing was written here. */
        END,
        /** Chronicle's mark of the last document of a file. */
        END_OF_FILE,
        /** Something was written here that is no whole document. */
        DAMAGED
    }

    private static final int INCOMPLETE = 1 << 31;
    private static final int METADATA = 1 << 30;
    private static final int LENGTH_MASK = METADATA - 1;
    private static final int READ_WHILE_SKIPPED =
            DocumentDescriptor.HAS_SCHEMA | DocumentDescriptor.HAS_ROLLBACK | DocumentDescriptor.IS_CHAIN_END;

    private final LogFile file;
    private final FileChannel channel;
    private final int windowBytes;
    private final List<LogWindow> retired = new ArrayList<>();
    private final UnsafeBuffer header = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer document = new UnsafeBuffer(0, 0);
    private final CRC32C crc = new CRC32C();
    private LogWindow window;
    private long position; // of the next Chronicle header
    private long number; // of the next document
    private long documentPosition;
    private long documentAddress;
    private int documentLength;
    private String damage = "";

    public FileCursor(LogFile file, int windowBytes) {
        this.file = file;
        this.windowBytes = windowBytes;
        try {
            channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "a log file cannot be read: file=" + file.path(), e);
        }
    }

    public LogFile file() {
        return file;
    }

    /** The index of the document that the next step reads. */
    public long nextIndex() {
        return DocumentDescriptor.index(file.cycle(), number);
    }

    /** Checks the next document and moves behind it. */
    public Step next() {
        return step(true);
    }

    /** Moves behind the next document; its body is read and checked only where others than a lane may ask for it. */
    public Step skip() {
        return step(false);
    }

    private Step step(boolean isChecked) {
        while (true) {
            if (!reach(position, 4)) {
                return Step.END;
            }
            header.wrap(window.address(position), 4);
            int word = header.getInt(0);
            if (word == 0) {
                return Step.END;
            }
            if (word == (INCOMPLETE | METADATA)) {
                return Step.END_OF_FILE;
            }
            int length = word & LENGTH_MASK;
            if ((word & INCOMPLETE) != 0) {
                return damaged("incomplete header", word);
            }
            long next = (position + 4 + length + 3) & -4L;
            if ((word & METADATA) != 0) {
                position = next;
                continue;
            }
            long at = DocumentDescriptor.align(position + 4);
            int room = (int) (position + 4 + length - at);
            if (room < DocumentDescriptor.HEADER_LENGTH || !reach(at, room)) {
                return damaged("no room for a document", word);
            }
            Step step = open(at, room, isChecked);
            if (step == Step.DOCUMENT) {
                position = next;
                number++;
            }
            return step;
        }
    }

    private Step open(long at, int room, boolean isChecked) {
        long address = window.address(at);
        document.wrap(address, room);
        int length = document.getInt(DocumentDescriptor.LENGTH_OFFSET);
        if (length != room) {
            return damaged("length of the document", length);
        }
        if (document.getLong(DocumentDescriptor.INDEX_OFFSET) != nextIndex()) {
            return damaged("index of another document", document.getLong(DocumentDescriptor.INDEX_OFFSET));
        }
        if (document.getInt(DocumentDescriptor.EPOCH_OFFSET) != file.epoch()) {
            return damaged("epoch of another file", document.getInt(DocumentDescriptor.EPOCH_OFFSET));
        }
        if (isChecked || (document.getInt(DocumentDescriptor.FLAGS_OFFSET) & READ_WHILE_SKIPPED) != 0) {
            int from = DocumentDescriptor.LENGTH_OFFSET;
            int sum = window.crc(crc, at + from, length - from);
            if (sum != document.getInt(DocumentDescriptor.CRC_OFFSET)) {
                return damaged("CRC32C", sum);
            }
        }
        document.wrap(address, length);
        documentPosition = at;
        documentAddress = address;
        documentLength = length;
        return Step.DOCUMENT;
    }

    private Step damaged(String what, long found) {
        damage = what + ": found=0x" + Long.toHexString(found);
        return Step.DAMAGED;
    }

    /** Maps what is needed; false where the file ends before. */
    private boolean reach(long at, int length) {
        if (window != null && window.holds(at, length)) {
            return true;
        }
        try {
            if (at + length > channel.size()) {
                return false;
            }
            LogWindow next = LogWindow.map(channel, at, Math.max(windowBytes, length + (8 << 10)));
            if (window != null) {
                retired.add(window);
            }
            window = next;
            return next.holds(at, length);
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "a log file cannot be mapped: file=" + file.path(), e);
        }
    }

    /** Goes to a document by walking the headers before it; false where the file does not reach so far. */
    public boolean moveTo(long index) {
        position = 0;
        number = 0;
        while (nextIndex() < index) {
            if (skip() != Step.DOCUMENT) {
                return false;
            }
            release();
        }
        return true;
    }

    /** As {@link #moveTo(long)}, from where it stands if that is not behind; what it read stays mapped. */
    public boolean seek(long index) {
        if (nextIndex() > index) {
            position = 0;
            number = 0;
        }
        while (nextIndex() < index) {
            if (skip() != Step.DOCUMENT) {
                return false;
            }
        }
        return true;
    }

    /** Goes to where another cursor of the same file stands. */
    public void moveTo(FileCursor other) {
        position = other.position;
        number = other.number;
    }

    /** The document of the last step: its header and frames. */
    public UnsafeBuffer document() {
        return document;
    }

    public long documentAddress() {
        return documentAddress;
    }

    public int documentLength() {
        return documentLength;
    }

    public int flags() {
        return document.getInt(DocumentDescriptor.FLAGS_OFFSET);
    }

    /** Where it stands, for messages. */
    public String place() {
        return "file=" + file.path().getFileName() + ", index=0x" + Long.toHexString(nextIndex()) + ", position="
                + position + (damage.isEmpty() ? "" : ", " + damage);
    }

    /** Byte position in the file of the last document. */
    public long documentPosition() {
        return documentPosition;
    }

    /** How many windows are behind the current one, and mapped. */
    public int windowsBehind() {
        return retired.size();
    }

    /** Unmaps those of them from one on. */
    public void releaseFrom(int first) {
        for (int i = retired.size() - 1; i >= first; i--) {
            retired.remove(i).unmap();
        }
    }

    /** Unmaps all but the current window. */
    public void release() {
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).unmap();
        }
        retired.clear();
    }

    @Override
    public void close() {
        release();
        if (window != null) {
            window.unmap();
            window = null;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "a log file cannot be closed: file=" + file.path(), e);
        }
    }
}
