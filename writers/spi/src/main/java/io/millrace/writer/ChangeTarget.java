package io.millrace.writer;

import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A target that has no tables, but takes changes one by one in the source's order: files, a stream. Methods throw
 * {@link io.millrace.error.MillraceException} with a code of the 3000s. Confined to one thread.
 */
public interface ChangeTarget extends AutoCloseable {
    /** What it is, for people. */
    String describe();

    /** How a table's values would stand there: each column's form, for previews. Needs no connection. */
    TargetTable plan(TableSchema source, TableId name);

    /** Preflight. Changes nothing. */
    List<Finding> check();

    /** The checkpoint that stands there; changes nothing. */
    Optional<Checkpoint> checkpoint();

    /** At the most this long after it was taken a change is durable, and so is the checkpoint behind it. */
    Duration syncInterval();

    /** Takes the target for this process and removes whatever lies behind its checkpoint, so that it may come again. */
    ChangeWriter writer();

    /** Removes the checkpoint: started again, the task begins anew. */
    void remove();

    @Override
    void close();
}
