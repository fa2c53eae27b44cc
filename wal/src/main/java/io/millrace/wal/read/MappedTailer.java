package io.millrace.wal.read;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.LogTailer;
import io.millrace.wal.chain.ChainEnd;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.Frames;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogFile;
import io.millrace.wal.write.GroupCommit;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads documents up to the durable limit, in read-only mappings of its own. It passes chains by, and reads each back where it
 * comes to its COMMIT.
 *
 * <p>Confined to one thread. Owns its mappings and the memory of rows that it put together from parts; both stay until
 * {@link #release}. Hot path: allocates nothing for a row or a document, a mapping for each window of a file.
 */
public final class MappedTailer implements LogTailer {
    private final FileChain chain;
    private final GroupCommit commit;
    private final LogLimits limits;
    private final RolledBackRows rolledBack = new RolledBackRows();
    private final FrameReader frames = new FrameReader(rolledBack);
    private final ChainReplay replay;
    private final PartWindows parts = new PartWindows();
    private final List<FileCursor> retired = new ArrayList<>();

    private FileCursor cursor;
    private long nextIndex;
    private long heldBytes;
    private boolean isMoved; // schemas before nextIndex in its file were not handed out yet

    public MappedTailer(FileChain chain, GroupCommit commit, LogLimits limits) {
        this.chain = chain;
        this.commit = commit;
        this.limits = limits;
        replay = new ChainReplay(chain, limits, frames);
        nextIndex = chain.first().firstIndex();
    }

    @Override
    public int poll(FrameHandler handler, int documentLimit) {
        int count = 0;
        while (count < documentLimit || frames.isInRow()) {
            if (replay.isActive()) {
                stepBack(handler);
            } else if (nextIndex >= commit.durableIndex() || !isInNextFile(handler)) {
                break;
            } else {
                step(handler);
            }
            heldBytes += frames.takeLargeBytes();
            count++;
        }
        return count;
    }

    private void stepBack(FrameHandler handler) {
        heldBytes += replay.step(handler, nextIndex, nextIndex + 1);
        if (!replay.isActive()) {
            nextIndex++;
        }
    }

    private void step(FrameHandler handler) {
        FileCursor.Step step = cursor.next();
        if (step != FileCursor.Step.DOCUMENT) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a durable document is damaged: " + cursor.place() + ", found=" + step);
        }
        boolean isWithinRow = frames.isInRow();
        heldBytes += isWithinRow ? 0 : cursor.documentLength();
        if (isCommitOfChain()) {
            int at = DocumentDescriptor.HEADER_LENGTH;
            replay.begin(ChainEnd.read(cursor.document(), at, nextIndex, chain, limits.tailerWindow()));
            stepBack(handler);
            return;
        }
        nextIndex = cursor.nextIndex();
        read(handler);
        parts.read(cursor, isWithinRow);
    }

    private boolean isCommitOfChain() {
        return (cursor.flags() & DocumentDescriptor.IS_CHAIN_END) != 0
                && cursor.document().getByte(DocumentDescriptor.HEADER_LENGTH + FrameDescriptor.TYPE_OFFSET)
                        == FrameDescriptor.CHAIN_COMMIT;
    }

    /** Opens the file in which the next document lies; false where the limit does not reach into it yet. */
    private boolean isInNextFile(FrameHandler handler) {
        LogFile file = chain.fileOf(nextIndex);
        if (file == null) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED,
                    "the log does not reach back so far: index=0x" + Long.toHexString(nextIndex));
        }
        if (nextIndex < file.firstIndex()) {
            nextIndex = file.firstIndex();
        }
        if (cursor == null || cursor.file().cycle() != file.cycle()) {
            if (cursor != null) {
                retired.add(cursor);
            }
            cursor = new FileCursor(file, limits.tailerWindow());
            isMoved = true;
        }
        if (isMoved) {
            findSchemas(handler);
            isMoved = false;
        }
        return nextIndex < commit.durableIndex();
    }

    /** Goes to the next document, and takes the shapes that stand before it in its file; a chain's are its own. */
    private void findSchemas(FrameHandler handler) {
        FileCursor.Step step = FileCursor.Step.DOCUMENT;
        while (cursor.nextIndex() < nextIndex && step == FileCursor.Step.DOCUMENT) {
            step = cursor.skip();
            if (step == FileCursor.Step.DOCUMENT && hasSchemas()) {
                Frames.forEachSchema(
                        cursor.document(), (number, schema) -> frames.offerSchema(handler, number, schema));
            }
            cursor.release();
        }
        if (step != FileCursor.Step.DOCUMENT) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a durable document is damaged: " + cursor.place() + ", found=" + step);
        }
    }

    private boolean hasSchemas() {
        int flags = cursor.flags();
        return (flags & DocumentDescriptor.HAS_SCHEMA) != 0 && (flags & DocumentDescriptor.IS_CHAIN) == 0;
    }

    private void read(FrameHandler handler) {
        int flags = cursor.flags();
        boolean endsInside = (flags & DocumentDescriptor.ENDS_INSIDE) != 0;
        if (endsInside && !rolledBack.isLoaded()) {
            rolledBack.load(chain, cursor, limits);
        }
        if ((flags & DocumentDescriptor.IS_CHAIN) == 0) {
            frames.read(handler, cursor);
        }
        if (!frames.isInRow()) {
            handler.onDocumentEnd(nextIndex, endsInside);
        }
    }

    @Override
    public long nextIndex() {
        return nextIndex;
    }

    @Override
    public void moveTo(long index) {
        if (!chain.contains(index)) {
            throw new MillraceException(
                    ErrorCode.LOG_FOREIGN, "an index is none of this log's: index=0x" + Long.toHexString(index));
        }
        release();
        closeCursor();
        replay.reset();
        frames.reset();
        nextIndex = index;
    }

    private void closeCursor() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }

    @Override
    public void release() {
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).close();
        }
        retired.clear();
        if (cursor != null) {
            cursor.release();
        }
        replay.release();
        frames.release();
        heldBytes = 0;
    }

    @Override
    public long heldBytes() {
        return heldBytes;
    }

    @Override
    public void close() {
        release();
        frames.reset();
        replay.reset();
        rolledBack.close();
        closeCursor();
    }
}
