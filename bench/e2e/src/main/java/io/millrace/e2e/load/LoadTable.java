package io.millrace.e2e.load;

import io.millrace.e2e.workload.ReferenceBacklog;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The reference table at a PostgreSQL source, filled by the server itself, the same rows at a MySQL source, and the question whether a
 * copy holds them.
 */
record LoadTable(PostgresServer source, String database, int rows) {
    static final String NAME = ReferenceBacklog.TABLE;

    private static final String FILL = """
            INSERT INTO reference_rows
            SELECT i, i::bigint * 7919 %% 100000, i %% 1000, i %% 8, i::bigint * 31 %% 10000000 + 0.25, i / 1024.0,
                   timestamp '2026-01-01' + i * interval '1.000123s',
                   timestamptz '2026-02-01 00:00:00Z' + i * interval '1.001s',
                   substr(md5(i::text), 1, 12), md5((i * 3)::text),
                   CASE WHEN i %% 20 > 0 THEN md5((i * 5)::text) || md5((i * 7)::text) || md5((i * 11)::text) END
            FROM generate_series(1, %d) AS i""";

    private static final String FILL_MYSQL = """
            INSERT INTO reference_rows
            WITH RECURSIVE numbers (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM numbers WHERE i < %d)
            SELECT i, i * 7919 %% 100000, i %% 1000, i %% 8, i * 31 %% 10000000 + 0.25, i / 1024e0,
                   timestamp '2026-01-01 00:00:00' + INTERVAL i * 1000123 MICROSECOND,
                   timestamp '2026-02-01 00:00:00' + INTERVAL i * 1001000 MICROSECOND,
                   substr(md5(i), 1, 12), md5(i * 3),
                   CASE WHEN i %% 20 > 0 THEN concat(md5(i * 5), md5(i * 7), md5(i * 11)) END
            FROM numbers""";

    private static final int MYSQL_ROWS_AT_ONCE = 100_000;

    private static final String SUM = "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM reference_rows t";

    void fill() throws SQLException {
        try (Connection connection = source.connect(database);
                Statement sql = connection.createStatement()) {
            ReferenceBacklog.full().createTargetTable(connection);
            sql.execute(FILL.formatted(rows));
            sql.execute("VACUUM ANALYZE reference_rows");
            sql.execute("CHECKPOINT");
        }
    }

    /** The same rows, in a database that is made for them. */
    void fill(MySqlServer mysql) throws SQLException {
        mysql.execute(null, "CREATE DATABASE " + database);
        try (Connection connection = mysql.connect(database);
                Statement sql = connection.createStatement()) {
            ReferenceBacklog.full().createTable(connection);
            sql.execute("SET time_zone = '+00:00', cte_max_recursion_depth = " + MYSQL_ROWS_AT_ONCE);
            for (int first = 1; first <= rows; first += MYSQL_ROWS_AT_ONCE) {
                sql.execute(FILL_MYSQL.formatted(first, Math.min(rows, first + MYSQL_ROWS_AT_ONCE - 1)));
            }
            sql.execute("ANALYZE TABLE reference_rows");
        }
    }

    /** Without this a run has no result. */
    void requireSame(PostgresServer target, String copy) throws SQLException {
        Sum expected = sum(source, database);
        Sum actual = sum(target, copy);
        if (!expected.equals(actual)) {
            throw new IllegalStateException("rows differ: source=" + expected + ", target=" + actual);
        }
    }

    private record Sum(long rows, BigDecimal hashes) {}

    private static Sum sum(PostgresServer server, String database) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(SUM)) {
            row.next();
            return new Sum(row.getLong(1), row.getBigDecimal(2));
        }
    }
}
