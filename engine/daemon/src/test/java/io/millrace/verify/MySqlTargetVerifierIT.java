package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.task.TaskSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Comparisons with a MySQL or MariaDB target: equal where the servers only spell differently, and each difference found. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class MySqlTargetVerifierIT {
    private static final String ROWS = """
            (1, 18446744073709551615, -9.10, 0.1, 1e300, b'101', 'é ', 'b', x'00ff5c0a', '1000-01-01',
             '2024-02-29 23:59:59.5', '2024-01-01 05:45:00.120', '-838:59:59', 2024, '{"b": [1, 1.50, null], "a": {}}',
             ST_GeomFromText('POINT(1 2)', 0)),
            (20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
            (3, 0, 0, -3.4e38, -1.5, b'0', '', 'a', '', '0000-00-00', '0000-00-00 00:00:00', '2024-01-01 05:45:00',
             '00:00:00.000001', 0, '[]', NULL)""";

    private static String create(String database, String charset) {
        return "CREATE TABLE " + database + """
                .t (id int, big bigint unsigned, money decimal(9,2), f float, d double, b bit(9), v varchar(20),
                  e enum('a','b'), blo varbinary(20), da date, dt datetime(6), ts timestamp(3) NULL, ti time(6), y year, j json,
                  g geometry, PRIMARY KEY (id)) CHARSET=""" + charset;
    }

    private static Comparison compare(Server source, String type, String database, Server target, String targetType) {
        TaskSpec task = TaskSpec.builder("verify")
                .source("from")
                .target("to")
                .tables(database + ".*")
                .build();
        return new Verifier(
                        task,
                        DataSources.of("from", type, source, type.equals("postgres") ? database : ""),
                        DataSources.of("to", targetType, target, ""))
                .compare(Verifier.Progress.NONE);
    }

    @Test
    void shouldBeEqualWhenMySqlAndMariaDbOnlySpellDifferently(MySqlServer source, MariaDbServer target) {
        String database = source.freshDatabase("verified_my");
        target.execute(null, "CREATE DATABASE " + database);
        for (Server server : List.of(source, target)) {
            server.execute(
                    database,
                    "SET SESSION sql_mode = '', time_zone = '+05:45'",
                    create(database, server == source ? "latin1" : "utf8mb4"),
                    "INSERT INTO t VALUES " + ROWS);
        }
        Comparison comparison = compare(source, "mysql", database, target, "mariadb");
        assertTrue(comparison.isEqual(), comparison.toString());
        assertEquals(3, comparison.rows());

        target.execute(
                database,
                "SET SESSION sql_mode = ''",
                "UPDATE t SET f = 0.2, j = '{\"b\": [1, 1.51, null], \"a\": {}}', v = 'é' WHERE id = 1",
                "UPDATE t SET da = '0001-01-01' WHERE id = 3",
                "DELETE FROM t WHERE id = 20",
                "INSERT INTO t (id) VALUES (4)");
        TableComparison table =
                compare(source, "mysql", database, target, "mariadb").tables().get(0);
        assertEquals(
                List.of(
                        new Difference(Difference.Kind.DIFFERENT, List.of("1"), List.of("f", "v", "j")),
                        new Difference(Difference.Kind.DIFFERENT, List.of("3"), List.of("da")),
                        new Difference(Difference.Kind.EXTRA, List.of("4"), List.of()),
                        new Difference(Difference.Kind.MISSING, List.of("20"), List.of())),
                table.samples());
    }

    @Test
    void shouldBeEqualWhenPostgresAndMySqlOnlySpellDifferently(PostgresServer source, MySqlServer target) {
        String database = source.freshDatabase("verified_pg");
        target.execute(null, "DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database);
        source.execute(
                database,
                "CREATE SCHEMA " + database,
                "CREATE TABLE " + database
                        + ".t (k text PRIMARY KEY, ok boolean, n numeric, r real, b bytea, at timestamptz,"
                        + " d date, u uuid, tags text[], nums int[], j jsonb, i interval, c character(4))",
                "INSERT INTO " + database + ".t VALUES ('B', true, 1.50, 0.1, '\\x00ff', '2024-03-31 01:30:00.5+00',"
                        + " '2024-02-29', '0f8fad5b-d9cb-469f-a165-70867728950e', '{a,NULL,\"q\\\"\"}', '{1,2}', '{\"a\": 1.0}',"
                        + " '1 day', 'ab'), ('a', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        target.execute(
                database,
                "CREATE TABLE t (k varchar(255) COLLATE utf8mb4_0900_bin PRIMARY KEY, ok tinyint(1), n decimal(65,30), r float,"
                        + " b longblob, at timestamp(6) NULL, d date, u char(36), tags json, nums json, j json, i longtext,"
                        + " c longtext)",
                "SET SESSION time_zone = '+00:00'",
                "INSERT INTO t VALUES ('B', 1, 1.5, 0.1, x'00ff', '2024-03-31 01:30:00.5', '2024-02-29',"
                        + " '0f8fad5b-d9cb-469f-a165-70867728950e', '[\"a\", null, \"q\\\\\"\"]', '[1, 2]', '{\"a\": 1}', '1 day',"
                        + " 'ab  '), ('a', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        Comparison comparison = compare(source, "postgres", database, target, "mysql");
        assertTrue(comparison.isEqual(), comparison.toString());
        target.execute(database, "UPDATE t SET tags = '[\"a\", \"\", null]', c = 'ab', n = 1.51 WHERE k = 'B'");
        assertEquals(
                List.of(new Difference(Difference.Kind.DIFFERENT, List.of("B"), List.of("n", "tags", "c"))),
                compare(source, "postgres", database, target, "mysql")
                        .tables()
                        .get(0)
                        .samples());
    }
}
