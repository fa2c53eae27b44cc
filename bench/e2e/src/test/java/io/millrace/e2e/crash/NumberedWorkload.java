package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Seeded transactions of which each change has a number: {@code account} keeps that of its row's last one, over deletes, changes of
 * keys and new rows. {@code event} is insert-only; in {@code purse} what one row gains another one loses. Confined to one thread.
 */
final class NumberedWorkload {
    private static final int SLOTS = 48;

    /** Such that no two keys are neighbours that share a lane. */
    private static final int STEP = 1_000;

    private static final int PURSES = 16;
    private static final int EVENTS_A_BAD_ONE = 12;

    private final Statement sql;
    private final Connection connection;
    private final SplittableRandom random;
    private final boolean hasBadEvents;
    private final BitSet present = new BitSet(SLOTS);
    private final long[] numbers = new long[SLOTS];
    private final Map<Long, List<String>> history = new TreeMap<>();
    private long changes;
    private long number;
    private long events;
    private long bad;

    NumberedWorkload(Connection connection, long seed, boolean isMinimal, boolean hasBadEvents) throws SQLException {
        this.connection = connection;
        this.hasBadEvents = hasBadEvents;
        sql = connection.createStatement();
        random = new SplittableRandom(seed + 1);
        sql.execute("SET SESSION binlog_row_image = " + (isMinimal ? "MINIMAL" : "FULL"));
    }

    void create() throws SQLException {
        sql.execute("CREATE TABLE account (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, v INT, note VARCHAR(100))");
        sql.execute("CREATE TABLE event (id BIGINT PRIMARY KEY, v INT NOT NULL)");
        sql.execute("CREATE TABLE purse (id BIGINT PRIMARY KEY, v INT NOT NULL)");
    }

    /** Rows that were changed so far. */
    long changes() {
        return changes;
    }

    /** Events among them that the target refuses. */
    long bad() {
        return bad;
    }

    long events() {
        return events;
    }

    /** What became of each key of {@code account}, in order: operation and number, of a delete the number of the row that went. */
    Map<Long, List<String>> history() {
        return history;
    }

    /** The first transaction: purses, all empty. */
    void fill() throws SQLException {
        connection.setAutoCommit(false);
        for (int purse = 0; purse < PURSES; purse++) {
            change("INSERT INTO purse VALUES (" + purse * STEP + ", 0)");
        }
        connection.commit();
    }

    void transactions(int count) throws SQLException {
        connection.setAutoCommit(false);
        for (int transaction = 0; transaction < count; transaction++) {
            for (int i = random.nextInt(6); i >= 0; i--) {
                something();
            }
            connection.commit();
        }
    }

    /** A statement at which lanes stop. */
    void addColumn() throws SQLException {
        sql.execute("ALTER TABLE event ADD COLUMN " + CrashCase.COLUMN + " INT DEFAULT 7");
    }

    private void something() throws SQLException {
        int slot = random.nextInt(SLOTS);
        switch (random.nextInt(8)) {
            case 0 -> {
                if (present.get(slot)) {
                    change("DELETE FROM account WHERE id = " + key(slot));
                    onGone(slot);
                }
            }
            case 1 -> moveTo(slot);
            case 2 -> {
                int gains = random.nextInt(PURSES);
                int loses = (gains + 1 + random.nextInt(PURSES - 1)) % PURSES;
                int amount = 1 + random.nextInt(50);
                change("UPDATE purse SET v = v + " + amount + " WHERE id = " + gains * STEP);
                change("UPDATE purse SET v = v - " + amount + " WHERE id = " + loses * STEP);
            }
            case 3, 4 -> insertEvents();
            default -> {
                if (present.get(slot)) {
                    onWritten("update", slot);
                    change("UPDATE account SET n = " + number + ", v = " + random.nextInt(100) + " WHERE id = "
                            + key(slot));
                } else {
                    onWritten("insert", slot);
                    change("INSERT INTO account VALUES (" + key(slot) + ", " + number + ", 0, 'note " + number + "')");
                }
            }
        }
    }

    private void moveTo(int slot) throws SQLException {
        int from = present.nextSetBit(random.nextInt(SLOTS));
        if (from >= 0 && !present.get(slot)) {
            onGone(from);
            onWritten("update", slot);
            change("UPDATE account SET n = " + number + ", id = " + key(slot) + " WHERE id = " + key(from));
        }
    }

    private void onWritten(String operation, int slot) {
        present.set(slot);
        numbers[slot] = ++number;
        tell(operation, slot);
    }

    private void onGone(int slot) {
        present.clear(slot);
        tell("delete", slot);
    }

    private void tell(String operation, int slot) {
        history.computeIfAbsent(key(slot), key -> new ArrayList<>()).add(operation + " " + numbers[slot]);
    }

    private void insertEvents() throws SQLException {
        StringBuilder rows = new StringBuilder("INSERT INTO event (id, v) VALUES ");
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            boolean isBad = hasBadEvents && random.nextInt(EVENTS_A_BAD_ONE) == 0;
            bad += isBad ? 1 : 0;
            rows.append(i == 0 ? "(" : ", (")
                    .append(++events * STEP)
                    .append(", ")
                    .append(isBad ? -1 : random.nextInt(100))
                    .append(')');
        }
        change(rows.toString());
    }

    private static long key(int slot) {
        return (long) slot * STEP;
    }

    private void change(String statement) throws SQLException {
        changes += sql.executeUpdate(statement);
    }
}
