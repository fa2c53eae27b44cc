package io.millrace.task;

import java.util.Objects;

/**
 * {@code target:} of a task. Rows that stood in a target table before the task's load are an error.
 *
 * @param datasource its name in the data sources
 * @param controlSchema where checkpoints and the load ledger live
 * @param isReplica {@code session: replica}: triggers and foreign keys of the target rest
 */
public record TargetSpec(String datasource, String controlSchema, boolean isReplica) {
    public static final String DEFAULT_CONTROL_SCHEMA = "millrace";

    public TargetSpec {
        Objects.requireNonNull(datasource, "datasource");
        Objects.requireNonNull(controlSchema, "controlSchema");
    }

    public static TargetSpec of(String datasource) {
        return new TargetSpec(datasource, DEFAULT_CONTROL_SCHEMA, false);
    }

    public TargetSpec withControlSchema(String schema) {
        return new TargetSpec(datasource, schema, isReplica);
    }

    public TargetSpec withReplica(boolean doKeysRest) {
        return new TargetSpec(datasource, controlSchema, doKeysRest);
    }
}
