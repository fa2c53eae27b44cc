package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A task that begins while somebody's transaction is open, for which the server makes the slot wait. */
@RealServers(ServerKind.POSTGRES_18)
@Timeout(300)
class SlotWaitFailureTest {
    @TempDir
    Path directory;

    private CliTask task;

    @BeforeEach
    void begin() {
        task = new CliTask(directory, Servers.postgres(), Servers.postgres());
        task.source("database", task.database).tables("[public.t]");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (0)");
    }

    private interface Meanwhile {
        void run(ChildCli.Started running, int pid) throws Exception;
    }

    private void whileOpen(Meanwhile step) throws Exception {
        try (Connection open = task.source.connect(task.database);
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            int pid = Integer.parseInt(task.sourceRows("SELECT pid FROM pg_stat_activity WHERE state ="
                            + " 'idle in transaction' AND datname = current_database()")
                    .get(0));
            try (ChildCli.Started running = task.cli().child().start("run", "task.yaml")) {
                step.run(running, pid);
            }
            open.commit();
        }
    }

    private List<String> slots() {
        return task.sourceRows(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'millrace_" + task.database + "'");
    }

    private void assertEqualInTheEnd() throws Exception {
        task.atSource("INSERT INTO t VALUES (2)");
        task.catchUp();
        assertEquals(List.of("0", "1", "2"), task.targetRows("SELECT id FROM public.t ORDER BY 1"));
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }

    @Test
    void shouldEndAndLeaveNoSlotWhenItIsStoppedWhileTheServerMakesTheSlot() throws Exception {
        whileOpen((running, pid) -> {
            running.waitFor(said -> said.contains("the server makes the slot when running transactions have ended")
                    && said.contains("pid=" + pid + ","));
            CliEnd stopped = running.stop();
            assertEquals(0, stopped.exitCode(), stopped.toString());
            assertTrue(stopped.err().contains("stopped before it could start"), stopped.toString());
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (!slots().equals(List.of("0"))) {
                assertTrue(System.nanoTime() < deadline, "the slot is left");
                Thread.sleep(20);
            }
        });
        assertEqualInTheEnd();
    }

    /** It ended in MR2012 for good: a slot that is being made has confirmed nothing. */
    @Test
    void shouldGoOnWithTheSlotWhenItIsKilledWhileTheServerMakesIt() throws Exception {
        whileOpen((running, pid) -> {
            running.waitFor(said -> said.contains("the server makes the slot when running transactions have ended"));
            running.process().destroyForcibly().waitFor();
            assertEquals(List.of("1"), slots());
            try (ChildCli.Started again = task.cli().child().start("run", "task.yaml")) {
                again.waitFor(said ->
                        said.contains("an earlier start still makes the slot") && said.contains("pid=" + pid + ","));
                assertEquals(0, again.stop().exitCode());
            }
        });
        assertEqualInTheEnd();
    }
}
