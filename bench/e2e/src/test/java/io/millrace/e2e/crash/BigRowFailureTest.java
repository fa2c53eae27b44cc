package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.e2e.session.ProcessSample;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows of 64 MiB, one behind the other and for several lanes, are loaded, inserted and removed through a heap of 256 MiB, and the
 * process stays below 512 MiB, its mapped log included.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BigRowFailureTest {
    private static final int LENGTH = 64 << 20;
    private static final int ROWS = 4;
    private static final long MOST_RESIDENT_KIB = 512L << 10;

    @TempDir
    Path directory;

    private final List<Server> own = new ArrayList<>();
    private ProcessSample most = ProcessSample.NONE;

    @AfterEach
    void close() {
        own.forEach(Server::close);
    }

    @Test
    void shouldPassRowsOf64MiBInASmallHeap() throws Exception {
        pass(mySql(), PostgresServer.builder().shared());
    }

    @Test
    @Tag("full")
    void shouldPassRowsOf64MiBIntoMySql() throws Exception {
        pass(mySql(), mySql());
    }

    @Test
    @Tag("full")
    void shouldPassRowsOf64MiBFromPostgres() throws Exception {
        pass(Servers.shared(ServerKind.POSTGRES_16), PostgresServer.builder().shared());
    }

    @Test
    @Tag("full")
    void shouldPassRowsOf64MiBFromPostgresIntoMySql() throws Exception {
        pass(Servers.shared(ServerKind.POSTGRES_16), mySql());
    }

    private MySqlServer mySql() {
        MySqlServer server = MySqlServer.builder()
                .set("gtid_mode", "ON")
                .set("max_allowed_packet", "256M")
                .start();
        own.add(server);
        return server;
    }

    private void pass(Server source, Server target) throws Exception {
        System.out.println(
                source.getClass().getSimpleName() + " to " + target.getClass().getSimpleName() + ", rows of 64 MiB");
        remove(source);
        make(source);
        clear(target);
        try {
            source.execute("bank", create(source), insert(source, 1));
            BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
            catchUp("load", task);
            for (int id = 2; id < 2 + ROWS; id++) {
                source.execute("bank", insert(source, id));
            }
            catchUp("inserts", task);
            source.execute("bank", "DELETE FROM bank.big WHERE id > " + ROWS);
            catchUp("deletes", task);
            if (source instanceof PostgresServer) {
                // MySQL's event has the row twice, which is more than half of the heap.
                source.execute(
                        "bank", "UPDATE bank.big SET body = " + body(source, "00FF10A6") + " WHERE id IN (1, 3)");
                catchUp("updates", task);
            }
            assertEquals(digest(source, "bank"), digest(target, target instanceof PostgresServer ? null : "bank"));
            assertTrue(most.highWaterKiB() < MOST_RESIDENT_KIB, "VmHWM KiB=" + most.highWaterKiB());
        } finally {
            remove(source);
        }
    }

    private void catchUp(String what, BankTask task) throws Exception {
        ProcessSample here = ProcessSample.NONE;
        try (MillraceProcess process = task.run(BankTask.PRODUCTION, "--until", "caught-up")) {
            while (process.isAlive()) {
                here = here.max(ProcessSample.of(process.pid()));
                Thread.sleep(20);
            }
            assertEquals(0, process.await(1), task::output);
        }
        System.out.println(
                what + " of 64 MiB: VmHWM KiB=" + here.highWaterKiB() + ", RssAnon KiB=" + here.anonymousKiB());
        most = most.max(here);
    }

    private static void remove(Server source) throws SQLException {
        if (source instanceof PostgresServer) {
            BankDatabase.remove(source);
        }
    }

    private static void make(Server source) {
        if (source instanceof PostgresServer) {
            source.execute(null, "CREATE DATABASE bank");
            source.execute("bank", "CREATE SCHEMA bank");
        } else {
            source.execute(null, "CREATE DATABASE bank CHARACTER SET utf8mb4");
        }
    }

    private static void clear(Server target) {
        if (target instanceof PostgresServer) {
            target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        } else {
            target.execute(null, "DROP DATABASE IF EXISTS bank", "DROP DATABASE IF EXISTS millrace");
        }
    }

    private static String create(Server source) {
        String type = source instanceof PostgresServer ? "bytea" : "LONGBLOB";
        return "CREATE TABLE bank.big (id BIGINT NOT NULL PRIMARY KEY, body " + type + " NOT NULL)";
    }

    private static String insert(Server source, int id) {
        return "INSERT INTO bank.big VALUES (" + id + ", " + body(source, "00FF10A5") + ")";
    }

    private static String body(Server source, String hex) {
        return source instanceof PostgresServer
                ? "decode(repeat('" + hex + "', " + LENGTH / 4 + "), 'hex')"
                : "REPEAT(UNHEX('" + hex + "'), " + LENGTH / 4 + ")";
    }

    private static List<String> digest(Server server, String database) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("SELECT id, LENGTH(body), MD5(body) FROM bank.big ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + " " + row.getString(2) + " " + row.getString(3));
            }
        }
        return rows;
    }
}
