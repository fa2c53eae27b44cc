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

/**
 * One transaction of a million rows passes through a heap of 256 MiB, and the process stays below 512 MiB, the mapped log
 * included. In full it is ten million: {@code -Dmillrace.big.millions=10}, which writes about 5 GB and takes minutes.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BigTransactionFailureTest {
    private static final int MILLIONS = Integer.getInteger("millrace.big.millions", 1);
    private static final int ROWS = MILLIONS * 1_000_000;
    private static final long MOST_RESIDENT_KIB = 512L << 10;

    @TempDir
    Path directory;

    @Test
    void shouldPassATransactionOfMillionsOfRowsInASmallHeap() throws Exception {
        MySqlServer source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        PostgresServer target = PostgresServer.builder().shared();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank CHARACTER SET utf8mb4");
        target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
        try (Connection connection = source.connect("bank");
                Connection copy = target.connect(null)) {
            try (Statement sql = connection.createStatement()) {
                sql.execute(
                        "CREATE TABLE big (id BIGINT NOT NULL PRIMARY KEY, a INT NOT NULL, b VARCHAR(100) NOT NULL)");
                sql.execute("CREATE TABLE digit (d INT NOT NULL PRIMARY KEY)");
                sql.execute("INSERT INTO digit VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
            }
            try (MillraceProcess first = task.run("--until", "caught-up")) {
                assertEquals(0, first.await(300), task::output);
            }
            try (Statement sql = connection.createStatement()) {
                sql.execute("INSERT INTO big SELECT n, n % 1000, CONCAT('row number ', n, REPEAT('.', 60)) FROM ("
                        + "SELECT a.d + 10*b.d + 100*c.d + 1000*e.d + 10000*f.d + 100000*g.d + 1000000*h.d AS n"
                        + " FROM digit a, digit b, digit c, digit e, digit f, digit g, digit h WHERE h.d < " + MILLIONS
                        + ") numbers");
            }
            ProcessSample most = ProcessSample.NONE;
            try (MillraceProcess second = task.run(BankTask.PRODUCTION, "--until", "caught-up")) {
                while (second.isAlive()) {
                    most = most.max(ProcessSample.of(second.pid()));
                    Thread.sleep(50);
                }
                assertEquals(0, second.await(1), task::output);
            }
            System.out.println(MILLIONS + " million rows in one transaction: VmHWM KiB=" + most.highWaterKiB()
                    + ", RssAnon KiB=" + most.anonymousKiB());
            assertTrue(most.highWaterKiB() < MOST_RESIDENT_KIB, "VmHWM KiB=" + most.highWaterKiB());
            assertEquals(
                    List.of(
                            (long) ROWS,
                            digest(connection, "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, a, b))) FROM big")
                                    .get(1)),
                    digest(
                            copy,
                            "SELECT count(*), sum(crc32(convert_to(concat_ws('|', id, a, b), 'UTF8'))) FROM bank.big"));
        }
    }

    private static List<Long> digest(Connection connection, String query) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return List.of(row.getLong(1), row.getLong(2));
        }
    }
}
