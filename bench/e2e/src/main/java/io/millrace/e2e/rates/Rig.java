package io.millrace.e2e.rates;

import io.millrace.e2e.workload.WorkloadTables;
import io.millrace.servers.ScratchDirectory;

/**
 * What a contender gets: a source that holds the backlog, and a target database of its own with empty tables, unless the contender
 * makes them.
 *
 * @param targetDatabase of this run
 * @param run a name that no other run has
 * @param workload that made it
 * @param changes row changes of the backlog
 * @param bytes that they take in the source's log; 0 where it holds other things, too
 * @param scratch for the contender's files
 */
record Rig(
        SourceSide source,
        TargetSide target,
        String targetDatabase,
        String run,
        WorkloadTables workload,
        long changes,
        long bytes,
        ScratchDirectory scratch) {
    Rig with(long newChanges, long newBytes) {
        return new Rig(source, target, targetDatabase, run, workload, newChanges, newBytes, scratch);
    }
}
