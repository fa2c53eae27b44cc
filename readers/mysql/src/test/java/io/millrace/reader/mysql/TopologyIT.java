package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableSelection;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server never logs, as far as it shows, and who else reads it under our id. */
class TopologyIT {
    private static final long SERVER_ID = 4_000_000_077L;

    @Test
    void shouldCountSessionsWhenTheyDoNotLogOrLogStatements() throws SQLException {
        Server server = MySqlServer.builder().set("performance_schema", "ON").shared();
        assertFalse(hasFinding(check(server), Severity.WARNING, "sql_log_bin"));
        try (Connection silent = server.connect();
                Connection loud = server.connect();
                Statement off = silent.createStatement();
                Statement statements = loud.createStatement()) {
            off.execute("SET sql_log_bin = OFF");
            statements.execute("SET binlog_format = 'STATEMENT'");
            List<Finding> found = check(server);
            assertTrue(hasFinding(found, Severity.WARNING, "sql_log_bin"), found.toString());
            assertTrue(hasFinding(found, Severity.WARNING, "binlog_format"), found.toString());
        }
    }

    @Test
    void shouldSaySoWhenAReplicaFilters() {
        try (Server server = Servers.orSkip(() -> MariaDbServer.builder()
                .set("replicate_ignore_db", "elsewhere")
                .set("log_slave_updates", "ON")
                .set("gtid_strict_mode", "ON")
                .set("skip_slave_start", "")
                .start())) {
            server.execute(null, "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1");
            List<Finding> found = check(server);
            assertTrue(hasFinding(found, Severity.INFO, "replicate_ignore_db"), found.toString());
        }
    }

    @Test
    void shouldWarnWhenAnotherReaderHasOurServerId() {
        for (ServerKind kind : List.of(ServerKind.MYSQL_8_0, ServerKind.MYSQL_9_7, ServerKind.MARIADB_11_4)) {
            Server server = Servers.shared(kind);
            String database = server.freshDatabase("taken");
            assertFalse(hasFinding(check(server), Severity.WARNING, "server_id"));
            RecordingSink sink = new RecordingSink(StreamRun.now(server));
            BinlogReader reader =
                    StreamRun.reader(StreamRun.dataSource(server, TlsMode.PREFERRED), database, SERVER_ID);
            try (StreamRun run = new StreamRun(reader, sink)) {
                server.execute(database, "CREATE TABLE other (id int PRIMARY KEY)");
                run.awaitCaughtUp(server);
                List<Finding> found = check(server);
                assertTrue(hasFinding(found, Severity.WARNING, "server_id"), kind + ": " + found);
            }
        }
    }

    private static List<Finding> check(Server server) {
        TableSelection none = TestSource.all("no_such_database");
        try (Source source = TestSource.open(server)) {
            return source.check(
                    source.tables(none), new ChangeRequest("test", SERVER_ID, none, Duration.ofSeconds(10)));
        }
    }

    private static boolean hasFinding(List<Finding> found, Severity severity, String subject) {
        return found.stream()
                .anyMatch(f -> f.severity() == severity
                        && f.subject().equals(subject)
                        && (f.code() == ErrorCode.SOURCE_SETTING || f.code() == ErrorCode.SOURCE_SERVER_ID_TAKEN));
    }
}
