package io.millrace.load;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.RowScope;
import io.millrace.schema.TableId;
import io.millrace.transform.row.ImageRewriter;
import io.millrace.transform.step.RowContext;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;

/**
 * Copies the rows of one chunk after the other from an open snapshot to the target's open transaction: undecoded where both speak of the same
 * bytes, else decoded, and at last without the rows that the target refuses. Committing is the loader's.
 *
 * <p>Confined to the loader, but for {@link #stop} and the glances.
 */
final class ChunkCopy {
    private final ChunkBuffer buffer;
    private final DirtyLoad dirty;
    private final EpochClock clock;
    private final List<LedgerEntry> entries = new ArrayList<>(); // of the chunk's tables, as read
    private long rows; // of all of them
    private boolean isRaw; // they go undecoded
    private boolean isDecoded; // they shall not, for one was refused
    private volatile TableId reading;

    ChunkCopy(ReadLimit limit, DirtyLoad dirty, EpochClock clock) {
        buffer = new ChunkBuffer(limit);
        this.dirty = dirty;
        this.clock = clock;
    }

    /** Ends the work at the next row. From any thread. */
    void stop() {
        buffer.stop();
    }

    /** The table of which rows are read; empty where none is. From any thread. */
    Optional<TableId> reading() {
        return Optional.ofNullable(reading);
    }

    /** Rows of that table that are not committed yet. From any thread. */
    long rowsInTable() {
        return buffer.rows();
    }

    /** All tables of the chunk or none: under one snapshot, in one transaction, so that nothing has to be undone after a failure. */
    void run(Chunk chunk, ChunkReader reader, ChunkWriter bulk, SourcePosition watermark) {
        entries.clear();
        dirty.begin();
        rows = 0;
        bulk.leaveOut(dirty.isLeavingOut() ? dirty : null);
        if (chunk.isReload()) {
            bulk.replace(chunk.childrenFirst(), chunk.lower(), chunk.upper());
        }
        for (TableProgress each : chunk.tables()) {
            TablePlan plan = each.plan();
            if (entries.isEmpty()) {
                bulk.begin(plan.target());
            } else {
                bulk.proceed(entries.get(entries.size() - 1), plan.target());
            }
            dirty.table(plan, chunk.number(), watermark);
            buffer.begin(bulk, rewriter(plan, watermark));
            reading = plan.source().table();
            long ofTable = read(chunk, plan, reader, bulk);
            requireSame(plan, ofTable);
            rows += ofTable;
            bulk.flush();
            entries.add(new LedgerEntry(
                    plan.source().table(),
                    chunk.number(),
                    chunk.lower(),
                    chunk.upper(),
                    watermark,
                    LoadLedger.shape(plan),
                    ofTable - buffer.filtered() - dirty.refusedInTable()));
        }
    }

    /** Rows that were refused are durable before the chunk is committed. */
    void storeRefused() {
        dirty.store(entries);
    }

    /** The chunk's entries for the ledger, in the order of its tables. */
    List<LedgerEntry> entries() {
        return entries;
    }

    /** Another attempt at the chunk is the one that was committed. */
    void stands(List<LedgerEntry> standing) {
        entries.clear();
        entries.addAll(standing);
    }

    /**
     * By how many rows of a table the chunk went. Of rows that the source leaves out it may have few, however many it went by; of several tables
     * each is as long.
     *
     * @param walked rows to its end, where that was walked to; else 0
     */
    long passed(Chunk chunk, int walked) {
        return Math.max(walked, rows / chunk.tables().size());
    }

    private ImageRewriter rewriter(TablePlan plan, SourcePosition watermark) {
        return plan.transform()
                .map(steps -> steps.rewriter(RowContext.ofLoad(watermark.text(), clock)))
                .orElse(null);
    }

    private long read(Chunk chunk, TablePlan plan, ChunkReader reader, ChunkWriter bulk) {
        LoadScope scope = LoadScope.of(plan, reader);
        isRaw = !isDecoded
                && scope.doRowsStay()
                && !dirty.isLeavingOut()
                && reader.rawForm(plan.source(), scope.raw().columns())
                        .filter(bulk::openRaw)
                        .isPresent();
        if (isRaw) {
            return reader.readRaw(plan.source(), scope.raw(), chunk.lower(), chunk.upper(), buffer);
        }
        // Rows that are stored are kept whole, for whoever writes them later may want columns that are left out now.
        RowScope asked = dirty.isLeavingOut()
                ? new RowScope(
                        RowScope.all(plan.source()).columns(), scope.rows().where())
                : scope.rows();
        return reader.read(plan.source(), asked, chunk.lower(), chunk.upper(), buffer);
    }

    private void requireSame(TablePlan plan, long read) {
        if (read != buffer.rows()) {
            throw new MillraceException(
                    ErrorCode.INVARIANT,
                    "chunk counts differ: table=" + plan.source().table() + ", read=" + read + ", written="
                            + buffer.rows());
        }
    }

    /** No rows are under way. */
    void rest() {
        reading = null;
        buffer.clear();
    }

    /** The chunk is at the target. */
    void committed() {
        dirty.committed();
        rest();
        isDecoded = false;
    }

    /** The chunk failed for its rows before it was begun to be committed: it is read once more, decoded, so that rows are named. */
    boolean mayDecode() {
        boolean may = isRaw && !isDecoded;
        isDecoded |= may;
        return may;
    }

    /** The same without the rows that are refused. */
    boolean mayLeaveOut() {
        boolean may = dirty.mayLeaveOut();
        if (may) {
            dirty.leaveOut();
        }
        return may;
    }
}
