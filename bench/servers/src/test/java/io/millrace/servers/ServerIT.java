package io.millrace.servers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of server must do; what does not differ by version, one of each family. */
@Tag("full")
class ServerIT {
    @ParameterizedTest
    @EnumSource
    void shouldRunSqlWhenStarted(ServerKind kind) throws SQLException {
        Server server = Servers.shared(kind);
        String database = server.freshDatabase("hello");
        server.execute(database, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (42)");
        assertEquals("42", query(server, database, "SELECT id FROM t"));
        assertTrue(server.version().startsWith(versionOf(kind)), server.version());
        assertTrue(server.isRunning());
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MYSQL_9_7", "MARIADB_11_4", "POSTGRES_18"})
    void shouldKeepDataAndPortWhenKilledAndStarted(ServerKind kind) throws SQLException {
        try (Server server = Servers.orSkip(() -> kind.builder().start())) {
            String database = server.freshDatabase("crash");
            server.execute(database, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            long pid = server.pid();
            int port = server.port();

            server.kill();

            assertFalse(server.isRunning());
            assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
            server.start();
            assertNotEquals(pid, server.pid());
            assertEquals(port, server.port());
            assertEquals("1", query(server, database, "SELECT id FROM t"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4", "POSTGRES_18"})
    void shouldKeepDataWhenRestarted(ServerKind kind) throws SQLException {
        try (Server server = Servers.orSkip(() -> kind.builder().start())) {
            String database = server.freshDatabase("restart");
            server.execute(database, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            server.restart();
            assertEquals("1", query(server, database, "SELECT id FROM t"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4", "POSTGRES_18"})
    void shouldLeaveNothingWhenClosed(ServerKind kind) {
        Server server = Servers.orSkip(() -> kind.builder().start());
        long pid = server.pid();
        server.close();
        server.close();
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        assertFalse(Files.exists(server.dataDirectory()));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4", "POSTGRES_18"})
    void shouldStandBesideAnotherWhenBothRun(ServerKind kind) {
        Server shared = Servers.shared(kind);
        try (Server own = Servers.orSkip(() -> kind.builder().start())) {
            assertNotEquals(shared.port(), own.port());
            assertNotEquals(shared.pid(), own.pid());
            assertTrue(shared.isRunning());
            assertTrue(own.isRunning());
        }
    }

    static String query(Server server, String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    private static String versionOf(ServerKind kind) {
        return switch (kind) {
            case MYSQL_8_0 -> "8.0.31";
            case MYSQL_9_7 -> "9.7.";
            case MARIADB_10_11 -> "10.11.5-MariaDB";
            case MARIADB_11_4 -> "11.4.5-MariaDB";
            case POSTGRES_15 -> "15.19";
            case POSTGRES_16 -> "16.15";
            case POSTGRES_17 -> "17.11";
            case POSTGRES_18 -> "18.6";
        };
    }
}
