package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The target is restored from a backup, with the checkpoints that it had then: the task goes on from there, as far as anybody still has what came since. */
class RestoredTargetFailureTest {
    private static final int ACCOUNTS = 2_000;

    @TempDir
    Path directory;

    private PostgresServer target;
    private long seed = 1;

    /** Of this class's own, for its directory is exchanged. */
    @BeforeEach
    void startTarget() {
        target = PostgresServer.builder().start();
    }

    @AfterEach
    void stopTarget() {
        target.close();
    }

    private BankTask task(Server source, String ofTask) throws Exception {
        return BankTask.write(
                directory, ofTask, source, source.port(), target, target.port(), "resources: {log_keep: 1h}\n");
    }

    private SavedDirectory backUp() throws Exception {
        target.stop();
        SavedDirectory saved = SavedDirectory.of(target.dataDirectory());
        target.start();
        return saved;
    }

    private void restore(SavedDirectory saved) throws Exception {
        target.stop();
        saved.restore();
        target.start();
    }

    private static MySqlServer mysql() throws Exception {
        MySqlServer source = Servers.mysql();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank CHARACTER SET utf8mb4");
        try (Connection connection = source.connect("bank")) {
            new BankWorkload(connection, 1, ACCOUNTS).create();
        }
        source.execute("bank", "CREATE TABLE extra (id INT PRIMARY KEY)", "INSERT INTO extra VALUES (1)");
        return source;
    }

    private void changes(MySqlServer source) throws Exception {
        try (Connection connection = source.connect("bank")) {
            connection.setAutoCommit(false);
            BankWorkload workload = new BankWorkload(connection, ++seed, ACCOUNTS).after(seed * 1_000_000);
            for (int i = 0; i < 300; i++) {
                workload.transaction();
            }
        }
    }

    private static void assertEqual(MySqlServer source, PostgresServer target) throws Exception {
        try (Connection judge = source.connect("bank");
                Connection copy = target.connect(null)) {
            assertEquals(ServerDigest.ofMySql(judge), ServerDigest.ofPostgres(copy));
            assertEquals(extra(judge), extra(copy));
        }
    }

