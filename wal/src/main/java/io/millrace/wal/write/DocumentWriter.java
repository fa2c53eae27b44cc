package io.millrace.wal.write;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.CountedCycle;
import io.millrace.wal.file.LogFile;
import io.millrace.wal.file.LogFiles;
import io.millrace.wal.file.LogSpace;
import io.millrace.wal.file.PrivateFiles;
import io.millrace.wal.file.SpaceDemand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends documents to the files of one epoch: a Chronicle queue in a directory of its own, so that no appender ever meets
 * a file of an earlier run. A document is built in memory that stays, between {@link #open} and {@link #publish}, and is written
 * together with zeros behind it: there, and nowhere else, Chronicle then writes through its mapping, which must not meet a full disk.
 *
 * <pre>
 *  written at once      │ document │ zeros: a header, index pages, a COMMIT │
 *  mapped, by Chronicle │h         │                                        │
 * </pre>
 *
 * <p>A page is so written to the disk once. Zeros for a whole document, written ahead, were flushed by one force in two, before the
 * document stood there; and each of their pages cost a fault of the mapping that built it, and one of that which summed it.
 *
 * <p>Confined to the sink's thread. Owns the queue; hands the channels of its files to {@link GroupCommit}.
 */
public final class DocumentWriter {
    private final Path directory;
    private final int epoch;
    private final LogLimits limits;
    private final LogFiles files;
    private final LogSpace space;
    private final CountedCycle cycle;
    private final ByteBuffer memory;
    private final UnsafeBuffer document = new UnsafeBuffer(0, 0);
    private final CRC32C crc = new CRC32C();

    private SingleChronicleQueue queue;
    private ExcerptAppender appender;
    private LogFile file;
    private FileChannel channel;
    private long allocated; // bytes of the current file that have disk space
    private long end; // behind the last document in the current file
    private boolean isControl; // the open document stands in the room that is kept for it
    private boolean isLast; // nobody waits any more
    private SpaceDemand demand; // of the open document
    private long nextIndex;
    private long cleanIndex;

    public DocumentWriter(Path log, int epoch, int firstCycle, LogLimits limits, LogFiles files, LogSpace space) {
        this.directory = LogFile.epochDirectory(log, epoch);
        this.epoch = epoch;
        this.limits = limits;
        this.files = files;
        this.space = space;
        cycle = new CountedCycle(firstCycle - 1, limits.indexCount());
        memory = ByteBuffer.allocateDirect(limits.window() + limits.roomBehind());
        document.wrap(memory, 0, limits.window());
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
    void roll(long continuesFrom, SpaceDemand whose) {
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
            long room = makeRoom(unnamed, created, whose);
            if (queue == null) {
                openQueue();
            }
            Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE);
            files.forceDirectory(directory);
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

    /** Starts a document of up to {@link LogLimits#window} bytes. Blocks while the log is over its quota. */
    void open(SpaceDemand whose) {
        space.awaitQuota(whose);
        demand = whose;
        isControl = false;
    }

    /** Starts a document for a COMMIT, of up to {@link LogLimits#CONTROL_ROOM} bytes, in the room that is always kept for it. */
    void openControl() {
        isControl = true;
    }

    /** The open document is the last: {@link #publish} throws LOG_DISK_FULL rather than wait. */
    void waitNoMore() {
        isLast = true;
    }

    /** The open document's memory, up to {@link LogLimits#window} bytes; zeros but for what was written into it. */
    UnsafeBuffer document() {
        return document;
    }

    /**
     * Ends the open document and makes it readable. Blocks while there is no disk space, but for a COMMIT alone.
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
        document.putLong(DocumentDescriptor.INDEX_OFFSET, nextIndex);
        document.putInt(DocumentDescriptor.CRC_OFFSET, checksum(length));
        append(length);
        document.setMemory(0, length, (byte) 0);
        nextIndex++;
        if ((flags & DocumentDescriptor.ENDS_INSIDE) == 0) {
            cleanIndex = nextIndex;
        }
    }

    private int checksum(int length) {
        crc.reset();
        crc.update(memory.limit(length).position(DocumentDescriptor.LENGTH_OFFSET));
        return (int) crc.getValue();
    }

    /** Waits outside Chronicle's appender: whoever closes the log meanwhile closes that too. */
    private void append(int length) {
        boolean mayWait = !isControl && !isLast;
        IOException full;
        do {
            if (mayWait) {
                space.awaitGrowth(length, demand);
            }
            full = tryToAppend(length);
            if (full != null && !mayWait) {
                throw new MillraceException(
                        ErrorCode.LOG_DISK_FULL, "cannot write a log file: file=" + file.path(), full);
            }
            if (full != null) {
                space.awaitSpace(file.path(), full, demand);
            }
        } while (full != null);
    }

    /** Behind the header, which Chronicle completes when all else stands there; returns why it could not be written, or null. */
    private IOException tryToAppend(int length) {
        DocumentContext context = appender.writingDocument();
        try {
            Wire wire = context.wire();
            if (wire == null) {
                throw new MillraceException(ErrorCode.INVARIANT, "a document cannot be opened: file=" + file.path());
            }
            long start = DocumentDescriptor.align(wire.bytes().writePosition());
            requirePlace(context.index(), start, length);
            write(start, length);
            wire.bytes().writePosition(start + length);
            end = start + length;
            return null;
        } catch (IOException e) {
            context.rollbackOnClose();
            return e;
        } catch (RuntimeException | Error e) {
            context.rollbackOnClose();
            throw e;
        } finally {
            context.close();
        }
    }

    private void requirePlace(long index, long start, int length) {
        boolean isRoom = isControl ? start + length + limits.indexRoom() <= allocated : start <= allocated;
        if (index != nextIndex || !isRoom) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "a document stands elsewhere: expected=0x" + Long.toHexString(nextIndex) + ", index=0x"
                            + Long.toHexString(index) + ", position=" + start + ", length=" + length + ", allocated="
                            + allocated);
        }
    }

    private void write(long start, int length) throws IOException {
        int whole = isControl ? length : length + limits.roomBehind();
        files.write(file.path(), channel, memory.limit(whole).position(0), start);
        int growth = (int) Math.max(0, start + whole - allocated);
        space.grown(growth);
        allocated += growth;
    }

    /** Gives the open document up: nothing of it was written. */
    void discard(int dirtyLength) {
        document.setMemory(0, dirtyLength, (byte) 0);
    }

    /** Allocates a new file's first bytes; returns up to where it has space. */
    private long makeRoom(Path path, FileChannel to, SpaceDemand whose) {
        int room = limits.firstRoom();
        while (!space.allocate(files, path, to, room, whose)) {
            // It has waited, and asks again.
        }
        return room;
    }

    /** Whether the current file is long enough for the next to be begun. */
    boolean isLonger(long fileBytes) {
        return end >= fileBytes;
    }

    /** Leaves the files to {@link GroupCommit}. */
    void close() {
        if (queue != null) {
            appender.close();
            queue.close();
        }
    }
}
