package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.e2e.session.ProcessSample;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One transaction of many rows comes into the log before it is committed, passes through a heap of 256 MiB, and the process stays
 * below 512 MiB, the mapped log included. In full it is ten million: {@code -Dmillrace.big.rows=10000000}, which writes about 4 GB and
 * takes minutes.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PostgresBigTransactionFailureTest {
    private static final int ROWS = Integer.getInteger("millrace.big.rows", 150_000);
    private static final long MOST_RESIDENT_KIB = 512L << 10;
    private static final long LEAST_ROW_BYTES = 100;
    private static final String DIGEST =
            "SELECT count(*) || ' ' || sum(hashtextextended(concat_ws('|', id, a, b), 0)) FROM bank.big";

    @TempDir
    Path directory;

    private ProcessSample most = ProcessSample.NONE;

    @Test
    void shouldTakeATransactionOfManyRowsIntoTheLogBeforeItsCommit() throws Exception {
        PostgresServer source = (PostgresServer) Servers.shared(ServerKind.POSTGRES_16);
        PostgresServer target = PostgresServer.builder().shared();
        BankDatabase.remove(source);
        source.execute(null, "CREATE DATABASE bank", "ALTER DATABASE bank SET logical_decoding_work_mem = '4MB'");
        target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
        BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
        try (Connection connection = source.connect("bank");
                Connection copy = target.connect(null);
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE SCHEMA bank");
            sql.execute("CREATE TABLE bank.big (id bigint PRIMARY KEY, a int NOT NULL, b text NOT NULL)");
            try (MillraceProcess first = task.run("--until", "caught-up")) {
                assertEquals(0, first.await(300), task::output);
            }
            try (MillraceProcess second = task.run(BankTask.PRODUCTION)) {
                long before = logBytes(task);
                connection.setAutoCommit(false);
                sql.execute("INSERT INTO bank.big SELECT n, n % 1000, 'row number ' || n || repeat('.', 60)"
                        + " FROM generate_series(1, " + ROWS + ") n");
                await(second, task, () -> logBytes(task) - before > ROWS * LEAST_ROW_BYTES);
                assertEquals("0", value(copy, "SELECT count(*) FROM bank.big"));
                connection.commit();
                await(
                        second,
                        task,
                        () -> value(copy, "SELECT count(*) FROM bank.big").equals("" + ROWS));
                second.terminate();
                assertEquals(0, second.await(300), task::output);
            }
            System.out.println(ROWS + " rows in one transaction of PostgreSQL: VmHWM KiB=" + most.highWaterKiB()
                    + ", RssAnon KiB=" + most.anonymousKiB());
            assertTrue(most.highWaterKiB() < MOST_RESIDENT_KIB, "VmHWM KiB=" + most.highWaterKiB());
            assertEquals(value(connection, DIGEST), value(copy, DIGEST));
        } finally {
            BankDatabase.remove(source);
        }
    }

    private void await(MillraceProcess process, BankTask task, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180 + ROWS / 2_500);
        while (!condition.getAsBoolean()) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, task::output);
            most = most.max(ProcessSample.of(process.pid()));
            Thread.sleep(100);
        }
    }

    private static long logBytes(BankTask task) {
        try (Stream<Path> files = Files.walk(task.dataDirectory())) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String value(Connection connection, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
