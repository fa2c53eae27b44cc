package io.millrace.pipeline;

import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tables whose foreign keys do everything there is: cascades over four levels, a diamond, a table that is its own parent, several
 * parents, composite keys, keys that change, and unique columns instead of keys to refer to. And a seeded workload on them.
 */
final class FamilyTables {
    static final List<String> TABLES = List.of("a", "b", "c", "d", "e", "g", "node", "s");

    /** Foreign keys with actions. */
    static final int KEYS = 8;

    private static final String AT_MOST_ONE_OF_A = " AND 2 > (SELECT COUNT(*) FROM b WHERE b.a = a.id)"
            + " AND 2 > (SELECT COUNT(*) FROM b, c WHERE b.a = a.id AND c.b = b.id)";
    private static final String AT_MOST_ONE_OF_B = " AND 2 > (SELECT COUNT(*) FROM c WHERE c.b = b.id)";

    private FamilyTables() {}

    static void create(Server server, String database) throws SQLException {
        server.execute(
                database,
                "CREATE TABLE a (id INT PRIMARY KEY, code INT UNIQUE, v INT)",
                "CREATE TABLE b (id INT PRIMARY KEY, a INT NOT NULL, v INT, CONSTRAINT ba FOREIGN KEY (a) REFERENCES a"
                        + " (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE c (b INT, n INT, v INT, PRIMARY KEY (b, n), CONSTRAINT cb FOREIGN KEY (b) REFERENCES b"
                        + " (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE g (id INT PRIMARY KEY, b INT, n INT, v INT, CONSTRAINT gc FOREIGN KEY (b, n) REFERENCES"
                        + " c (b, n) ON DELETE CASCADE ON UPDATE CASCADE)",
                "CREATE TABLE s (id INT PRIMARY KEY, b INT, code INT, v INT, CONSTRAINT sb FOREIGN KEY (b) REFERENCES"
                        + " b (id) ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT sc FOREIGN KEY (code) REFERENCES a"
                        + " (code) ON DELETE SET NULL ON UPDATE SET NULL)",
                "CREATE TABLE d (id INT PRIMARY KEY, a INT, b INT, v INT, CONSTRAINT da FOREIGN KEY (a) REFERENCES a"
                        + " (id) ON DELETE CASCADE ON UPDATE CASCADE, CONSTRAINT db FOREIGN KEY (b) REFERENCES b (id) ON"
                        + " DELETE CASCADE ON UPDATE SET NULL)",
                "CREATE TABLE e (id INT PRIMARY KEY, g INT, v INT, CONSTRAINT eg FOREIGN KEY (g) REFERENCES g (id))",
                "CREATE TABLE node (id INT PRIMARY KEY, up INT, v INT, CONSTRAINT up FOREIGN KEY (up) REFERENCES node"
                        + " (id) ON DELETE CASCADE)");
    }

    /**
     * Transactions until told to end, or so many statements.
     *
     * @param isGentle whether a statement sets off the actions of one row at most on each level, and changes no primary key by
     *     them. MySQL 9.7.4 that runs its actions in its SQL layer loses sight of the children of a second one, and of one that
     *     got another key by an action: they stay behind as orphans, in the source itself, and no target that keeps the foreign key
     *     can hold them
     */
    static void write(
            Server server, String database, long seed, int statements, boolean isGentle, AtomicBoolean isDone) {
        SplittableRandom random = new SplittableRandom(seed);
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int done = 0; done < statements && !isDone.get(); ) {
                int count = 1 + random.nextInt(8);
                for (int i = 0; i < count; i++, done++) {
                    attempt(statement, sql(random, isGentle));
                }
                if (random.nextInt(15) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("workload failed: code=" + e.getErrorCode(), e);
        }
    }

    /** What keys forbid is no change. */
    private static void attempt(Statement statement, String sql) throws SQLException {
        try {
            statement.executeUpdate(sql);
        } catch (SQLIntegrityConstraintViolationException e) {
            if (e.getErrorCode() == 0) {
                throw e;
            }
        }
    }

    private static String sql(SplittableRandom random, boolean isGentle) {
        int a = random.nextInt(40);
        int b = random.nextInt(120);
        int id = random.nextInt(400);
        int n = random.nextInt(3);
        return switch (random.nextInt(24)) {
            case 0, 1 -> "INSERT IGNORE INTO a VALUES (" + a + "," + random.nextInt(60) + ",1)";
            case 2, 3, 4 -> "INSERT INTO b VALUES (" + b + "," + a + ",1)";
            case 5, 6, 7 -> "INSERT INTO c VALUES (" + b + "," + n + ",1)";
            case 8, 9, 10 -> "INSERT INTO g VALUES (" + id + "," + b + "," + n + ",1)";
            case 11, 12 -> "REPLACE INTO s VALUES (" + id + "," + (n == 0 ? "NULL" : b) + ",NULL,1)";
            case 13 -> "UPDATE s SET code = (SELECT MIN(code) FROM a WHERE id >= " + a + ") WHERE id = " + id;
            case 14, 15 ->
                "INSERT INTO d VALUES (" + id + "," + (n == 0 ? "NULL" : a) + "," + (n == 1 ? "NULL" : b) + ",1)";
            case 16 -> "DELETE FROM a WHERE id = " + a + (isGentle ? AT_MOST_ONE_OF_A : "");
            case 17 ->
                isGentle
                        ? "DELETE FROM b WHERE id = " + b + AT_MOST_ONE_OF_B
                        : "DELETE FROM b WHERE id IN (" + b + "," + (b + 7) + ")";
            case 18 -> "UPDATE a SET id = " + a + ", v = v + 1 WHERE id = " + random.nextInt(40);
            case 19 ->
                isGentle
                        ? "UPDATE node SET v = v + 1 WHERE id = " + id
                        : "UPDATE b SET id = " + b + " WHERE id = " + random.nextInt(120);
            case 20 -> "UPDATE a SET code = " + random.nextInt(60) + " WHERE id = " + a;
            case 21 ->
                random.nextBoolean()
                        ? "UPDATE b SET a = " + a + ", v = v + 1 WHERE id = " + b
                        : "DELETE FROM c WHERE b = " + b + (isGentle ? " LIMIT 1" : "");
            case 22 -> "INSERT INTO node VALUES (" + id + "," + (n == 0 ? "NULL" : random.nextInt(400)) + ",1)";
            default ->
                random.nextInt(3) == 0
                        ? "DELETE FROM node WHERE id = " + id
                        : "INSERT INTO e VALUES (" + id + ",NULL,1)";
        };
    }
}
