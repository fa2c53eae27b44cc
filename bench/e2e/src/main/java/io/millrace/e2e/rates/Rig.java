package io.millrace.e2e.rates;

import io.millrace.e2e.peer.DebeziumPeer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.nio.file.Path;
import java.util.List;

/**
 * What a contender gets: a source whose binlog holds the backlog, and a target database of its own with empty tables in its
 * schema {@code public}, unless the contender makes them.
 *
 * @param database at the source
 * @param tables those of the backlog
 * @param start where the backlog begins
 * @param changes row changes of the backlog
 * @param directory for the contender's files
 */
public record Rig(
        MySqlServer source,
        PostgresServer target,
        String database,
        String targetDatabase,
        List<String> tables,
        DebeziumPeer.Start start,
        long changes,
        Path directory) {
    Rig with(String newTargetDatabase) {
        return new Rig(source, target, database, newTargetDatabase, tables, start, changes, directory);
    }

    Rig with(long newChanges) {
        return new Rig(source, target, database, targetDatabase, tables, start, newChanges, directory);
    }
}
