package io.millrace.task;

import java.util.Objects;

/**
 * {@code target:} of a task. Rows that stood in a target table before the task's load are an error.
 *
 * @param datasource its name in the data sources
 * @param controlSchema where checkpoints and the load ledger live
 * @param isReplica {@code session: replica}: triggers and foreign keys of the target rest
 * @param isAppend {@code write_mode: append}: every change is a row
 */
public record TargetSpec(String datasource, String controlSchema, boolean isReplica, boolean isAppend) {
    public static final String DEFAULT_CONTROL_SCHEMA = "millrace";

    public TargetSpec {
        Objects.requireNonNull(datasource, "datasource");
        Objects.requireNonNull(controlSchema, "controlSchema");
    }

    public static TargetSpec of(String datasource) {
        return new TargetSpec(datasource, DEFAULT_CONTROL_SCHEMA, false, false);
    }

    public TargetSpec withControlSchema(String schema) {
        return new TargetSpec(datasource, schema, isReplica, isAppend);
    }

    public TargetSpec withReplica(boolean doKeysRest) {
        return new TargetSpec(datasource, controlSchema, doKeysRest, isAppend);
    }

    /** The same with every change as a row. */
    public TargetSpec appending() {
        return new TargetSpec(datasource, controlSchema, isReplica, true);
    }
}
