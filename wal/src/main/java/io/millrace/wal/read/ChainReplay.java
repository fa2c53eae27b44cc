package io.millrace.wal.read;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.FrameHandler;
import io.millrace.wal.chain.ChainContents.Extent;
import io.millrace.wal.chain.ChainEnd;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a committed chain back: document by document, each a step, as if its rows stood at its COMMIT. A place within it is the
 * COMMIT's index and the number of rows handed out.
 *
 * <p>Confined to the tailer's thread. Owns the mappings of the chain's files; they stay until {@link #release}.
 */
final class ChainReplay {
    private final FileChain files;
    private final LogLimits limits;
    private final FrameReader frames;
    private final PartWindows parts = new PartWindows();
    private final List<FileCursor> retired = new ArrayList<>();
    private ChainEnd end;
    private FileCursor cursor;
    private int extent;
    private long document; // of the extent
    private boolean isBegun;

    ChainReplay(FileChain files, LogLimits limits, FrameReader frames) {
        this.files = files;
        this.limits = limits;
        this.frames = frames;
    }

    boolean isActive() {
        return end != null;
    }

    /** Takes the COMMIT on which the tailer stands. */
    void begin(ChainEnd committed) {
        end = committed;
        extent = 0;
        document = 0;
        isBegun = false;
    }

    /**
     * Hands out the next document, or the COMMIT behind the last one.
     *
     * @param commitIndex where to go on while it is not through
     * @param nextIndex where to go on behind it
     * @return bytes that are held for it now
     */
    long step(FrameHandler handler, long commitIndex, long nextIndex) {
        if (!isBegun) {
            isBegun = true;
            handler.onBegin(end.transaction());
            frames.beginChain(end.contents());
        }
        List<Extent> extents = end.contents().extents();
        if (extent == extents.size()) {
            commit(handler, nextIndex);
            return 0;
        }
        Extent at = extents.get(extent);
        long index = at.index() + document;
        open(index);
        if (!cursor.seek(index) || cursor.next() != FileCursor.Step.DOCUMENT) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a durable document of a transaction is damaged: " + cursor.place());
        }
        boolean isWithinRow = frames.isInRow();
        frames.read(handler, cursor);
        parts.read(cursor, isWithinRow);
        document++;
        if (document == at.count()) {
            extent++;
            document = 0;
        }
        if (!frames.isInRow()) {
            handler.onDocumentEnd(commitIndex, true);
        }
        return isWithinRow ? 0 : cursor.documentLength();
    }

    private void commit(FrameHandler handler, long nextIndex) {
        if (end.hasPrepare()) {
            handler.onResolve(end.prepare());
        }
        handler.onCommit(end.transaction());
        handler.onDocumentEnd(nextIndex, false);
        end = null;
        frames.endChain();
        retire();
    }

    private void open(long index) {
        LogFile file = files.fileOf(index);
        if (file == null) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "rows of a transaction are gone: index=0x" + Long.toHexString(index));
        }
        if (cursor == null || cursor.file().cycle() != file.cycle()) {
            retire();
            cursor = new FileCursor(file, limits.tailerWindow());
        }
    }

    private void retire() {
        if (cursor != null) {
            retired.add(cursor);
            cursor = null;
        }
    }

    /** Unmaps what was handed out. */
    void release() {
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).close();
        }
        retired.clear();
        if (cursor != null) {
            cursor.release();
        }
    }

    /** Goes elsewhere, or ends. */
    void reset() {
        end = null;
        retire();
        release();
    }
}
