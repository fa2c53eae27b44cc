package io.millrace.writer;

import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.List;

/**
 * One server that is written to. Methods connect when they need to and throw {@link io.millrace.error.MillraceException} with
 * a code of the 3000s. They may be called from any thread, one at a time; what they hand out is confined as it says.
 */
public interface Target extends AutoCloseable {
    /** Product and version, as in {@code PostgreSQL 18.6}. */
    String version();

    /** What the table would be if this program made it: names, types, key. Needs no connection. */
    TargetTable plan(TableSchema source, TableId name);

    /** How a planned table stands at the target now, with every difference at once. */
    TargetState inspect(TargetTable table);

    /** The statements that {@link #create} would run for a table and its schema. */
    List<String> statements(TargetTable table);

    /** Makes the table, and its schema where that is missing. Not called for a table that exists. */
    void create(TargetTable table);

    /** Removes a table with its rows, if it is there. Only ever called for one that this program made. */
    void drop(TableId table);

    /** Preflight for these tables: privileges, settings, triggers, types. Changes nothing. */
    List<Finding> check(List<TargetTable> tables);

    /** Checkpoints and ledger of the task. */
    ControlStore control();

    /** A connection for one lane, made on first use. */
    LaneWriter laneWriter(int lane);

    /** A connection for bulk loads, made on first use. */
    ChunkWriter chunkWriter();

    @Override
    void close();
}
