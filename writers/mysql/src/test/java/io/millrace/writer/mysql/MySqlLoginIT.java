package io.millrace.writer.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TypeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a connection is made, secured, and refused by name, without the password. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class MySqlLoginIT {
    private final MySqlServer mysql;
    private final MariaDbServer mariaDb;

    MySqlLoginIT(MySqlServer mysql, MariaDbServer mariaDb) {
        this.mysql = mysql;
        this.mariaDb = mariaDb;
    }

    private static DataSource source(Server server, int port, String password, TlsMode mode, Optional<Path> ca) {
        return new DataSource(
                "warehouse",
                server instanceof MariaDbServer ? "mariadb" : "mysql",
                server.host(),
                port,
                "",
                server.user(),
                Secret.of(password),
                mode,
                ca,
                Duration.ofSeconds(3));
    }

    private static String connect(DataSource source) {
        try (Target target =
                new MySqlTargetProvider().open(source, new TargetSettings("task", "millrace", TypeOptions.DEFAULT))) {
            return target.version();
        }
    }

    private static void assertRefused(ErrorCode code, DataSource source) {
        MillraceException refused = assertThrows(MillraceException.class, () -> connect(source));
        assertEquals(code, refused.code(), refused.display());
        assertTrue(refused.getMessage().contains("datasource=warehouse"), refused.getMessage());
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("canary"), cause.toString());
        }
    }

    @Test
    void shouldTellWhyWhenNobodyListensOrTheLoginIsRefused() {
        for (Server server : List.of(mysql, mariaDb)) {
            FaultProxy proxy = FaultProxy.to(server);
            proxy.close();
            assertRefused(
                    ErrorCode.TARGET_UNREACHABLE,
                    source(server, proxy.port(), server.password(), TlsMode.DISABLED, Optional.empty()));
            assertRefused(
                    ErrorCode.TARGET_LOGIN_REFUSED,
                    source(server, server.port(), "canary", TlsMode.PREFERRED, Optional.empty()));
        }
        assertEquals(
                "MySQL 8.0.31",
                connect(source(mysql, mysql.port(), mysql.password(), TlsMode.PREFERRED, Optional.empty())));
        assertEquals(
                "MariaDB 11.4.5",
                connect(source(mariaDb, mariaDb.port(), mariaDb.password(), TlsMode.PREFERRED, Optional.empty())));
    }

    @Test
    void shouldBeUnreachableWhenTheConnectionEndsInTheHandshakeOfTls() {
        for (Server server : List.of(mysql, mariaDb)) {
            try (FaultProxy proxy = FaultProxy.to(server)) {
                proxy.endAfter(Direction.TO_CLIENT, 600);
                assertRefused(
                        ErrorCode.TARGET_UNREACHABLE,
                        source(server, proxy.port(), server.password(), TlsMode.REQUIRED, Optional.empty()));
            }
        }
    }

    @Test
    void shouldSecureTheConnectionAsAsked() {
        Optional<Path> ca = Optional.of(mariaDb.certificateAuthority());
        for (TlsMode mode : List.of(TlsMode.REQUIRED, TlsMode.VERIFY_CA, TlsMode.VERIFY_FULL)) {
            connect(source(
                    mariaDb,
                    mariaDb.port(),
                    mariaDb.password(),
                    mode,
                    mode == TlsMode.REQUIRED ? Optional.empty() : ca));
        }
        // Signed by nobody whom the JVM trusts; and by another authority.
        assertRefused(
                ErrorCode.TARGET_TLS,
                source(mysql, mysql.port(), mysql.password(), TlsMode.VERIFY_CA, Optional.empty()));
        assertRefused(ErrorCode.TARGET_TLS, source(mysql, mysql.port(), mysql.password(), TlsMode.VERIFY_FULL, ca));
    }

    @Test
    void shouldLogInAsTheAccountAsksForItUnderTls() {
        mysql.execute(
                null,
                "DROP USER IF EXISTS showing, whole",
                "CREATE USER showing IDENTIFIED BY 'Plain-1' REQUIRE X509",
                "CREATE USER whole IDENTIFIED WITH sha256_password BY 'Plain-1'");
        Path directory = mysql.dataDirectory(); // where the server made a certificate for clients, too
        assertRefused(ErrorCode.TARGET_LOGIN_REFUSED, as("showing", TlsMode.REQUIRED, Optional.empty()));
        assertEquals("MySQL 8.0.31", connect(as("showing", TlsMode.REQUIRED, Optional.of(directory))));
        assertRefused(ErrorCode.TARGET_TLS, as("showing", TlsMode.REQUIRED, Optional.of(directory.resolve("nowhere"))));
        assertEquals("MySQL 8.0.31", connect(as("whole", TlsMode.REQUIRED, Optional.empty())));
        assertRefused(ErrorCode.TARGET_TLS, as("whole", TlsMode.DISABLED, Optional.empty()));
    }

    private DataSource as(String user, TlsMode mode, Optional<Path> certificates) {
        return new DataSource(
                "warehouse",
                "mysql",
                mysql.host(),
                mysql.port(),
                "",
                user,
                Secret.of("Plain-1"),
                mode,
                Optional.empty(),
                certificates.map(directory -> directory.resolve("client-cert.pem")),
                certificates.map(directory -> directory.resolve("client-key.pem")),
                Duration.ofSeconds(3));
    }
}
