package io.millrace.writer;

/**
 * How a task writes to its target.
 *
 * @param taskName the key of its checkpoints, and how its connections name themselves to the server
 * @param controlSchema where checkpoints and the load ledger live
 * @param types {@code types:} of the task
 * @param isReplica whether triggers and foreign keys of the target rest for our sessions
 */
public record TargetSettings(String taskName, String controlSchema, TypeOptions types, boolean isReplica) {
    /** In plain sessions. */
    public TargetSettings(String taskName, String controlSchema, TypeOptions types) {
        this(taskName, controlSchema, types, false);
    }
}
