package io.millrace.writer;

import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The task's own rows at the target: checkpoints, load ledger, shapes and statements. Confined to one thread. */
public interface ControlStore {
    /** Whether the task has checkpoints here. Changes nothing; false too where the control schema is missing. */
    List<Checkpoint> checkpoints();

    /** Makes the control schema and tables where they are missing. Idempotent. */
    void prepare();

    /**
     * Raises the epoch of all the task's checkpoints, which fences off whoever held them, waiting for its commits under way.
     *
     * @return the checkpoints with their new epoch; empty where the task has none yet
     */
    List<Checkpoint> takeOver();

    /**
     * Replaces all checkpoints of the task in one transaction: at its beginning, and when the lanes' layout or the log changes.
     *
     * @param expected what stands there now, compared; empty at the beginning
     */
    void replace(List<Checkpoint> expected, List<Checkpoint> next);

    /** The load ledger: every chunk that was committed, the ends of loads, and what is to be loaded again. */
    List<LedgerEntry> ledger();

    /**
     * Removes all rows of target tables, whatever foreign keys there are between them, and adds to the ledger: in one transaction, so that
     * what is emptied is never emptied again. Nothing is left in them from there on.
     *
     * @param epoch of the process that loads; another one in the checkpoints is TARGET_FENCED
     */
    void empty(Collection<TableId> tables, Collection<LedgerEntry> noted, long epoch);

    /**
     * Asks for something of a process that may run: adds to the ledger, all or nothing.
     *
     * @return false where one of the entries is there already; then nothing was added
     */
    boolean request(Collection<LedgerEntry> entries);

    /**
     * Puts entries in the place of all that the ledger has of some source tables, in one transaction.
     *
     * @param epoch of the process that loads; another one in the checkpoints is TARGET_FENCED
     */
    void rewrite(Collection<TableId> sources, Collection<LedgerEntry> next, long epoch);

    /**
     * Notes of tables that the task takes no more, one entry for each, in place of all that the ledger has of them, and forgets their shapes, in
     * one transaction.
     *
     * @param epoch of the process that runs the task; another one in the checkpoints is TARGET_FENCED
     */
    void leave(Collection<LedgerEntry> left, long epoch);

    /**
     * Notes where the load of each table in the ledger ends that has no end yet, and that nothing is loaded again any more. One that has an
     * end keeps it, so this may be tried again.
     *
     * @param epoch of the process that loads; another one in the checkpoints is TARGET_FENCED
     */
    void endLoad(SourcePosition end, long epoch);

    /**
     * Forgets what was loaded of tables, and removes all their rows, in one transaction.
     *
     * @param tables the target's names by the source's
     * @param expected the lanes' checkpoints, compared
     */
    void undoLoads(Map<TableId, TableId> tables, List<Checkpoint> expected);

    /** The source's tables where the task stands: what its rows are read by. Empty before it began. */
    List<FollowedTable> followed();

    /** Keeps tables, in place of what was kept of them. */
    void keep(Collection<FollowedTable> tables);

    /** Keeps these tables and no others: where the task begins, here or elsewhere. */
    void begin(Collection<FollowedTable> tables);

    /** Rows of tables that are the task's no more, and stay. */
    List<LeftRows> leftRows();

    /** The newest statement at which lanes stood. */
    Optional<DdlRecord> newestStatement();

    /** All of them, the newest last. */
    List<DdlRecord> statements();

    /**
     * Notes what is about to be done: only while the task is still ours.
     *
     * @param expected the lanes' checkpoints, compared
     */
    void begin(DdlRecord intent, List<Checkpoint> expected);

    /**
     * Notes how it ended, and the tables as they are from there on, in one transaction; the load ledger with them.
     *
     * @param gone names of the source that are kept no more
     * @param renamed those of them that have another name from there on
     * @param left all rows of tables that are the task's no more
     */
    void end(
            DdlRecord ended,
            Collection<FollowedTable> tables,
            Collection<TableId> gone,
            Map<TableId, TableId> renamed,
            Collection<LeftRows> left);

    /** Notes what tables look like in the midst of a statement that is begun, in place of what they were before it. */
    void note(long ordinal, String outlines);

    /** Notes where a statement stands in a log that was filled anew. */
    void move(long ordinal, DdlRecord.At at);

    /** Removes all that the task has here. */
    void remove();
}
