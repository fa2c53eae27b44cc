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
 * keys and new rows; its notes are such that PostgreSQL keeps some out of line, and sends them only where they change; further columns the
 * server computes of both. {@code event} is
 * insert-only; in {@code purse} what one row gains another one loses; {@code draft} is emptied now and then. Some changes are undone to
 * a savepoint, and at PostgreSQL some are prepared, and resolved while others commit. Confined to one thread.
 */
final class NumberedWorkload {
    private static final int SLOTS = 48;

    /** Further ones, which only what is prepared changes. */
    private static final int PREPARED_SLOTS = 6;

    /** Such that no two keys are neighbours that share a lane. */
    private static final int STEP = 1_000;

    private static final int PURSES = 16;
    private static final int EVENTS_A_BAD_ONE = 12;
    private static final int EVENTS_OF_BULK_A_BAD_ONE = 400;
    private static final int TRANSACTIONS_A_TRUNCATION = 120;

    private final Statement sql;
    private final Connection connection;
    private final SplittableRandom random;
    private final WorkloadTraits traits;
    private final PreparedChanges prepared;
    private final BitSet present = new BitSet(SLOTS + PREPARED_SLOTS);
    private final long[] numbers = new long[SLOTS + PREPARED_SLOTS];
    private final Map<Long, List<String>> history = new TreeMap<>();
    private long changes;
    private long number;
    private long events;
    private long undone;
    private long drafts;
    private long bad;

    NumberedWorkload(Connection connection, long seed, WorkloadTraits traits) throws SQLException {
        this.connection = connection;
        this.traits = traits;
        sql = connection.createStatement();
        random = new SplittableRandom(seed + 1);
        prepared = new PreparedChanges(connection, sql);
        if (!traits.source().isPostgres()) {
            sql.execute("SET SESSION binlog_row_image = " + (traits.isMinimal() ? "MINIMAL" : "FULL"));
        }
    }

    void create() throws SQLException {
        sql.execute("CREATE TABLE account (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, v INT, note VARCHAR(4000)"
                + (traits.hasComputed() ? computed() : "") + ")");
        sql.execute("CREATE TABLE event (id BIGINT PRIMARY KEY, v INT NOT NULL)");
        sql.execute("CREATE TABLE purse (id BIGINT PRIMARY KEY, v INT NOT NULL)");
        if (traits.doesTruncate()) {
            sql.execute("CREATE TABLE draft (id BIGINT PRIMARY KEY, v INT NOT NULL)");
        }
        if (traits.source().isPostgres()) {
            sql.execute("ALTER TABLE account ALTER note SET STORAGE EXTERNAL");
            if (!traits.isMinimal()) {
                sql.execute("ALTER TABLE account REPLICA IDENTITY FULL");
                sql.execute("ALTER TABLE purse REPLICA IDENTITY FULL");
            }
        }
    }

    /** MariaDB sends what it does not store only in whole images. */
    private String computed() {
        String loud = traits.source() == CrashSource.MYSQL ? Trail.LOUD.replace("STORED", "VIRTUAL") : Trail.LOUD;
        return ", twice BIGINT" + Trail.TWICE + ", loud VARCHAR(4000)" + loud;
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
        return events - undone;
    }

