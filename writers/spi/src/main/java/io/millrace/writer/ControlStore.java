package io.millrace.writer;

import io.millrace.position.SourcePosition;
import java.util.List;

/** The task's own rows at the target: checkpoints and load ledger. Confined to one thread. */
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

    /** The load ledger: every chunk that was committed, and the ends of loads. */
    List<LedgerEntry> ledger();

    /**
     * Notes where the load of each table in the ledger ends that has no end yet. One that has keeps it, so this may be tried again.
     *
     * @param epoch of the process that loads; another one in the checkpoints is TARGET_FENCED
     */
    void endLoad(SourcePosition end, long epoch);

    /** Removes the task's checkpoints and ledger. */
    void remove();
}
