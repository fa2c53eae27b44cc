package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.e2e.session.ProcessSample;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A row of 64 MiB streams through a heap of 256 MiB, and the process stays below 640 MiB, its mapped log included. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BigRowFailureTest {
    private static final int LENGTH = 64 << 20;
    private static final long MOST_RESIDENT_KIB = 640L << 10;

    @TempDir
    Path directory;

    @Test
    void shouldPassARowOf64MiBInASmallHeap() throws Exception {
        MySqlServer source = MySqlServer.builder()
                .set("gtid_mode", "ON")
                .set("max_allowed_packet", "256M")
                .start();
        try (source) {
            PostgresServer target = PostgresServer.builder().shared();
            source.execute(null, "CREATE DATABASE bank CHARACTER SET utf8mb4");
            target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
            source.execute("bank", "CREATE TABLE big (id BIGINT NOT NULL PRIMARY KEY, body LONGBLOB NOT NULL)");
            BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
            try (MillraceProcess first = task.run("--until", "caught-up")) {
                assertEquals(0, first.await(300), task::output);
            }
            source.execute("bank", "INSERT INTO big VALUES (1, REPEAT(UNHEX('00FF10A5'), " + LENGTH / 4 + "))");
            ProcessSample most = ProcessSample.NONE;
            try (MillraceProcess second = task.run(BankTask.PRODUCTION, "--until", "caught-up")) {
                while (second.isAlive()) {
                    most = most.max(ProcessSample.of(second.pid()));
                    Thread.sleep(20);
                }
                assertEquals(0, second.await(1), task::output);
            }
            System.out.println(
                    "a row of 64 MiB: VmHWM KiB=" + most.highWaterKiB() + ", RssAnon KiB=" + most.anonymousKiB());
            assertTrue(most.highWaterKiB() < MOST_RESIDENT_KIB, "VmHWM KiB=" + most.highWaterKiB());
            try (Connection connection = source.connect("bank");
                    Connection copy = target.connect(null)) {
                assertEquals(
                        digest(connection, "SELECT LENGTH(body), MD5(body) FROM big"),
                        digest(copy, "SELECT length(body), md5(body) FROM bank.big"));
            }
        }
    }

    private static List<String> digest(Connection connection, String query) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return List.of(row.getString(1), row.getString(2));
        }
    }
}
