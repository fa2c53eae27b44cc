package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.task.TaskSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RealServers(ServerKind.POSTGRES_18)
class VerifierIT {
    private final PostgresServer target;
    private Server source;
    private String database;
    private String targetDatabase;

    VerifierIT(PostgresServer target) {
        this.target = target;
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldBeEqualWhenTheServersOnlySpellDifferently(ServerKind kind) {
        start(kind);
        source.execute(database, "SET sql_mode = '', time_zone = '+05:45'", """
                CREATE TABLE t (
                  id int(7) unsigned zerofill, tiny tinyint(1), big bigint unsigned, wide decimal(65,30), money decimal(9,2),
                  f float, d double, b1 bit(1), b9 bit(9), c char(5), v varchar(20), e enum('a','b'), s set('x','y'),
                  bin binary(4), blo blob, da date, dt datetime(6), dt0 datetime, ts timestamp(3) NULL, ti time(6),
                  y year, j json, g geometry, gen int AS (tiny + 1) STORED, PRIMARY KEY (id)) CHARSET latin1
                """, """
                INSERT INTO t (id, tiny, big, wide, money, f, d, b1, b9, c, v, e, s, bin, blo, da, dt, dt0, ts, ti, y, j, g)
                VALUES
                (1, 1, 18446744073709551615, -99999999999999999999999999999999999.000000000000000000000000000001, -0.10,
                 0.1, 1e300, 1, 5, 'é ', 'ÿ ', 'b', 'x,y', 'a', x'00ff5c0a', '1000-01-01', '2024-02-29 23:59:59.500000',
                 '9999-12-31 00:00:00', '2024-01-01 05:45:00.120', '-838:59:59.000000', 1901,
                 '{"b": [1, 1.50, null, true, "\\\\u00e9\\\\n"], "a": {}}',
                 ST_GeomFromText('POINT(1 2)', 0)),
                (20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                 NULL, NULL, NULL, NULL, NULL),
                (3, 0, 0, 0, 0, -3.4e38, -1.5, 0, 511, '', '', 'a', '', '', '', '2024-12-31', '1970-01-01 00:00:00',
                 '1970-01-01 00:00:00', '2024-01-01 05:45:00', '00:00:00.000001', 0, '[]', NULL)
                """);
        String numeric = "-99999999999999999999999999999999999.000000000000000000000000000001";
        target.execute(
                targetDatabase,
                "CREATE SCHEMA " + database,
                "CREATE TABLE " + database + """
                        .t (id bigint PRIMARY KEY, tiny smallint, big numeric(20), wide numeric(65,30), money numeric(9,2),
                          f real, d double precision, b1 boolean, b9 bit(9), c varchar(5), v varchar(20), e text, s text,
                          bin bytea, blo bytea, da date, dt timestamp(6), dt0 timestamp(0), ts timestamptz(3), ti interval,
                          y smallint, j json, g bytea, gen int)
                        """,
                "SET TimeZone = 'UTC'",
                "INSERT INTO " + database + ".t VALUES (1, 1, 18446744073709551615, " + numeric + """
                        , -0.1, 0.1, 1e300, true, B'000000101', 'é', 'ÿ ', 'b', 'x,y', '\\x61000000', '\\x00ff5c0a',
                          '1000-01-01', '2024-02-29 23:59:59.5', '9999-12-31', '2024-01-01 00:00:00.12Z',
                          '-838:59:59', 1901, '{"a":{},"b":[1,1.5,null,true,"é\\n"]}',
                          '\\x0101000000000000000000f03f0000000000000040', 2),
                        (20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                        (3, 0, 0, 0, 0, -3.4e38, -1.5, false, B'111111111', '', '', 'a', '', '\\x00000000', '',
                         '2024-12-31', '1970-01-01', '1970-01-01', '2024-01-01 00:00:00Z', '00:00:00.000001', 0, '[]',
                         NULL, 1)
                        """);

        Comparison comparison = verifier().compare(Verifier.Progress.NONE);

        assertEquals(
                List.of(new TableComparison(
                        new TableId(database, "t"),
                        new TableId(database, "t"),
                        3,
                        3,
                        0,
                        0,
                        0,
                        List.of(),
                        "",
                        List.of(),
                        List.of())),
                comparison.tables());
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldNameEachDifferenceByTableKeyAndColumn(ServerKind kind) {
        start(kind);
        // These keys have one order by the server's collation and another one by their bytes.
        source.execute(
                database,
                "CREATE TABLE t (a varchar(9), b int, v blob, w json, PRIMARY KEY (a, b)) CHARSET utf8mb4",
                "INSERT INTO t VALUES ('B', 1, 'x', '1'), ('a', 10, 'x', '1'), ('a', 9, 'x', '1'), ('é', 1, 'x', '1'),"
                        + " ('Z', 1, 'x', '[1]')");
        target.execute(
                targetDatabase,
                "CREATE SCHEMA " + database,
                "CREATE TABLE " + database + ".t (a varchar(9), b int, v bytea, w json, PRIMARY KEY (a, b))",
                "INSERT INTO " + database
                        + ".t VALUES ('B', 1, 'x', '1'), ('a', 10, 'y', '1'), ('é', 1, NULL, '1'), ('b', 1, 'x', '1'),"
                        + " ('Z', 1, 'x', '[2]')");

        TableComparison table =
                verifier().compare(Verifier.Progress.NONE).tables().get(0);

        assertEquals(1, table.missing());
        assertEquals(1, table.extra());
        assertEquals(3, table.different());
        assertFalse(table.isEqual());
        assertEquals(
                List.of(
                        new Difference(Difference.Kind.DIFFERENT, List.of("Z", "1"), List.of("w")),
                        new Difference(Difference.Kind.MISSING, List.of("a", "9"), List.of()),
                        new Difference(Difference.Kind.DIFFERENT, List.of("a", "10"), List.of("v")),
                        new Difference(Difference.Kind.EXTRA, List.of("b", "1"), List.of()),
                        new Difference(Difference.Kind.DIFFERENT, List.of("é", "1"), List.of("v"))),
                table.samples());
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldCompareWhatTheSourceComputesWhenTheTargetHasIt(ServerKind kind) {
        start(kind);
        source.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, n int, g int AS (n + 1) STORED, h int AS (n + 2) VIRTUAL, i int AS (n) VIRTUAL)",
                "INSERT INTO t (id, n) VALUES (1, 1), (2, 2)");
        target.execute(
                targetDatabase,
                "CREATE SCHEMA " + database,
                "CREATE TABLE " + database
                        + ".t (id int PRIMARY KEY, n int, g int, h int GENERATED ALWAYS AS (n + 2) STORED)",
                "INSERT INTO " + database + ".t (id, n, g) VALUES (1, 1, 2), (2, 2, NULL)");

        TableComparison table =
                verifier().compare(Verifier.Progress.NONE).tables().get(0);

        assertEquals("", table.problem());
        assertEquals(List.of(new Difference(Difference.Kind.DIFFERENT, List.of("2"), List.of("g"))), table.samples());
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldSayWhyWhenATableCannotBeCompared(ServerKind kind) {
        start(kind);
        source.execute(
                database,
                "CREATE TABLE absent (id int PRIMARY KEY)",
                "CREATE TABLE keyless (id int)",
                "CREATE TABLE narrow (id int PRIMARY KEY, more int)");
        target.execute(
                targetDatabase,
                "CREATE SCHEMA " + database,
                "CREATE TABLE " + database + ".keyless (id int)",
                "CREATE TABLE " + database + ".narrow (id int PRIMARY KEY)");

        Comparison comparison = verifier().compare(Verifier.Progress.NONE);

        assertEquals(
                List.of(
                        "no such table at the target",
                        "no key to compare by",
                        "columns are missing at the target: more"),
                comparison.tables().stream().map(TableComparison::problem).toList());
        assertFalse(comparison.isEqual());
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldPassManyRowsWithoutHoldingThem(ServerKind kind) {
        start(kind);
        source.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, v mediumtext)",
                "INSERT INTO t SELECT 16 * a.n + b.n, REPEAT('x', 100000) FROM"
                        + " (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
                        + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11"
                        + " UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15) a,"
                        + " (SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
                        + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9 UNION SELECT 10 UNION SELECT 11"
                        + " UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15) b");
        target.execute(
                targetDatabase,
                "CREATE SCHEMA " + database,
                "CREATE TABLE " + database + ".t (id int PRIMARY KEY, v text)",
                "INSERT INTO " + database + ".t SELECT n, repeat('x', 100000) FROM generate_series(0, 255) n");
        AtomicLong seen = new AtomicLong();

        Comparison comparison = verifier().compare((table, rows) -> seen.addAndGet(rows));

        assertTrue(comparison.isEqual(), comparison.toString());
        assertEquals(256, comparison.rows());
        assertEquals(256, seen.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldSayWhoRefusedTheLoginWithoutThePassword(ServerKind kind) {
        start(kind);
        DataSource wrong = DataSources.of("shop", "mysql", source, "", "canary-password");

        MillraceException e = assertThrows(
                MillraceException.class,
                () -> new Verifier(task(), wrong, targetDataSource()).compare(Verifier.Progress.NONE));

        assertEquals(ErrorCode.SOURCE_LOGIN_REFUSED, e.code());
        assertFalse(e.getMessage().contains("canary-password"), e.getMessage());
    }

    private void start(ServerKind kind) {
        source = Servers.shared(kind);
        database = source.freshDatabase("verify");
        targetDatabase = target.freshDatabase("verify");
    }

    private TaskSpec task() {
        return TaskSpec.builder("t")
                .source("shop")
                .target("warehouse")
                .tables(database + ".*")
                .build();
    }

    private Verifier verifier() {
        return new Verifier(task(), DataSources.of("shop", "mysql", source, ""), targetDataSource());
    }

    private DataSource targetDataSource() {
        return DataSources.of("warehouse", "postgres", target, targetDatabase);
    }
}