    private static List<String> extra(Connection connection) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM bank.extra ORDER BY id")) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(rows.getString(i)).append(' ');
                }
                found.add(row.toString());
            }
        }
        return found;
    }

    @Test
    void shouldGoOnFromTheLogWhenTheTargetIsRestored() throws Exception {
        MySqlServer source = mysql();
        BankTask task = task(source, "bank");
        task.finish();
        SavedDirectory saved = backUp();
        changes(source);
        task.finish();
        source.execute(
                "bank",
                "INSERT INTO extra VALUES (2)",
                "ALTER TABLE extra ADD COLUMN later INT DEFAULT 3",
                "INSERT INTO extra VALUES (3, 4)",
                "TRUNCATE TABLE extra",
                "INSERT INTO extra VALUES (4, 5)");
        changes(source);
        task.finish();
        assertEqual(source, target);
        restore(saved);
        changes(source);
        try (MillraceProcess run = task.run("--until", "caught-up")) {
            assertEquals(0, run.await(300), task::output);
        }
        assertFalse(task.output().contains("reading again from the source"), task::output);
        assertEqual(source, target);
        try (MillraceProcess verify = task.verify()) {
            assertEquals(0, verify.await(300), task::output);
        }
    }

    @Test
    @Tag("full")
    void shouldGoOnFromTheSourceWhenTheTargetIsRestoredAndTheLogIsGone() throws Exception {
        MySqlServer source = mysql();
        BankTask task = task(source, "bank");
        task.finish();
        SavedDirectory saved = backUp();
        changes(source);
        task.finish();
        restore(saved);
        try (var files = Files.walk(task.dataDirectory().resolve("log"))) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        changes(source);
        try (MillraceProcess run = task.run("--until", "caught-up")) {
            assertEquals(0, run.await(300), task::output);
        }
        assertTrue(task.output().contains("reading again from the source"), task::output);
        assertEqual(source, target);
    }

    /**
     * EXACTNESS 7: a machine is set back with its target, reads on, and gets the target that was not set back: at that one's index its log
     * is further on than that target, which lacks what lies between.
     */
    @Test
    void shouldReadAgainWhenTheLogWasSetBackAndTheTargetWasNot() throws Exception {
        MySqlServer source = mysql();
        BankTask task = task(source, "bank");
        task.finish();
        SavedDirectory before = backUp();
        SavedDirectory log = SavedDirectory.of(task.dataDirectory());
        source.execute("bank", "INSERT INTO extra VALUES (2)");
        task.finish();
        SavedDirectory ahead = backUp();
        restore(before);
        log.restore();
        for (int id = 3; id < 40; id++) {
            source.execute("bank", "INSERT INTO extra VALUES (" + id + ")");
        }
        task.finish();
        assertEqual(source, target);
        restore(ahead);
        try (MillraceProcess run = task.run("--until", "caught-up")) {
            assertEquals(0, run.await(300), task::output);
        }
        assertEqual(source, target);
        assertTrue(task.output().contains("log and checkpoints disagree"), task::output);
    }

    private interface PostgresSteps {
        void run(Connection source, PostgresBank workload, BankTask task) throws Exception;
    }

    /** Over a bank at PostgreSQL, which the target has already. */
    private void fromPostgres(PostgresSteps steps) throws Exception {
        PostgresServer source = PostgresServer.builder().shared();
        BankDatabase.remove(source);
        source.execute(null, "CREATE DATABASE bank");
        try (Connection connection = source.connect("bank")) {
            PostgresBank workload = new PostgresBank(connection, 1, ACCOUNTS);
            workload.create();
            connection.commit();
            BankTask task = task(source, "{datasource: bank}");
            task.finish();
            steps.run(connection, workload.after(1_000_000), task);
        } finally {
            BankDatabase.remove(source);
        }
    }

    private void assertEqualBanks(Connection source) throws Exception {
        try (Connection copy = target.connect(null)) {
            assertEquals(ServerDigest.ofPostgresBank(source), ServerDigest.ofPostgresBank(copy));
        }
    }

    private static void assertNamesWhatIsLost(BankTask task) throws Exception {
        try (MillraceProcess run = task.run("--until", "caught-up")) {
            assertEquals(3, run.await(300), task::output);
        }
        assertTrue(
                task.output().contains("MR2012: the slot is ahead of the position, what lies between is lost"),
                task::output);
    }

    /** A slot does not go back: there the log alone can have it. */
    @Test
    void shouldGoOnFromTheLogOrNameWhatIsMissingWhenTheSourceHasASlot() throws Exception {
        fromPostgres((source, workload, task) -> {
            SavedDirectory saved = backUp();
            workload.steps(100);
            task.finish();
            restore(saved);
            workload.steps(100);
            task.finish();
            assertEqualBanks(source);
            restore(saved);
            try (var files = Files.walk(task.dataDirectory().resolve("log"))) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            assertNamesWhatIsLost(task);
        });
    }

    /** EXACTNESS 7, 12: what the slot has left behind is neither in the log that was set back nor at the target that was; a target that was not has it. */
    @Test
    void shouldNameWhatIsMissingWhenTheLogWasSetBackBehindTheSlot() throws Exception {
        fromPostgres((source, workload, task) -> {
            SavedDirectory before = backUp();
            SavedDirectory log = SavedDirectory.of(task.dataDirectory());
            workload.steps(100);
            task.finish();
            SavedDirectory ahead = backUp();
            restore(before);
            log.restore();
            workload.steps(100);
            assertNamesWhatIsLost(task);
            restore(ahead);
            workload.steps(100);
            task.finish();
            assertEqualBanks(source);
        });
    }
}
