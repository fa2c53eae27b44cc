package io.millrace.wal;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends documents to the files of one epoch: a Chronicle queue in a directory of its own, so that no appender ever meets
 * a file of an earlier run. A document is built in mapped memory between {@link #open} and {@link #publish}; its disk space
 * is allocated before.
 *
 * <p>Confined to the sink's thread. Owns the queue; hands the channels of its files to {@link GroupCommit}.
 */
final class DocumentWriter {
    private final Path directory;
    private final int epoch;
    private final LogLimits limits;
    private final LogFiles files;
    private final LogSpace space;
    private final CountedCycle cycle;
    private final UnsafeBuffer document = new UnsafeBuffer(0, 0);
    private final CRC32C crc = new CRC32C();

    private SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private LogFile file;
    private FileChannel channel;
    private long allocated; // bytes of the current file that have disk space
    private long end; // behind the last document in the current file
    private LogWindow window; // a second mapping, for the CRC's intrinsic
    private DocumentContext context;
    private Bytes<?> bytes;
    private long start; // of the open document in the file
    private long index;
    private long nextIndex;
    private long cleanIndex;

    DocumentWriter(Path log, int epoch, int firstCycle, LogLimits limits, LogFiles files, LogSpace space) {
        this.directory = LogFile.epochDirectory(log, epoch);
        this.epoch = epoch;
        this.limits = limits;
        this.files = files;
        this.space = space;
        cycle = new CountedCycle(firstCycle - 1, limits.indexCount());
    }

    /** Whether the first file was begun. */
    boolean isBegun() {
        return appender != null;
    }

    LogFile file() {
        return file;
    }

    FileChannel channel() {
        return channel;
    }

    int cycle() {
        return cycle.cycle();
    }

    /** The index that the next document will have, in the current file. */
    long nextIndex() {
        return nextIndex;
    }

    /** The index behind the last document that ended outside any transaction. */
    long cleanIndex() {
        return cleanIndex;
    }

    /** Bytes of the current file that have disk space; behind them is only what Chronicle set as its length. */
    long allocated() {
        return allocated;
    }

    /**
     * Begins the next file; the next document is its first. Blocks while there is no space, or throws LOG_DISK_FULL where
     * nobody may wait.
     */
    void roll(long continuesFrom, SpaceDemand demand) {
        int next = cycle.cycle() + 1;
        Path path = directory.resolve(CountedCycle.fileName(next));
        // Under another name until the queue is open: an appender that finds a file without a header waits 10 s for
        // one.
        Path unnamed = directory.resolve(CountedCycle.fileName(next) + ".new");
        PrivateFiles.createDirectory(directory);
        FileChannel created = null;
        try {
            files.delete(unnamed);
            created = PrivateFiles.create(unnamed);
            long room = makeRoom(unnamed, created, 0, limits.dataRoom(), demand);
            if (queue == null) {
                openQueue();
            }
            Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE);
            files.forceDirectory(directory);
            unmap();
            file = new LogFile(next, epoch, path, continuesFrom);
            channel = created;
            allocated = room;
            end = 0;
        } catch (IOException | RuntimeException e) {
            throw giveUp(unnamed, created, e);
        }
        cycle.moveTo(next);
        nextIndex = DocumentDescriptor.index(next, 0);
    }

    /** A file that cannot be made leaves nothing behind, so that it can be tried again. */
    private MillraceException giveUp(Path path, FileChannel created, Exception cause) {
        try {
            if (created != null) {
                created.close();
                files.delete(path);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause instanceof MillraceException known
                ? known
                : new MillraceException(
                        ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot make a log file: file=" + path, cause);
    }

    private void openQueue() throws IOException {
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle)
                .timeProvider(cycle)
                .blockSize(limits.block())
                .checkInterrupts(false)
                .build();
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
        PrivateFiles.restrict(directory.resolve("metadata.cq4t"));
        files.forceDirectory(directory.getParent());
    }

    /** Starts a document of up to {@link LogLimits#window} bytes. Blocks while there is no space for it. */
    void open(SpaceDemand demand) {
        space.awaitQuota(demand);
        allocated = makeRoom(file.path(), channel, allocated, end + limits.dataRoom(), demand);
        openAt();
    }

    /** Starts a document for a COMMIT, in the room that is always kept for it. Never blocks. */
    void openControl() {
        openAt();
    }

    private void openAt() {
        context = appender.writingDocument();
        Wire wire = context.wire();
        if (wire == null) {
            throw new MillraceException(ErrorCode.INVARIANT, "a document cannot be opened: file=" + file.path());
        }
        bytes = wire.bytes();
        index = context.index();
        start = DocumentDescriptor.align(bytes.writePosition());
        int capacity = (int) Math.min(limits.window(), allocated - limits.indexRoom() - start);
        if (index != nextIndex || capacity < LogLimits.CONTROL_ROOM) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "a document stands elsewhere: expected=0x" + Long.toHexString(nextIndex) + ", index=0x"
                            + Long.toHexString(index) + ", position=" + start + ", allocated=" + allocated);
        }
        bytes.ensureCapacity(start + capacity);
        document.wrap(bytes.addressForWrite(start), capacity);
    }

    /** The open document's memory, up to {@link LogLimits#window} bytes; zeros but for what was written into it. */
    UnsafeBuffer document() {
        return document;
    }

    /**
     * Ends the open document and makes it readable.
     *
     * @param length of the document, a multiple of 8
     * @param dirtyLength up to where its memory was written
     */
    void publish(int length, int dirtyLength, int flags) {
        if (dirtyLength > length) {
            document.setMemory(length, dirtyLength - length, (byte) 0);
        }
        document.putInt(DocumentDescriptor.LENGTH_OFFSET, length);
        document.putInt(DocumentDescriptor.EPOCH_OFFSET, epoch);
        document.putInt(DocumentDescriptor.FLAGS_OFFSET, flags);
        document.putLong(DocumentDescriptor.INDEX_OFFSET, index);
        document.putInt(DocumentDescriptor.CRC_OFFSET, checksum(length));
        bytes.writePosition(start + length);
        context.close();
        context = null;
        end = start + length;
        nextIndex = index + 1;
        if ((flags & DocumentDescriptor.ENDS_INSIDE) == 0) {
            cleanIndex = nextIndex;
        }
    }

    private int checksum(int length) {
        long from = start + DocumentDescriptor.LENGTH_OFFSET;
        int count = length - DocumentDescriptor.LENGTH_OFFSET;
        if (window == null || !window.holds(from, count)) {
            try {
                unmap();
                window = LogWindow.map(channel, from, limits.block());
            } catch (IOException e) {
                throw new MillraceException(
                        ErrorCode.DATA_DIRECTORY_UNUSABLE, "cannot map a log file: file=" + file.path(), e);
            }
        }
        return window.crc(crc, from, count);
    }

    /** Gives the open document up: nothing of it was written. */
    void discard(int dirtyLength) {
        document.setMemory(0, dirtyLength, (byte) 0);
        context.rollbackOnClose();
        context.close();
        context = null;
    }

    /** Allocates extents until a file has space up to a position; returns up to where it has. */
    private long makeRoom(Path path, FileChannel to, long from, long needed, SpaceDemand demand) {
        long until = from;
        while (until < needed) {
            if (space.allocate(files, path, to, until, limits.extent(), demand)) {
                until += limits.extent();
            }
        }
        return until;
    }

    /** Whether the current file is long enough for the next to be begun. */
    boolean isLonger(long fileBytes) {
        return end >= fileBytes;
    }

    private void unmap() {
        if (window != null) {
            window.unmap();
            window = null;
        }
    }

    /** Leaves the files to {@link GroupCommit}. */
    void close() {
        unmap();
        if (queue != null) {
            appender.close();
            queue.close();
        }
    }
}
