package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A transaction whose rows no step has an answer for: a person passes it, and nothing else. */
@RealServers({ServerKind.POSTGRES_18, ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
@Timeout(300)
class SkippedTransactionIT {
    @TempDir
    Path directory;

    private void shouldPassOne(Server source, String place) throws Exception {
        CliTask task = new CliTask(directory, source, Servers.postgres());
        boolean isPostgres = source instanceof PostgresServer;
        String schema = isPostgres ? "public" : task.database;
        if (isPostgres) {
            task.source("database", task.database);
        }
        task.tables("['" + schema + ".*']")
                .with("transforms:\n  - set: {columns: {share: '100 / parts'}}\n"
                        + "resources: {write_concurrency: 4}");
        String begin = isPostgres ? "BEGIN" : "START TRANSACTION";
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, parts int, share int)", "INSERT INTO t VALUES (1, 2, NULL)");
        task.catchUp();
        task.atSource(
                "INSERT INTO t VALUES (2, 4, NULL)",
                begin,
                "INSERT INTO t VALUES (3, 5, NULL)",
                "INSERT INTO t VALUES (4, 0, NULL)",
                "UPDATE t SET id = 10 WHERE id = 1",
                "COMMIT",
                "INSERT INTO t VALUES (5, 10, NULL)",
                "INSERT INTO t VALUES (6, 0, NULL)",
                "INSERT INTO t VALUES (7, 20, NULL)");
        CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(1, stopped.exitCode(), stopped.toString());
        assertTrue(stopped.err().contains("MR5031"), stopped.toString());
        String first = skip(stopped);
        assertTrue(first.matches(place), first);
        CliEnd next = task.cli().run("run", "task.yaml", "--until", "caught-up", "--skip", first);
        assertEquals(1, next.exitCode(), "the other one stands: " + next);
        assertTrue(next.err().contains("a transaction is passed, as it was asked for"), next.toString());
        String second = skip(next);
        assertTrue(!second.equals(first) && second.matches(place), second);
        CliEnd last =
                task.cli().run("run", "task.yaml", "--until", "caught-up", "--skip", first, "--skip", second, "--json");
        assertEquals(0, last.exitCode(), last.toString());
        assertEquals(
                List.of("1|50", "2|25", "5|10", "7|5"),
                task.targetRows("SELECT id, share FROM " + schema + ".t ORDER BY id"));
        assertEquals(
                "4 0",
                task.targetRows("SELECT sum(ignored) || ' ' || sum(changes_in - applied - filtered - ignored"
                                + " - skipped_by_load - dirty) FROM millrace.checkpoint")
                        .get(0));
        JsonNode summary = new ObjectMapper().readTree(last.out());
        assertEquals(0, summary.get("in_flight").asInt(), last.out());
        if (isPostgres) {
            assertEquals(
                    0, task.cli().run("remove", "task.yaml", "--slot", "--yes").exitCode());
        }
    }

    private static String skip(CliEnd ended) {
        return ended.err().replaceFirst("(?s).*?MR5031[^\\n]*, skip=([^\\s,]+).*", "$1");
    }

    @Test
    void shouldPassATransactionOfMySqlWhenAPersonSkipsIt() throws Exception {
        shouldPassOne(Servers.mysql(), "gtid:[0-9a-f-]{36}:[0-9]+|binlog:[0-9]+:[0-9]+");
    }

    @Test
    void shouldPassATransactionOfMariaDbWhenAPersonSkipsIt() throws Exception {
        shouldPassOne(Servers.mariadb(), "gtid:[0-9]+-[0-9]+-[0-9]+");
    }

    @Test
    void shouldPassATransactionOfPostgresWhenAPersonSkipsIt() throws Exception {
        shouldPassOne(Servers.postgres(), "lsn:[0-9A-F]+/[0-9A-F]+");
    }
}
