package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.e2e.session.ProcessSample;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task that selects one table among thousands of the source takes no more memory for them: it starts in a heap of
 * 64 MiB, and the process stays within 64 MiB of what it has for that table alone. The time of both starts is printed. In
 * full they are 50,000: {@code -Dmillrace.big.tables=50000}, which takes minutes to create.
 */
@Tag("full")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BigCatalogFailureTest {
    private static final int TABLES = Integer.getInteger("millrace.big.tables", 100);
    private static final long MOST_MORE_KIB = 64L << 10;
    private static final String HEAP = "-Xmx64m";

    @TempDir
    Path directory;

    private record Start(long millis, ProcessSample memory) {}

    @Test
    void shouldStayAsSmallWhenTheCatalogIsLarge() throws Exception {
        try (MySqlServer source = MySqlServer.builder()
                .set("gtid_mode", "ON")
                .set("innodb_flush_log_at_trx_commit", "0")
                .set("sync_binlog", "0")
                .start()) {
            PostgresServer target = PostgresServer.builder().shared();
            target.execute(null, "DROP SCHEMA IF EXISTS bank CASCADE", "DROP SCHEMA IF EXISTS millrace CASCADE");
            source.execute(null, "CREATE DATABASE bank", "CREATE DATABASE crowd");
            source.execute("bank", "CREATE TABLE one (id BIGINT NOT NULL PRIMARY KEY, v INT)");
            BankTask task = BankTask.write(directory, source, source.port(), target, target.port(), "");
            catchUp(task);
            Start alone = catchUp(task);
            crowd(source);
            Start amongMany = catchUp(task);
            System.out.println("catalog of " + TABLES + " tables: start ms=" + amongMany.millis() + " (alone "
                    + alone.millis() + "), VmHWM KiB=" + amongMany.memory().highWaterKiB() + " (alone "
                    + alone.memory().highWaterKiB() + ")");
            long moreKiB = amongMany.memory().highWaterKiB() - alone.memory().highWaterKiB();
            assertTrue(moreKiB < MOST_MORE_KIB, "KiB more than for one table: " + moreKiB);
        }
    }

    /** From the command to its end, which the process reaches once it streams and has caught up. */
    private static Start catchUp(BankTask task) throws Exception {
        long started = System.nanoTime();
        ProcessSample most = ProcessSample.NONE;
        try (MillraceProcess process = task.run(List.of(HEAP), "--until", "caught-up")) {
            while (process.isAlive()) {
                most = most.max(ProcessSample.of(process.pid()));
                Thread.sleep(10);
            }
            assertEquals(0, process.await(1), task::output);
        }
        return new Start((System.nanoTime() - started) / 1_000_000, most);
    }

    private static void crowd(MySqlServer source) throws SQLException {
        try (Connection connection = source.connect("crowd");
                Statement sql = connection.createStatement()) {
            sql.execute("SET sql_log_bin = 0");
            for (int i = 0; i < TABLES; i++) {
                sql.execute("CREATE TABLE t" + i + " (id BIGINT NOT NULL PRIMARY KEY, a VARCHAR(50), b INT, KEY (b))");
            }
        }
    }
}
