package io.millrace.task;

import java.util.Objects;

/**
 * {@code target:} of a task.
 *
 * @param datasource its name in the data sources
 * @param controlSchema where checkpoints and the load ledger live
 * @param isReplica {@code session: replica}: triggers and foreign keys of the target rest
 * @param isAppend {@code write_mode: append}: every change is a row
 * @param existingRows what becomes of rows that stood in a target table before the task's load
 */
public record TargetSpec(
        String datasource, String controlSchema, boolean isReplica, boolean isAppend, ExistingRows existingRows) {
    public static final String DEFAULT_CONTROL_SCHEMA = "millrace";

    public TargetSpec {
        Objects.requireNonNull(datasource, "datasource");
        Objects.requireNonNull(controlSchema, "controlSchema");
        Objects.requireNonNull(existingRows, "existingRows");
    }

    public static TargetSpec of(String datasource) {
        return new TargetSpec(datasource, DEFAULT_CONTROL_SCHEMA, false, false, ExistingRows.ERROR);
    }

    public TargetSpec withControlSchema(String schema) {
        return new TargetSpec(datasource, schema, isReplica, isAppend, existingRows);
    }

    public TargetSpec withReplica(boolean doKeysRest) {
        return new TargetSpec(datasource, controlSchema, doKeysRest, isAppend, existingRows);
    }

    /** The same with every change as a row. */
    public TargetSpec appending() {
        return new TargetSpec(datasource, controlSchema, isReplica, true, existingRows);
    }

    public TargetSpec withExistingRows(ExistingRows rows) {
        return new TargetSpec(datasource, controlSchema, isReplica, isAppend, rows);
    }
}
