package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** EXACTNESS 20: a row of PostgreSQL that does not fit into the heap ends the task with a code of its own, and stays where it is. */
@RealServers(ServerKind.POSTGRES_18)
@Timeout(300)
class RowTooLargeFailureTest {
    @TempDir
    Path directory;

    @Test
    void shouldStopAtARowThatDoesNotFitAndGoOnWithALargerHeap() throws Exception {
        CliTask task = new CliTask(directory, Servers.postgres(), Servers.postgres());
        task.source("database", task.database).tables("[public.t]");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'first')");
        task.catchUp();
        task.atSource(
                "INSERT INTO t VALUES (2, 'before')",
                "INSERT INTO t VALUES (3, repeat('0123456789', 15000000))",
                "INSERT INTO t VALUES (4, 'behind')");
        ChildCli small = task.cli().child();
        for (int start = 0; start < 2; start++) {
            CliEnd ended = small.run("run", "task.yaml", "--until", "caught-up");
            assertEquals(1, ended.exitCode(), ended.toString());
            assertTrue(ended.err().contains("MR5008: a row does not fit into the heap: behind="), ended.toString());
            assertTrue(ended.err().contains("heapBytes="), ended.toString());
        }
        assertEquals(List.of("1"), task.targetRows("SELECT id FROM public.t WHERE id <> 2"));
        CliEnd large = task.cli().child().withoutFlag("-Xmx").run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, large.exitCode(), large.toString());
        String digest = "SELECT count(*), sum(length(v)), max(md5(v)) FROM public.t";
        assertEquals(task.sourceRows(digest), task.targetRows(digest));
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--yes");
        assertEquals(0, removed.exitCode(), removed.toString());
    }
}
