package io.millrace.writer;

import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.concurrent.Callable;

/** What a contract needs of a real server: targets on it, and a look at it that shares no code with the writer. */
public interface TargetLab {
    /** A target over an empty database of its own; the same database each time within one test. */
    Target open(TargetSettings settings);

    /** Names of a schema that exist in the target's world, for the lab's tables. */
    String namespace();

    /** Rows of a query, each value as the server's own text, NULL as null. */
    List<List<String>> query(String sql);

    /** Runs a statement. */
    void execute(String sql);

    /** Does something while a transaction of another session has run the statement and is still open. */
    <T> T whileOpen(String sql, Callable<T> work) throws Exception;

    default TargetTable create(Target target, TableSchema schema) {
        TargetTable table =
                target.plan(schema, new TableId(namespace(), schema.table().name()));
        target.create(table);
        return table;
    }
}
