package io.millrace.e2e.rates;

import java.nio.file.Path;
import java.util.List;

/**
 * What a contender gets: a source that holds the backlog, and a target database of its own with empty tables, unless the contender
 * makes them.
 *
 * @param targetDatabase of this run
 * @param run a name that no other run has
 * @param tables those of the backlog
 * @param changes row changes of the backlog
 * @param directory for the contender's files
 */
record Rig(
        SourceSide source,
        TargetSide target,
        String targetDatabase,
        String run,
        List<String> tables,
        long changes,
        Path directory) {
    Rig with(long newChanges) {
        return new Rig(source, target, targetDatabase, run, tables, newChanges, directory);
    }
}
