package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that go to the target whole, and are larger than what a batch may take: an error that names the key, and nothing of them there. */
@RealServers({ServerKind.POSTGRES_18, ServerKind.MYSQL_8_0})
@Timeout(400)
class WholeTransactionMemoryIT {
    private static final int ROWS = 400_000;

    @TempDir
    Path directory;

    private CliTask task;

    private void begin(String lines) throws Exception {
        task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        file(lines);
        task.atSource(
                "CREATE TABLE digit (d int PRIMARY KEY)",
                "INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)",
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(40))");
        task.catchUp();
    }

    private void file(String lines) {
        task.file(
                "task.yaml",
                "name: " + task.database + "\nsource: shop\ntarget: warehouse\ntables: ['" + task.database
                        + ".*']\ndelivery: {consistency: transaction}\n" + lines);
    }

    private void fill(int rows) {
        task.atSource("INSERT INTO t SELECT n, CONCAT('value ', n) FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d"
                + " + 10000 * e.d + 100000 * f.d + 1000000 * g.d AS n FROM digit a, digit b, digit c, digit d, digit e, digit f, digit g) q WHERE n < "
                + rows);
    }

    private long rows() {
        return task.targetCount("SELECT count(*) FROM " + task.database + ".t");
    }

    @Test
    void shouldStopAndNameTheKeyWhenATransactionIsLargerThanTheMemory() throws Exception {
        begin("resources: {memory: 16MiB}\n");
        fill(ROWS);
        CliEnd stopped = task.cli().child().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(5, stopped.exitCode(), stopped.toString());
        assertTrue(stopped.err().contains("MR4009"), stopped.toString());
        assertTrue(stopped.err().contains("resources.memory"), stopped.toString());
        assertEquals(0, rows(), "nothing of it");
        file("resources: {memory: 512MiB}\n");
        CliEnd ended = task.cli().child().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(0, ended.exitCode(), ended.toString());
        assertEquals(ROWS, rows());
        assertEquals(List.of(), task.targetRows("SELECT id FROM " + task.database + ".t WHERE v <> 'value ' || id"));
    }

    /** The key says more than this heap has. */
    @Tag("full")
    @Test
    void shouldNameTheHeapWhenThatIsLessThanTheMemory() throws Exception {
        begin("");
        fill(4_000_000);
        CliEnd stopped = task.cli().child().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(5, stopped.exitCode(), stopped.toString());
        assertTrue(
                stopped.err().contains("MR4009: rows that are applied together do not fit into the heap"),
                stopped.toString());
        assertEquals(0, rows(), "nothing of it");
    }
}
