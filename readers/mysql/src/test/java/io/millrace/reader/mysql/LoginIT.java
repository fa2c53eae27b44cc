package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who cannot be reached, does not let us in or is not whom we meant is named; no credential is ever in a message. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class LoginIT {
    private static final String CANARY = "Canary-9q'\"\\`";

    private final MySqlServer mysql;
    private final MariaDbServer mariaDb;

    LoginIT(MySqlServer mysql, MariaDbServer mariaDb) {
        this.mysql = mysql;
        this.mariaDb = mariaDb;
    }

    @Test
    void shouldSayLoginRefusedWithoutPasswordWhenPasswordIsWrong() {
        for (Server server : List.of(mysql, mariaDb)) {
            for (TlsMode mode : List.of(TlsMode.DISABLED, TlsMode.PREFERRED, TlsMode.REQUIRED)) {
                server.execute(
                        null,
                        "DROP USER IF EXISTS stranger",
                        "CREATE USER stranger IDENTIFIED WITH mysql_native_password "
                                + (server == mysql ? "BY 'Other-1'" : "AS PASSWORD('Other-1')"));
                MillraceException refused = refusal(TestSource.dataSource(server, "stranger", CANARY, mode));
                assertEquals(ErrorCode.SOURCE_LOGIN_REFUSED, refused.code(), refused.display());
                assertFalse(stackTrace(refused).contains("Canary"), refused.display());
                assertTrue(refused.getMessage().contains("user=stranger"), refused.getMessage());
            }
        }
    }

    @Test
    void shouldSayUnreachableWhenNobodyListensOrHostIsUnknown() {
        DataSource there = TestSource.dataSource(mysql);
        assertEquals(
                ErrorCode.SOURCE_UNREACHABLE, refusal(at(there, "127.0.0.1", 1)).code());
        assertEquals(
                ErrorCode.SOURCE_UNREACHABLE,
                refusal(at(there, "no-such-host.invalid", 3306)).code());
    }

    /** An outage like any other: the next attempt may do. */
    @Test
    void shouldSayUnreachableWhenTheConnectionEndsInTheHandshakeOfTls() {
        for (Server server : List.of(mysql, mariaDb)) {
            try (FaultProxy proxy = FaultProxy.to(server)) {
                for (int bytes : new int[] {200, 600, 1_000}) {
                    proxy.endAfter(Direction.TO_CLIENT, bytes);
                    DataSource there =
                            TestSource.dataSource(server, server.user(), server.password(), TlsMode.REQUIRED);
                    MillraceException refused = refusal(at(there, "127.0.0.1", proxy.port()));
                    assertEquals(ErrorCode.SOURCE_UNREACHABLE, refused.code(), refused.display());
                    proxy.heal();
                }
            }
        }
    }

    @Test
    void shouldEncryptWhenModeSaysSo() {
        for (Server server : List.of(mysql, mariaDb)) {
            assertEquals("", cipher(TestSource.dataSource(server, server.user(), server.password(), TlsMode.DISABLED)));
            for (TlsMode mode : List.of(TlsMode.PREFERRED, TlsMode.REQUIRED)) {
                assertFalse(cipher(TestSource.dataSource(server, server.user(), server.password(), mode))
                        .isEmpty());
            }
        }
    }

    @Test
    void shouldVerifyCertificateWhenModeSaysSo() {
        try (MySqlServer ours = MySqlServer.builder().tls().start();
                MariaDbServer alsoOurs = MariaDbServer.builder().tls().start()) {
            for (Server server : List.of(ours, alsoOurs)) {
                for (TlsMode mode : List.of(TlsMode.VERIFY_CA, TlsMode.VERIFY_FULL)) {
                    for (String host : List.of("127.0.0.1", "localhost")) {
                        DataSource verified = verifying(server, mode, host, server.certificateAuthority());
                        assertFalse(cipher(verified).isEmpty());
                    }
                    // No authority given: the platform's, none of whom knows the server.
                    assertEquals(
                            ErrorCode.SOURCE_TLS,
                            refusal(TestSource.dataSource(server, server.user(), server.password(), mode))
                                    .code());
                    assertEquals(
                            ErrorCode.SOURCE_TLS,
                            refusal(verifying(server, mode, "127.0.0.1", Path.of("no-such-file.pem")))
                                    .code());
                }
            }
            // A server that another authority has signed.
            Path foreign = mysql.dataDirectory().resolve("ca.pem");
            assertEquals(
                    ErrorCode.SOURCE_TLS,
                    refusal(verifying(ours, TlsMode.VERIFY_CA, "127.0.0.1", foreign))
                            .code());
        }
    }

    @Test
    void shouldRefuseOnlyVerifyFullWhenCertificateIsForAnotherHost() {
        Path authority = mysql.dataDirectory().resolve("ca.pem");
        assertFalse(cipher(verifying(mysql, TlsMode.VERIFY_CA, "127.0.0.1", authority))
                .isEmpty());
        assertEquals(
                ErrorCode.SOURCE_TLS,
                refusal(verifying(mysql, TlsMode.VERIFY_FULL, "127.0.0.1", authority))
                        .code());
    }

    @Test
    void shouldFallBackOnlyWhenPreferredAndServerHasNoTls() {
        try (MySqlServer server = MySqlServer.builder().set("ssl", "OFF").start()) {
            // Otherwise the account's method would ask for TLS or a key.
            server.execute(
                    null,
                    "CREATE USER plain IDENTIFIED WITH mysql_native_password BY 'Plain-1'",
                    "GRANT ALL ON *.* TO plain");
            assertEquals("", cipher(TestSource.dataSource(server, "plain", "Plain-1", TlsMode.PREFERRED)));
            assertEquals("", cipher(TestSource.dataSource(server, "plain", "Plain-1", TlsMode.DISABLED)));
            for (TlsMode mode : List.of(TlsMode.REQUIRED, TlsMode.VERIFY_CA, TlsMode.VERIFY_FULL)) {
                assertEquals(
                        ErrorCode.SOURCE_TLS,
                        refusal(TestSource.dataSource(server, "plain", "Plain-1", mode))
                                .code());
            }
        }
    }

    /** EXACTNESS 43. */
    @Test
    void shouldAskForNoKeyAndSendNoClearPasswordWhenThereIsNoTls() {
        mysql.execute(
                null,
                "DROP USER IF EXISTS cold",
                "CREATE USER cold IDENTIFIED WITH caching_sha2_password BY 'Cold-1'",
                "GRANT ALL ON *.* TO cold");
        assertEquals(
                ErrorCode.SOURCE_TLS,
                refusal(TestSource.dataSource(mysql, "cold", "Cold-1", TlsMode.DISABLED))
                        .code());
        assertFalse(cipher(TestSource.dataSource(mysql, "cold", "Cold-1", TlsMode.REQUIRED))
                .isEmpty());
        // From now on the server has it in its cache, and a scrambled answer suffices.
        assertEquals("", cipher(TestSource.dataSource(mysql, "cold", "Cold-1", TlsMode.DISABLED)));
    }

    private static MillraceException refusal(DataSource dataSource) {
        return assertThrows(
                MillraceException.class,
                () -> new MySqlSourceProvider().open(dataSource).version());
    }

    private static String cipher(DataSource dataSource) {
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            return session.row("SHOW STATUS LIKE 'Ssl_cipher'", row -> row.getString(2))
                    .orElse("");
        }
    }

    private static DataSource verifying(Server server, TlsMode mode, String host, Path authority) {
        return new DataSource(
                "test",
                "mysql",
                host,
                server.port(),
                "",
                server.user(),
                Secret.of(server.password()),
                mode,
                Optional.of(authority),
                Duration.ofSeconds(10));
    }

    private static DataSource at(DataSource like, String host, int port) {
        return new DataSource(
                like.name(),
                like.type(),
                host,
                port,
                "",
                like.user(),
                like.password(),
                like.tlsMode(),
                like.tlsCa(),
                Duration.ofSeconds(2));
    }

    private static String stackTrace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
