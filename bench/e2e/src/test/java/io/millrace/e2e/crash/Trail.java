package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The target's tables of a {@link NumberedWorkload}, with a trigger that leaves a line for every write of {@code account}. */
final class Trail {
    private static final String ACCOUNT = "SELECT id, n, v, note FROM bank.account ORDER BY id";
    private static final String EVENT = "SELECT * FROM bank.event WHERE v >= 0 ORDER BY id";
    private static final String PURSE = "SELECT id, v FROM bank.purse ORDER BY id";
    private static final String DRAFT = "SELECT id, v FROM bank.draft ORDER BY id";

    private static final String COMPUTED = "SELECT id, twice, loud FROM bank.account ORDER BY id";

    /** Behind a column of {@code account}. */
    static final String TWICE = " GENERATED ALWAYS AS (n * 2) STORED";

    static final String LOUD = " GENERATED ALWAYS AS (UPPER(note)) STORED";

    /** What a source's tables hold, and their copies. */
    static final List<String> TABLES = List.of(ACCOUNT, EVENT, PURSE, DRAFT);

    private Trail() {}

    static void clear(Server target) {
        if (target instanceof PostgresServer) {
            target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        } else {
            target.execute(null, "DROP DATABASE IF EXISTS bank", "DROP DATABASE IF EXISTS millrace");
        }
    }

    /**
     * Clears the target and makes them.
     *
     * @param isComputed whether the target computes what the source computes
     */
    static void make(Server target, boolean refusesNegatives, boolean isComputed) {
        clear(target);
        boolean isPostgres = target instanceof PostgresServer;
        target.execute(
                null,
                isPostgres ? "CREATE SCHEMA bank" : "CREATE DATABASE bank",
                "CREATE TABLE bank.trail (line " + (isPostgres ? "bigserial" : "BIGINT AUTO_INCREMENT")
                        + " PRIMARY KEY, id BIGINT, n BIGINT)");
        target.execute(
                null,
                "CREATE TABLE bank.account (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, v INT, note VARCHAR(4000),"
                        + " twice BIGINT" + (isComputed ? TWICE : "") + ", loud VARCHAR(4000)"
                        + (isComputed ? LOUD : "") + ")",
                "CREATE TABLE bank.event (id BIGINT PRIMARY KEY, v INT NOT NULL)",
                "CREATE TABLE bank.purse (id BIGINT PRIMARY KEY, v INT NOT NULL)",
                "CREATE TABLE bank.draft (id BIGINT PRIMARY KEY, v INT NOT NULL)");
        if (refusesNegatives) {
            target.execute(null, "ALTER TABLE bank.event ADD CONSTRAINT " + CrashCase.CONSTRAINT + " CHECK (v >= 0)");
        }
        if (isPostgres) {
            target.execute(
                    null,
                    "CREATE FUNCTION bank.leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                            + " INSERT INTO bank.trail (id, n) VALUES (NEW.id, NEW.n); RETURN NULL; END $$",
                    "CREATE TRIGGER leave AFTER INSERT OR UPDATE ON bank.account FOR EACH ROW EXECUTE FUNCTION bank.leave()");
        } else {
            for (String operation : List.of("INSERT", "UPDATE")) {
                target.execute(
                        null,
                        "CREATE TRIGGER bank.on_" + operation + " AFTER " + operation + " ON bank.account FOR EACH ROW"
                                + " INSERT INTO bank.trail (id, n) VALUES (NEW.id, NEW.n)");
            }
        }
    }

    /** What the purses hold together, which is nothing after each transaction. */
    static long sum(Connection copy) throws SQLException {
        return Long.parseLong(
                rows(copy, "SELECT COALESCE(SUM(v), 0) FROM bank.purse").get(0));
    }

    static void assertEqual(Connection source, Connection copy) throws SQLException {
        for (String query : TABLES) {
            assertEquals(rows(source, query), rows(copy, query), query);
        }
    }

    static void assertSameComputed(Connection source, Connection copy) throws SQLException {
        assertEquals(rows(source, COMPUTED), rows(copy, COMPUTED), COMPUTED);
    }

    /** Of each key every write has a higher number than the one before, and the last one is the row's. */
    static void assertInOrder(Connection copy) throws SQLException {
        Map<String, Long> last = new HashMap<>();
        for (String line : rows(copy, "SELECT id, n FROM bank.trail ORDER BY line")) {
            String[] idAndNumber = line.split(" ");
            long number = Long.parseLong(idAndNumber[1]);
            Long before = last.put(idAndNumber[0], number);
            assertTrue(
                    before == null || before < number,
                    () -> "written twice, or out of order: id=" + idAndNumber[0] + ", n=" + number + " after "
                            + before);
        }
        for (String row : rows(copy, "SELECT id, n FROM bank.account")) {
            String[] idAndNumber = row.split(" ");
            assertEquals(Long.valueOf(idAndNumber[1]), last.get(idAndNumber[0]), "id=" + idAndNumber[0]);
        }
    }

    /** The account of all lanes: what came in, was written, was refused, and was not there. */
    static String counters(Connection copy) throws SQLException {
        return rows(
                        copy,
                        "SELECT SUM(changes_in), SUM(applied), SUM(dirty), SUM(missing_rows) FROM millrace.checkpoint")
                .get(0);
    }

    static List<String> rowsOf(Server server, String query) throws SQLException {
        try (Connection connection = server.connect(null)) {
            return rows(connection, query);
        }
    }

    static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement sql = connection.createStatement();
                ResultSet found = sql.executeQuery(query)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(i == 1 ? "" : " ").append(found.getString(i));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }
}
