package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A trigger at the target that leaves a line for every write of {@code bank.event}, whoever writes and however. */
final class Witness {
    private Witness() {}

    /** Clears the target, and makes {@code bank.event} and its trigger there. */
    static void make(PostgresServer target) {
        target.execute(
                null,
                "DROP SCHEMA IF EXISTS bank CASCADE",
                "DROP SCHEMA IF EXISTS millrace CASCADE",
                "DROP TABLE IF EXISTS witness",
                "CREATE SCHEMA bank",
                "CREATE TABLE bank.event (id bigint PRIMARY KEY, kind text NOT NULL, happened timestamp(3) NOT NULL,"
                        + " detail varchar(200))",
                "CREATE TABLE witness (id bigint NOT NULL, operation text NOT NULL)",
                "CREATE OR REPLACE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO public.witness VALUES (NEW.id, TG_OP); RETURN NULL; END $$",
                "CREATE TRIGGER witness AFTER INSERT OR UPDATE ON bank.event FOR EACH ROW EXECUTE FUNCTION public.witness()",
                "ALTER TABLE bank.event ENABLE ALWAYS TRIGGER witness");
    }

    /** The same at a MySQL or MariaDB target. */
    static void makeInMySql(Server target) {
        target.execute(
                null,
                "DROP DATABASE IF EXISTS bank",
                "DROP DATABASE IF EXISTS millrace",
                "CREATE DATABASE bank",
                "CREATE TABLE bank.event (id BIGINT PRIMARY KEY, kind ENUM('in','out','fee') NOT NULL,"
                        + " happened DATETIME(3) NOT NULL, detail VARCHAR(200))",
                "CREATE TABLE bank.witness (id BIGINT NOT NULL, operation VARCHAR(10) NOT NULL)",
                "CREATE TRIGGER bank.inserted AFTER INSERT ON bank.event FOR EACH ROW"
                        + " INSERT INTO bank.witness VALUES (NEW.id, 'INSERT')",
                "CREATE TRIGGER bank.updated AFTER UPDATE ON bank.event FOR EACH ROW"
                        + " INSERT INTO bank.witness VALUES (NEW.id, 'UPDATE')");
    }

    static void assertNothingTwiceInMySql(Connection copy) throws SQLException {
        assertNothingTwice(
                copy,
                "SELECT count(*), count(DISTINCT id), COALESCE(SUM(operation <> 'INSERT'), 0),"
                        + " (SELECT count(*) FROM bank.event) FROM bank.witness");
    }

    static void assertNothingTwice(Connection copy) throws SQLException {
        assertNothingTwice(
                copy,
                "SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE operation <> 'INSERT'),"
                        + " (SELECT count(*) FROM bank.event) FROM witness");
    }

    private static void assertNothingTwice(Connection copy, String question) throws SQLException {
        try (Statement sql = copy.createStatement();
                ResultSet row = sql.executeQuery(question)) {
            row.next();
            assertEquals(0, row.getLong(3), "no event was updated");
            assertEquals(row.getLong(2), row.getLong(1), "no event was written twice");
            assertEquals(row.getLong(4), row.getLong(1), "every event was written once");
        }
    }

    static boolean areEqual(Connection source, Connection copy) {
        try {
            return ServerDigest.ofMySql(source).equals(ServerDigest.ofPostgres(copy));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot compare", e);
        }
    }
}
