package io.millrace.writer.postgres;

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
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TypeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Getting in: what each refusal is called, and how connections are secured. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresLoginIT {
    private final PostgresServer server;
    private final PostgresLab lab;

    PostgresLoginIT(PostgresServer server) {
        this.server = server;
        lab = new PostgresLab(server);
    }

    private static String connect(DataSource source) {
        try (Target target = new PostgresTargetProvider()
                .open(source, new TargetSettings("task", "millrace", TypeOptions.DEFAULT))) {
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

    private DataSource source(String host, int port, TlsMode mode, Optional<Path> ca, String database) {
        return new DataSource(
                "warehouse",
                "postgres",
                host,
                port,
                database,
                server.user(),
                Secret.of(server.password()),
                mode,
                ca,
                Duration.ofSeconds(3));
    }

    @Test
    void shouldBeUnreachableWhenNobodyListens() {
        FaultProxy proxy = FaultProxy.to(server);
        proxy.close();
        assertRefused(ErrorCode.TARGET_UNREACHABLE, lab.dataSource(proxy.port()));
        assertRefused(
                ErrorCode.TARGET_UNREACHABLE,
                source("no-such-host.invalid", 5432, TlsMode.DISABLED, Optional.empty(), "x"));
    }

    @Test
    void shouldBeUnreachableWhenNobodyAnswers() {
        try (FaultProxy proxy = FaultProxy.to(server)) {
            proxy.hold();
            assertRefused(
                    ErrorCode.TARGET_UNREACHABLE,
                    source(server.host(), proxy.port(), TlsMode.DISABLED, Optional.empty(), lab.database()));
        }
    }

    @Test
    void shouldBeRefusedWhenPasswordUserOrDatabaseIsWrong() {
        assertRefused(ErrorCode.TARGET_LOGIN_REFUSED, lab.dataSource(server.user(), "canary"));
        assertRefused(ErrorCode.TARGET_LOGIN_REFUSED, lab.dataSource("nobody_here", "canary"));
        assertRefused(ErrorCode.TARGET_LOGIN_REFUSED, lab.dataSource(server.user(), ""));
        assertRefused(
                ErrorCode.TARGET_LOGIN_REFUSED,
                source(server.host(), server.port(), TlsMode.DISABLED, Optional.empty(), "no_such_database"));
    }

    @Test
    void shouldRefuseAPlainServerWhenTlsIsRequired() {
        for (TlsMode mode : new TlsMode[] {TlsMode.REQUIRED, TlsMode.VERIFY_CA, TlsMode.VERIFY_FULL}) {
            assertRefused(
                    ErrorCode.TARGET_TLS, source(server.host(), server.port(), mode, Optional.empty(), lab.database()));
        }
        connect(source(server.host(), server.port(), TlsMode.PREFERRED, Optional.empty(), lab.database()));
    }

    @Test
    void shouldSecureTheConnectionAsAskedWhenServerHasTls() {
        PostgresServer secure = PostgresServer.builder().tls().shared();
        Optional<Path> ca = Optional.of(secure.certificateAuthority());
        for (TlsMode mode : TlsMode.values()) {
            connect(source(secure.host(), secure.port(), mode, ca, "postgres"));
        }
        connect(source(secure.host(), secure.port(), TlsMode.REQUIRED, Optional.empty(), "postgres"));
        // Signed by nobody whom the JVM trusts.
        assertRefused(
                ErrorCode.TARGET_TLS,
                source(secure.host(), secure.port(), TlsMode.VERIFY_CA, Optional.empty(), "postgres"));
        assertRefused(
                ErrorCode.TARGET_TLS,
                source(
                        secure.host(),
                        secure.port(),
                        TlsMode.VERIFY_FULL,
                        Optional.of(Path.of("/no/such/ca")),
                        "postgres"));
        // The certificate names localhost and 127.0.0.1, not this form of it.
        assertRefused(ErrorCode.TARGET_TLS, source("127.1", secure.port(), TlsMode.VERIFY_FULL, ca, "postgres"));
    }

    @Test
    void shouldBeUnreachableWhenTheConnectionEndsInTheHandshakeOfTls() {
        PostgresServer secure = PostgresServer.builder().tls().shared();
        try (FaultProxy proxy = FaultProxy.to(secure)) {
            proxy.endAfter(Direction.TO_CLIENT, 300);
            assertRefused(
                    ErrorCode.TARGET_UNREACHABLE,
                    source("127.0.0.1", proxy.port(), TlsMode.REQUIRED, Optional.empty(), "postgres"));
        }
    }

    @Test
    void shouldReallyUseTlsWhenItIsPreferredAndOffered() {
        PostgresServer secure = PostgresServer.builder().tls().shared();
        try (Target target = new PostgresTargetProvider()
                .open(
                        source(secure.host(), secure.port(), TlsMode.PREFERRED, Optional.empty(), "postgres"),
                        new TargetSettings("task", "millrace", TypeOptions.DEFAULT))) {
            target.version();
            try (var connection = secure.connect();
                    var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery("SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)"
                                    + " WHERE a.application_name = 'millrace control task'")) {
                assertTrue(rows.next());
                assertTrue(rows.getBoolean(1));
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
