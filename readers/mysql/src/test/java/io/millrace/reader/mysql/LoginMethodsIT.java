package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.connection.BinlogSession;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each method of logging in, on both connections that a task has: the driver's for SQL and ours for the binlog. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class LoginMethodsIT {
    private static final List<String> PASSWORDS = List.of("Plain-1", "Пароль-ü€ 😀 'q\"", "");

    private final MySqlServer mysql;
    private final MariaDbServer mariaDb;

    LoginMethodsIT(MySqlServer mysql, MariaDbServer mariaDb) {
        this.mysql = mysql;
        this.mariaDb = mariaDb;
    }

    private static void createUser(Server server, String name, String method, String password) {
        String literal = "'" + password.replace("'", "''") + "'";
        boolean isMariaDb = server instanceof MariaDbServer;
        server.execute(
                null,
                "DROP USER IF EXISTS " + name,
                "CREATE USER " + name + " IDENTIFIED WITH " + method
                        + (isMariaDb ? " AS PASSWORD(" + literal + ")" : " BY " + literal));
    }

    private static DataSource as(Server server, String password, TlsMode mode) {
        return TestSource.dataSource(server, "m", password, mode);
    }

    private static String sqlUser(DataSource dataSource) {
        try (SqlSession session = SqlSession.forCatalog(dataSource)) {
            return session.value("SELECT USER()").orElse("");
        }
    }

    private static String binlogUser(DataSource dataSource) {
        try (BinlogSession session = BinlogSession.of(dataSource).open()) {
            assertEquals(dataSource.tlsMode() != TlsMode.DISABLED, session.isTls());
            return session.value("SELECT USER()");
        }
    }

    private static void assertBothLogIn(DataSource dataSource) {
        assertTrue(sqlUser(dataSource).startsWith("m@"));
        assertTrue(binlogUser(dataSource).startsWith("m@"));
    }

    private static void assertBothRefused(ErrorCode code, DataSource dataSource) {
        for (Runnable login : List.<Runnable>of(() -> sqlUser(dataSource), () -> binlogUser(dataSource))) {
            MillraceException refused = assertThrows(MillraceException.class, login::run);
            assertEquals(code, refused.code(), refused.display());
        }
    }

    @Test
    void shouldLogInWhenThePasswordIsOfAnyCharactersAndTheMethodNative() {
        for (Server server : List.of(mysql, mariaDb)) {
            for (String password : PASSWORDS) {
                createUser(server, "m", "mysql_native_password", password);
                assertBothLogIn(as(server, password, TlsMode.REQUIRED));
                assertBothLogIn(as(server, password, TlsMode.DISABLED));
                assertBothRefused(ErrorCode.SOURCE_LOGIN_REFUSED, as(server, password + "x", TlsMode.REQUIRED));
            }
        }
    }

    /** EXACTNESS 43: without TLS only an account that the server has in its cache. */
    @Test
    void shouldLogInBothWaysWhenTheMethodIsCachingSha2() {
        for (String password : PASSWORDS) {
            createUser(mysql, "m", "caching_sha2_password", password);
            if (!password.isEmpty()) {
                assertBothRefused(ErrorCode.SOURCE_TLS, as(mysql, password, TlsMode.DISABLED));
            }
            assertTrue(binlogUser(as(mysql, password, TlsMode.REQUIRED)).startsWith("m@")); // the password itself
            assertBothLogIn(as(mysql, password, TlsMode.REQUIRED)); // cached
            assertBothLogIn(as(mysql, password, TlsMode.DISABLED));
            mysql.execute(null, "FLUSH PRIVILEGES"); // empties the cache
            assertBothLogIn(as(mysql, password, TlsMode.REQUIRED));
        }
    }

    @Test
    void shouldLogInOnlyUnderTlsWhenTheMethodIsSha256() {
        for (String password : PASSWORDS) {
            createUser(mysql, "m", "sha256_password", password);
            assertBothLogIn(as(mysql, password, TlsMode.REQUIRED));
            if (!password.isEmpty()) {
                assertBothRefused(ErrorCode.SOURCE_TLS, as(mysql, password, TlsMode.DISABLED));
            }
        }
    }

    @Test
    void shouldShowItsCertificateWhenTheAccountAsksForOne() {
        createUser(mysql, "m", "caching_sha2_password", "Plain-1");
        mysql.execute(null, "ALTER USER m REQUIRE X509");
        DataSource without = as(mysql, "Plain-1", TlsMode.REQUIRED);
        assertBothRefused(ErrorCode.SOURCE_LOGIN_REFUSED, without);
        Path directory = mysql.dataDirectory(); // where the server made a certificate for clients, too
        assertBothLogIn(
                withCertificate(without, directory.resolve("client-cert.pem"), directory.resolve("client-key.pem")));
        Path none = directory.resolve("no-such-file.pem");
        assertBothRefused(ErrorCode.SOURCE_TLS, withCertificate(without, none, none));
        Path noKey = directory.resolve("ca.pem");
        assertBothRefused(ErrorCode.SOURCE_TLS, withCertificate(without, directory.resolve("client-cert.pem"), noKey));
    }

    private static DataSource withCertificate(DataSource of, Path certificate, Path key) {
        return new DataSource(
                of.name(),
                of.type(),
                of.host(),
                of.port(),
                of.database(),
                of.user(),
                of.password(),
                of.tlsMode(),
                of.tlsCa(),
                Optional.of(certificate),
                Optional.of(key),
                of.connectTimeout());
    }

    @Test
    void shouldVerifyTheServerOnTheBinlogConnectionToo() {
        Path authority = mysql.dataDirectory().resolve("ca.pem");
        mysql.execute(null, "DROP USER IF EXISTS m", "CREATE USER m IDENTIFIED BY 'Plain-1'");
        DataSource byAuthority = verifying(as(mysql, "Plain-1", TlsMode.VERIFY_CA), authority);
        assertTrue(binlogUser(byAuthority).startsWith("m@"));
        // Made for another host.
        assertEquals(
                ErrorCode.SOURCE_TLS,
                assertThrows(
                                MillraceException.class,
                                () -> binlogUser(verifying(as(mysql, "Plain-1", TlsMode.VERIFY_FULL), authority)))
                        .code());
        // Signed by another authority.
        assertEquals(
                ErrorCode.SOURCE_TLS,
                assertThrows(
                                MillraceException.class,
                                () -> binlogUser(verifying(
                                        as(mysql, "Plain-1", TlsMode.VERIFY_CA), mariaDb.certificateAuthority())))
                        .code());
        mariaDb.execute(null, "DROP USER IF EXISTS m", "CREATE USER m IDENTIFIED BY 'Plain-1'");
        assertTrue(binlogUser(verifying(as(mariaDb, "Plain-1", TlsMode.VERIFY_FULL), mariaDb.certificateAuthority()))
                .startsWith("m@"));
    }

    private static DataSource verifying(DataSource of, Path authority) {
        return new DataSource(
                of.name(),
                of.type(),
                of.host(),
                of.port(),
                of.database(),
                of.user(),
                of.password(),
                of.tlsMode(),
                Optional.of(authority),
                of.connectTimeout());
    }
}
