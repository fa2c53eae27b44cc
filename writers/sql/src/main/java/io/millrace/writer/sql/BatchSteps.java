package io.millrace.writer.sql;

import io.millrace.writer.Checkpoint;
import io.millrace.writer.Run;
import java.sql.SQLException;

/** A batch's transaction step by step, for {@link FailedRowSearch}. */
public interface BatchSteps {
    /** Opens the transaction and compares the checkpoint; nothing need be sent yet. */
    void begin(Checkpoint expected, Checkpoint next) throws SQLException;

    /** Adds some rows of a run. */
    void apply(Run run, int from, int to) throws SQLException;

    /** Sends what waits, and reads the answers. */
    void flush() throws SQLException;

    /**
     * Lets constraints speak that are deferred to the commit, of what was sent so far.
     *
     * @throws SQLException what they say
     */
    void speak() throws SQLException;

    /** Whether an INSERT met an existing key, so that rows of the table are upserted from now on. */
    boolean isUpsertedNow(Run run, Exception failed);
}
