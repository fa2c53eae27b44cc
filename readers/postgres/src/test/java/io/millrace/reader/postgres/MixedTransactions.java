package io.millrace.reader.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.row.Operation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Transactions of several sessions whose statements are mixed, chosen by a seed: rows, key changes, changes that leave large values
 * unsent, savepoints, tables that are altered. Each session writes keys of its own, so that none waits for another.
 */
final class MixedTransactions implements AutoCloseable {
    static final String TABLE_A = "CREATE TABLE a (id int PRIMARY KEY, n int, big text)";
    static final String TABLE_B = "CREATE TABLE b (n int, id int PRIMARY KEY)";

    private static final int SESSIONS = 4;
    private static final int KEYS = 200;

    private final TestDatabase database;
    private final SplittableRandom random;
    private final long seed;
    private final List<Session> sessions = new ArrayList<>();
    private int committed;

    private static final class Session {
        final Connection connection;
        int savepoints;

        Session(Connection connection) {
            this.connection = connection;
        }
    }

    MixedTransactions(TestDatabase database, long seed) throws SQLException {
        this.database = database;
        this.seed = seed;
        random = new SplittableRandom(seed);
        database.execute("ALTER TABLE a ALTER big SET STORAGE EXTERNAL");
        for (int i = 0; i < SESSIONS; i++) {
            Connection connection = database.connect();
            connection.setAutoCommit(false);
            sessions.add(new Session(connection));
        }
    }

    void run(int steps) throws SQLException {
        for (int i = 0; i < steps; i++) {
            int number = random.nextInt(SESSIONS);
            Session session = sessions.get(number);
            switch (random.nextInt(20)) {
                case 0, 1 -> end(session, random.nextInt(3) > 0);
                case 2, 3, 4 -> execute(session, "SAVEPOINT s" + session.savepoints++);
                case 5, 6 -> rollBackTo(session);
                case 7 -> release(session);
                default -> execute(session, change(number * KEYS));
            }
        }
    }

    private String change(int firstKey) {
        int key = firstKey + random.nextInt(KEYS);
        int last = firstKey + KEYS - 1;
        return switch (random.nextInt(7)) {
            case 0, 1 ->
                "INSERT INTO a SELECT i, " + random.nextInt(100) + ", repeat(md5(i::text), 100) FROM generate_series("
                        + key + ", " + Math.min(last, key + 40) + ") i ON CONFLICT DO NOTHING";
            case 2 -> "UPDATE a SET n = n + 1 WHERE id BETWEEN " + key + " AND " + last;
            case 3 ->
                "UPDATE a SET id = " + key + " WHERE id = (SELECT id FROM a WHERE id BETWEEN " + firstKey + " AND "
                        + last + " LIMIT 1) AND NOT EXISTS (SELECT FROM a WHERE id = " + key + ")";
            case 4 -> "DELETE FROM a WHERE id BETWEEN " + key + " AND " + Math.min(last, key + 10);
            case 5 ->
                "INSERT INTO b SELECT 0, i FROM generate_series(" + key + ", " + Math.min(last, key + 100)
                        + ") i ON CONFLICT (id) DO UPDATE SET n = b.n + 1";
            default -> "UPDATE a SET big = md5(big) WHERE id = " + key;
        };
    }

    private void rollBackTo(Session session) throws SQLException {
        if (session.savepoints > 0) {
            int to = random.nextInt(session.savepoints);
            execute(session, "ROLLBACK TO s" + to);
            session.savepoints = to + 1;
        }
    }

    private void release(Session session) throws SQLException {
        if (session.savepoints > 0) {
            session.savepoints--;
            execute(session, "RELEASE s" + session.savepoints);
        }
    }

    private static void execute(Session session, String sql) {
        TestDatabase.execute(session.connection, sql);
    }

    private void end(Session session, boolean isCommitted) throws SQLException {
        if (isCommitted) {
            session.connection.commit();
            committed++;
        } else {
            session.connection.rollback();
        }
        session.savepoints = 0;
    }

    /** Commits what is open. */
    void end() throws SQLException {
        for (Session session : sessions) {
            end(session, true);
        }
    }

    /** The rows, one after the other, make the tables that the server has. */
    void assertEqual(List<RecordingSink.Row> rows) {
        assertTrue(committed > 0, () -> "nothing was committed, seed=" + seed);
        assertEqual("a", 0, rows);
        assertEqual("b", 1, rows);
    }

    private void assertEqual(String table, int key, List<RecordingSink.Row> rows) {
        Map<String, List<String>> made = new HashMap<>();
        for (RecordingSink.Row row : rows) {
            if (row.schema().table().name().equals(table)) {
                apply(made, row, key);
            }
        }
        Map<String, List<String>> expected = new HashMap<>();
        database.rows("SELECT * FROM " + table).forEach(row -> expected.put(row.get(key), row));
        assertEquals(expected, made, () -> "table=" + table + ", seed=" + seed);
    }

    private void apply(Map<String, List<String>> made, RecordingSink.Row row, int key) {
        List<String> after = row.after();
        String oldKey = (row.before() == null ? after : row.before()).get(key);
        List<String> old = made.remove(oldKey);
        boolean isThere = old != null;
        assertEquals(row.operation() != Operation.INSERT, isThere, () -> "key=" + oldKey + ", seed=" + seed);
        if (after != null) {
            List<String> values = new ArrayList<>(after);
            for (int i = 0; i < values.size(); i++) {
                if ("absent".equals(values.get(i))) {
                    values.set(i, old.get(i));
                }
            }
            made.put(values.get(key), values);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Session session : sessions) {
            session.connection.close();
        }
    }
}
