package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableSelection;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each bad setting, privilege and table is found by name, and nothing is found where all is well. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class PreflightIT {
    private static final String LEFT_OUT = "left_out";
    private static final long SERVER_ID = 4_000_000_001L;
    private static final String USER = "preflight";
    private static final String USER_PASSWORD = "Canary-7x";

    private final MySqlServer mysql;
    private final MariaDbServer mariaDb;

    PreflightIT(MySqlServer mysql, MariaDbServer mariaDb) {
        this.mysql = mysql;
        this.mariaDb = mariaDb;
    }

    @AfterEach
    void dropUser() {
        List.of(mysql, mariaDb).forEach(server -> server.execute(null, "DROP USER IF EXISTS " + USER));
    }

    @Test
    void shouldFindNothingWorseThanInfoWhenAllIsWell() {
        each(server -> {
            String database = server.freshDatabase("well");
            server.execute(database, "CREATE TABLE t (id bigint PRIMARY KEY, v json, w longtext) COMMENT 'c'");
            assertEquals(List.of(), worse(check(server, TestSource.all(database)), Severity.INFO));
        });
    }

    @Test
    void shouldFindNothingWhenAccountHasExactlyTheGrantsThatAreAdvised() {
        each(server -> {
            String database = server.freshDatabase("grants");
            server.execute(
                    database,
                    "CREATE TABLE t (id bigint PRIMARY KEY)",
                    "CREATE USER " + USER + " IDENTIFIED BY '" + USER_PASSWORD + "'",
                    "GRANT SELECT ON " + database + ".* TO " + USER,
                    "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + USER);
            List<Finding> found = worse(checkAsUser(server, TestSource.all(database)), Severity.WARNING);
            assertEquals(List.of(), found);
        });
    }

    @Test
    void shouldNamePrivilegesWhenAccountHasOnlySelect() {
        each(server -> {
            String database = server.freshDatabase("only_select");
            server.execute(
                    database,
                    "CREATE TABLE t (id bigint PRIMARY KEY)",
                    "CREATE USER " + USER + " IDENTIFIED BY '" + USER_PASSWORD + "'",
                    "GRANT SELECT ON " + database + ".* TO " + USER);
            List<Finding> found = checkAsUser(server, TestSource.all(database));
            String monitor = server == mariaDb ? "BINLOG MONITOR" : "REPLICATION CLIENT";
            assertFinding(found, Severity.ERROR, ErrorCode.SOURCE_PRIVILEGE, "REPLICATION SLAVE");
            assertFinding(found, Severity.ERROR, ErrorCode.SOURCE_PRIVILEGE, monitor);
            // The fix does what it says.
            for (Finding finding : found) {
                if (finding.code() == ErrorCode.SOURCE_PRIVILEGE) {
                    server.execute(null, finding.fix());
                }
            }
            assertEquals(List.of(), worse(checkAsUser(server, TestSource.all(database)), Severity.INFO));
        });
    }

    @Test
    void shouldNameTableWhenAccountMayNotSelectIt() {
        each(server -> {
            String database = server.freshDatabase("no_select");
            server.execute(
                    database,
                    "CREATE TABLE t (id bigint PRIMARY KEY, secret int)",
                    "CREATE USER " + USER + " IDENTIFIED BY '" + USER_PASSWORD + "'",
                    "GRANT SELECT (id), INSERT ON " + database + ".t TO " + USER);
            assertFinding(
                    checkAsUser(server, TestSource.all(database)),
                    Severity.ERROR,
                    ErrorCode.SOURCE_PRIVILEGE,
                    "SELECT on `" + database + "`.`t`");
        });
    }

    @Test
    void shouldKnowActionsThatAreNotLoggedWhenAccountMayOnlySelect() {
        each(server -> {
            String database = server.freshDatabase("cascade");
            server.execute(
                    database,
                    "CREATE TABLE parent (id bigint PRIMARY KEY)",
                    "CREATE TABLE child (id bigint PRIMARY KEY, p bigint, CONSTRAINT fk FOREIGN KEY (p) REFERENCES"
                            + " parent (id) ON DELETE CASCADE)",
                    "CREATE TABLE setter (id bigint PRIMARY KEY, p bigint, CONSTRAINT fs FOREIGN KEY (p) REFERENCES"
                            + " parent (id) ON UPDATE SET NULL)",
                    "CREATE TABLE harmless (id bigint PRIMARY KEY, p bigint, FOREIGN KEY (p) REFERENCES parent (id))",
                    "CREATE USER " + USER + " IDENTIFIED BY '" + USER_PASSWORD + "'",
                    "GRANT SELECT ON " + database + ".* TO " + USER);
            try (Source source = new MySqlSourceProvider()
                    .open(TestSource.dataSource(server, USER, USER_PASSWORD, TlsMode.PREFERRED))) {
                Map<String, Boolean> isUnlogged = new TreeMap<>();
                source.tables(TestSource.all(database))
                        .forEach(table -> table.foreignKeys()
                                .forEach(key ->
                                        isUnlogged.put(table.schema().table().name(), key.isUnlogged())));
                assertEquals("{child=true, harmless=false, setter=true}", isUnlogged.toString());
            }
        });
    }

    @Test
    void shouldRefuseSettingsWhenBinlogWouldLackRows() {
        each(server -> {
            assertSetting(server, "binlog_format", "MIXED", "ROW", Severity.ERROR);
            assertSetting(server, "binlog_format", "STATEMENT", "ROW", Severity.ERROR);
            assertSetting(server, "binlog_row_image", "MINIMAL", "FULL", Severity.WARNING);
            assertSetting(server, "binlog_row_image", "NOBLOB", "FULL", Severity.WARNING);
            assertSetting(server, "binlog_row_metadata", "MINIMAL", "FULL", Severity.INFO);
            assertSetting(server, "binlog_expire_logs_seconds", "3600", "2592000", Severity.WARNING);
            assertSetting(server, "binlog_checksum", "NONE", "CRC32", Severity.INFO);
            assertSetting(server, "sync_binlog", "0", "1", Severity.INFO);
            assertSetting(server, "innodb_flush_log_at_trx_commit", "2", "1", Severity.INFO);
        });
        mysql.execute(null, "SET GLOBAL binlog_row_image='MINIMAL'");
        try {
            assertSetting(mysql, "binlog_row_value_options", "PARTIAL_JSON", "", Severity.ERROR);
        } finally {
            mysql.execute(null, "SET GLOBAL binlog_row_image='FULL'");
        }
    }

    @Test
    void shouldRefuseServerWhenItWritesNoBinlog() {
        try (MySqlServer server = MySqlServer.builder()
                .unset("log_bin")
                .set("skip_log_bin", "")
                .unset("gtid_mode")
                .unset("enforce_gtid_consistency")
                .start()) {
            assertNoBinlog(server);
        }
        try (MariaDbServer server = MariaDbServer.builder().unset("log_bin").start()) {
            assertNoBinlog(server);
        }
    }

    private static void assertNoBinlog(Server server) {
        String database = server.freshDatabase("no_binlog");
        List<Finding> found = check(server, TestSource.all(database));
        assertFinding(found, Severity.ERROR, ErrorCode.SOURCE_SETTING, "log_bin");
        try (Source source = TestSource.open(server)) {
            for (Runnable question :
                    List.<Runnable>of(source::loadPosition, source::committedPosition, source::earliestPosition)) {
                assertEquals(
                        ErrorCode.SOURCE_SETTING,
                        assertThrows(MillraceException.class, question::run).code());
            }
        }
    }

    @Test
    void shouldNameDatabaseWhenBinlogLeavesItOut() {
        try (MySqlServer server =
                MySqlServer.builder().set("binlog_do_db", "elsewhere").start()) {
            assertLeftOut(server, "binlog_do_db");
        }
        try (MariaDbServer server =
                MariaDbServer.builder().set("binlog_ignore_db", LEFT_OUT).start()) {
            assertLeftOut(server, "binlog_ignore_db");
        }
    }

    private static void assertLeftOut(Server server, String option) {
        server.execute(null, "CREATE DATABASE " + LEFT_OUT);
        server.execute(LEFT_OUT, "CREATE TABLE t (id bigint PRIMARY KEY)");
        assertFinding(check(server, TestSource.all(LEFT_OUT)), Severity.ERROR, ErrorCode.SOURCE_SETTING, option);
    }

    @Test
    void shouldWarnWhenServerHasNoGtidsOrDoesNotLogWhatItReplicates() {
        try (MySqlServer server = MySqlServer.builder()
                .unset("gtid_mode")
                .unset("enforce_gtid_consistency")
                .set("log_replica_updates", "OFF")
                .set("skip_replica_start", "")
                .start()) {
            server.execute(null, "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1");
            String database = server.freshDatabase("replica");
            List<Finding> found = check(server, TestSource.all(database));
            assertFinding(found, Severity.WARNING, ErrorCode.SOURCE_SETTING, "gtid_mode");
            assertFinding(found, Severity.ERROR, ErrorCode.SOURCE_SETTING, "log_replica_updates");
        }
        try (MariaDbServer server =
                MariaDbServer.builder().set("skip_slave_start", "").start()) {
            server.execute(null, "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1");
            String database = server.freshDatabase("replica");
            List<Finding> found = check(server, TestSource.all(database));
            assertFinding(found, Severity.ERROR, ErrorCode.SOURCE_SETTING, "log_slave_updates");
            assertFinding(found, Severity.WARNING, ErrorCode.SOURCE_SETTING, "gtid_strict_mode");
        }
    }

    @Test
    void shouldNameTablesWhenTheyCannotBeCarried() {
        each(server -> {
            String database = server.freshDatabase("refused");
            server.execute(
                    database,
                    "CREATE TABLE no_key (a int, UNIQUE KEY (a))",
                    "CREATE TABLE prefix (t text NOT NULL, PRIMARY KEY (t(10)))",
                    "CREATE TABLE carried (id int PRIMARY KEY, t text CHARACTER SET gbk, u char(3) CHARACTER SET"
                            + " utf16, g geometry)",
                    "CREATE TABLE heap (id int PRIMARY KEY) ENGINE=MyISAM");
            List<Finding> found = check(server, TestSource.all(database));
            assertFinding(found, Severity.ERROR, ErrorCode.TABLE_WITHOUT_KEY, database + ".no_key");
            assertFinding(found, Severity.WARNING, ErrorCode.TABLE_WITHOUT_KEY, database + ".prefix");
            assertFalse(hasFinding(found, ErrorCode.TABLE_REFUSED, database + ".carried"), found.toString());
            assertFinding(found, Severity.WARNING, ErrorCode.SOURCE_SETTING, database + ".heap");
        });
        String holes = mysql.freshDatabase("refused");
        mysql.execute(holes, "CREATE TABLE hole (id int PRIMARY KEY) ENGINE=BLACKHOLE");
        assertFinding(check(mysql, TestSource.all(holes)), Severity.ERROR, ErrorCode.TABLE_REFUSED, holes + ".hole");
        String database = mariaDb.freshDatabase("refused");
        mariaDb.execute(
                database,
                "CREATE TABLE history (id int PRIMARY KEY) WITH SYSTEM VERSIONING",
                "CREATE SEQUENCE numbers",
                "CREATE TABLE hashed (id int PRIMARY KEY, t longtext, UNIQUE KEY (t))",
                "CREATE TABLE memory (id int PRIMARY KEY, UNIQUE KEY (id)) ENGINE=MEMORY",
                "CREATE TABLE carried (id inet6 PRIMARY KEY, t text COMPRESSED, u uuid, a inet4)");
        List<Finding> found = check(mariaDb, TestSource.all(database));
        assertFalse(hasFinding(found, ErrorCode.TABLE_REFUSED, database + ".memory"), found.toString());
        for (String table : List.of("history", "numbers", "hashed")) {
            assertFinding(found, Severity.ERROR, ErrorCode.TABLE_REFUSED, database + "." + table);
        }
        assertFalse(hasFinding(found, ErrorCode.TABLE_REFUSED, database + ".carried"), found.toString());
    }

    @Test
    void shouldNameDeclaredKeyWhenItCannotTellRowsApart() {
        each(server -> {
            String database = server.freshDatabase("declared");
            server.execute(database, "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int)");
            String subject = database + ".t";
            assertFinding(
                    check(server, TestSource.selection(database, List.of("nothing"))),
                    Severity.ERROR,
                    ErrorCode.INVALID_VALUE,
                    subject);
            assertFinding(
                    check(server, TestSource.selection(database, List.of("b"))),
                    Severity.ERROR,
                    ErrorCode.INVALID_VALUE,
                    subject);
            assertFinding(
                    check(server, TestSource.selection(database, List.of("a"))),
                    Severity.WARNING,
                    ErrorCode.INVALID_VALUE,
                    subject);
            assertFalse(hasFinding(
                    check(server, TestSource.selection(database, List.of("a", "id"))),
                    ErrorCode.INVALID_VALUE,
                    subject));
        });
    }

    @Test
    void shouldRefuseLoadWhenPreparedTransactionStandsOpen() {
        each(server -> {
            String database = server.freshDatabase("xa");
            server.execute(
                    database,
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "XA START 'canary'",
                    "INSERT INTO t VALUES (1)",
                    "XA END 'canary'",
                    "XA PREPARE 'canary'");
            try (Source source = TestSource.open(server)) {
                assertFinding(
                        check(server, TestSource.all(database)),
                        Severity.WARNING,
                        ErrorCode.SOURCE_SETTING,
                        "XA RECOVER");
                MillraceException refused = assertThrows(MillraceException.class, source::loadPosition);
                assertEquals(ErrorCode.SOURCE_SETTING, refused.code());
                assertFalse(refused.getMessage().contains("canary"), refused.getMessage());
            } finally {
                server.execute(null, "XA ROLLBACK 'canary'");
            }
            try (Source source = TestSource.open(server)) {
                source.loadPosition();
            }
        });
    }

    private void each(Consumer<Server> test) {
        test.accept(mysql);
        test.accept(mariaDb);
    }

    private static void assertSetting(Server server, String name, String bad, String good, Severity severity) {
        server.execute(null, "SET GLOBAL " + name + " = " + (bad.matches("\\d+") ? bad : "'" + bad + "'"));
        try {
            assertFinding(check(server, TestSource.all("no_such_database")), severity, ErrorCode.SOURCE_SETTING, name);
        } finally {
            server.execute(null, "SET GLOBAL " + name + " = " + (good.matches("\\d+") ? good : "'" + good + "'"));
        }
    }

    private static List<Finding> check(Server server, TableSelection selection) {
        try (Source source = TestSource.open(server)) {
            return source.check(source.tables(selection), request(selection));
        }
    }

    private static List<Finding> checkAsUser(Server server, TableSelection selection) {
        try (Source source =
                new MySqlSourceProvider().open(TestSource.dataSource(server, USER, USER_PASSWORD, TlsMode.PREFERRED))) {
            return source.check(source.tables(selection), request(selection));
        }
    }

    private static ChangeRequest request(TableSelection selection) {
        return new ChangeRequest("test", SERVER_ID, selection, Duration.ofSeconds(10));
    }

    private static boolean hasFinding(List<Finding> found, ErrorCode code, String subject) {
        return found.stream().anyMatch(f -> f.code() == code && f.subject().equals(subject));
    }

    private static void assertFinding(List<Finding> found, Severity severity, ErrorCode code, String subject) {
        assertTrue(
                found.stream()
                        .anyMatch(f -> f.severity() == severity
                                && f.code() == code
                                && f.subject().equals(subject)
                                && !f.fix().isEmpty()),
                severity + " " + code + " " + subject + " not in " + found);
    }

    private static List<Finding> worse(List<Finding> found, Severity than) {
        return found.stream().filter(f -> f.severity().compareTo(than) > 0).toList();
    }
}