    /** The key of the how many'th event from here on. */
    long nextEvent(int further) {
        return (events + further) * STEP;
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
            if (traits.doesTruncate() && random.nextInt(TRANSACTIONS_A_TRUNCATION) == 0) {
                truncate();
            }
            if (traits.source().isPostgres() && random.nextInt(6) == 0) {
                prepareOrResolve();
            }
            for (int i = random.nextInt(6); i >= 0; i--) {
                something();
            }
            connection.commit();
        }
    }

    /** One transaction with so many new events, and some other changes. */
    void bulk(int rows) throws SQLException {
        connection.setAutoCommit(false);
        something();
        insertEvents(rows, EVENTS_OF_BULK_A_BAD_ONE);
        something();
        connection.commit();
    }

    /** Empties {@code draft}: at PostgreSQL among other changes. */
    void truncate() throws SQLException {
        connection.setAutoCommit(false);
        if (traits.source().isPostgres()) {
            change("INSERT INTO draft VALUES (" + ++drafts * STEP + ", 1)");
        }
        sql.execute("TRUNCATE TABLE draft");
        change("INSERT INTO draft VALUES (" + ++drafts * STEP + ", 2)");
        connection.commit();
    }

    /** Whatever is prepared still comes to an end. */
    void resolve() throws SQLException {
        if (prepared.isOpen()) {
            List<PreparedChanges.Change> kept = new ArrayList<>();
            changes += prepared.resolve(random.nextInt(4) > 0, kept);
            for (PreparedChanges.Change each : kept) {
                present.set(each.slot());
                numbers[each.slot()] = each.number();
                tell(each.isNew() ? "insert" : "update", each.slot());
            }
        }
    }

    private void prepareOrResolve() throws SQLException {
        if (prepared.isOpen()) {
            resolve();
            return;
        }
        for (int slot = SLOTS; slot < SLOTS + PREPARED_SLOTS; slot++) {
            if (random.nextBoolean()) {
                boolean isNew = !present.get(slot);
                long rows = sql.executeUpdate(isNew ? insertion(slot, ++number) : update(slot, ++number));
                prepared.add(new PreparedChanges.Change(slot, number, isNew), rows);
            }
        }
        sql.execute("SAVEPOINT part");
        sql.execute("INSERT INTO event (id, v) VALUES (" + ++events * STEP + ", 3)");
        if (random.nextBoolean()) {
            sql.execute("ROLLBACK TO SAVEPOINT part");
            undone++;
        } else {
            prepared.add(1);
        }
        prepared.prepare();
    }

    /** A statement at which lanes stop; at PostgreSQL among rows of its transaction. What is prepared, before or then, would keep the table locked. */
    void addColumn() throws SQLException {
        resolve();
        something();
        sql.execute("ALTER TABLE event ADD COLUMN " + CrashCase.COLUMN + " INT DEFAULT 7");
        something();
        connection.commit();
    }

    private void something() throws SQLException {
        int slot = random.nextInt(SLOTS);
        switch (random.nextInt(10)) {
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
            case 3, 4 -> insertEvents(1 + random.nextInt(4), EVENTS_A_BAD_ONE);
            case 5 -> {
                if (random.nextInt(3) == 0) {
                    undo();
                } else if (traits.doesTruncate()) {
                    change("INSERT INTO draft VALUES (" + ++drafts * STEP + ", 0)");
                }
            }
            default -> {
                if (present.get(slot)) {
                    onWritten("update", slot);
                    change(update(slot, number));
                } else {
                    onWritten("insert", slot);
                    change(insertion(slot, number));
                }
            }
        }
    }

    private static String insertion(int slot, long number) {
        return "INSERT INTO account (id, n, v, note) VALUES (" + key(slot) + ", " + number + ", 0, " + note(number)
                + ")";
    }

    /** Most leave the note as it is. */
    private String update(int slot, long next) {
        return "UPDATE account SET n = " + next + ", v = " + random.nextInt(100)
                + (random.nextInt(5) == 0 ? ", note = " + note(next) : "") + " WHERE id = " + key(slot);
    }

    private static String note(long number) {
        return number % 3 == 0 ? "REPEAT('note " + number + " out of line.', 120)" : "'note " + number + "'";
    }

    /** Changes that nobody hears of. */
    private void undo() throws SQLException {
        sql.execute("SAVEPOINT undone");
        sql.execute("INSERT INTO event (id, v) VALUES (" + ++events * STEP + ", 4)");
        sql.execute("UPDATE account SET v = -1 WHERE id < " + key(SLOTS)); // the others may be locked
        sql.execute("ROLLBACK TO SAVEPOINT undone");
        undone++;
    }

    private void moveTo(int slot) throws SQLException {
        int from = present.nextSetBit(random.nextInt(SLOTS));
        if (from >= 0 && from < SLOTS && !present.get(slot)) {
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

    private void insertEvents(int count, int aBadOne) throws SQLException {
        StringBuilder rows = new StringBuilder("INSERT INTO event (id, v) VALUES ");
        for (int i = 0; i < count; i++) {
            boolean isBad = traits.hasBadEvents() && random.nextInt(aBadOne) == 0;
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
