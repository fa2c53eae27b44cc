package io.millrace.servers;

import static io.millrace.servers.ServerIT.query;
import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server's settings do, and how tests share servers by them. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18, POSTGRES_16})
@Tag("full")
class ServerSettingsIT {
    @Test
    void shouldLogRowsWithNamesWhenMySqlHasOurDefaults(MySqlServer mysql) throws SQLException {
        assertEquals("ROW", query(mysql, null, "SELECT @@binlog_format"));
        assertEquals("FULL", query(mysql, null, "SELECT @@binlog_row_image"));
        assertEquals("FULL", query(mysql, null, "SELECT @@binlog_row_metadata"));
        assertEquals("ON", query(mysql, null, "SELECT @@gtid_mode"));
        assertEquals("1", query(mysql, null, "SELECT @@log_bin"));
    }

    @Test
    void shouldLogRowsWithNamesWhenMariaDbHasOurDefaults(MariaDbServer mariadb) throws SQLException {
        assertEquals("ROW", query(mariadb, null, "SELECT @@binlog_format"));
        assertEquals("FULL", query(mariadb, null, "SELECT @@binlog_row_image"));
        assertEquals("FULL", query(mariadb, null, "SELECT @@binlog_row_metadata"));
    }

    @Test
    void shouldLogLogicallyWhenPostgresHasOurDefaults(
            PostgresServer newest, @RealServers(POSTGRES_16) PostgresServer older) throws SQLException {
        assertEquals("logical", query(newest, null, "SHOW wal_level"));
        assertEquals(POSTGRES_18, newest.kind());
        assertEquals(POSTGRES_16, older.kind());
    }

    @Test
    void shouldObeyOptionsWhenMySqlIsGivenThem() throws SQLException {
        MySqlServer mysql = MySqlServer.builder()
                .set("binlog-row-image", "MINIMAL")
                .set("max_allowed_packet", "1M")
                .unset("local_infile")
                .shared();
        assertEquals("MINIMAL", query(mysql, null, "SELECT @@binlog_row_image"));
        assertEquals("1048576", query(mysql, null, "SELECT @@max_allowed_packet"));
        assertEquals("0", query(mysql, null, "SELECT @@local_infile"));
    }

    @Test
    void shouldShareWhenSettingsAreEqualAndOnlyThen(MariaDbServer mariadb) {
        assertSame(mariadb, Servers.mariadb());
        MariaDbServer other = MariaDbServer.builder().set("sync_binlog", 1).shared();
        assertNotSame(mariadb, other);
        assertSame(other, MariaDbServer.builder().set("sync-binlog", "1").shared());
    }

    @Test
    void shouldHaveIdentitiesOfTheirOwnWhenServersAreOfOneKind(MySqlServer mysql, PostgresServer postgres)
            throws SQLException {
        try (Server own = Servers.orSkip(() -> MySqlServer.builder().start())) {
            assertNotEquals(query(mysql, null, "SELECT @@server_uuid"), query(own, null, "SELECT @@server_uuid"));
            assertNotEquals(query(mysql, null, "SELECT @@server_id"), query(own, null, "SELECT @@server_id"));
        }
        String systemIdentifier = "SELECT system_identifier FROM pg_control_system()";
        try (Server own = Servers.orSkip(() -> PostgresServer.builder().start())) {
            assertNotEquals(query(postgres, null, systemIdentifier), query(own, null, systemIdentifier));
        }
    }

    @Test
    void shouldBeVerifiableByItsNameWhenPostgresHasTls() throws SQLException {
        PostgresServer server = PostgresServer.builder().tls().shared();
        String url = server.jdbcUrl(null) + "?sslmode=verify-full&sslrootcert=" + server.certificateAuthority();
        try (var connection = DriverManager.getConnection(url, server.user(), server.password());
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            assertTrue(result.next() && result.getBoolean(1));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldBeVerifiableByItsNameWhenMySqlHasTls(ServerKind kind) throws SQLException {
        Server server = kind.builder().tls().shared();
        String url = server.jdbcUrl(null).replace("sslMode=disable", "sslMode=verify-full") + "&serverSslCert="
                + server.certificateAuthority();
        try (var connection = DriverManager.getConnection(url, server.user(), server.password());
                var statement = connection.createStatement();
                var result = statement.executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
            assertTrue(result.next() && !result.getString(2).isEmpty());
        }
    }
}
