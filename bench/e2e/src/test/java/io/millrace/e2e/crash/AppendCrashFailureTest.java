package io.millrace.e2e.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.ByteWatch;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code write_mode: append} with SIGKILL within a load and around commits of its lanes: every change of every key is a row, each once,
 * those of a key in order, and behind what was loaded none is missing. The seed is printed; {@code -Dseed=} replays it, {@code
 * -Dkills=} asks for more kills in the stream.
 */
class AppendCrashFailureTest {
    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final int MAX_COMMIT = 6;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String KEYS = "resources: {write_concurrency: 3}\ndelivery: {batch_rows: 10}\n";

    @TempDir
    Path directory;

    @Test
    void shouldHoldEveryChangeOnceWhenKilledIntoPostgres() throws Exception {
        survive(CrashTarget.POSTGRES);
    }

    @Test
    @Tag("full")
    void shouldHoldEveryChangeOnceWhenKilledIntoMySql() throws Exception {
        survive(CrashTarget.MYSQL);
    }

    @Test
    @Tag("full")
    void shouldHoldEveryChangeOnceWhenKilledIntoMariaDb() throws Exception {
        survive(CrashTarget.MARIADB);
    }

    private void survive(CrashTarget kind) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed=" + seed + ", target=" + kind + ", kills=" + KILLS);
        SplittableRandom random = new SplittableRandom(seed);
        MySqlServer source = MySqlServer.builder().set("gtid_mode", "ON").shared();
        Server target = kind.server();
        source.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
        Trail.clear(target);
        try (FaultProxy proxy = FaultProxy.to(target);
                Connection writer = source.connect("bank");
                Connection copy = target.connect(null)) {
            proxy.onConnect(connection -> {
                connection.record(Direction.TO_SERVER);
                connection.record(Direction.TO_CLIENT);
            });
            NumberedWorkload workload = new NumberedWorkload(
                    writer, seed, new WorkloadTraits(CrashSource.MYSQL, false, false, false, false));
            workload.create();
            workload.fill();
            workload.transactions(60);
            BankTask task = BankTask.write(directory, source, source.port(), target, proxy.port(), KEYS)
                    .withoutTls()
                    .appending();
            kill(task, proxy, kind.holdLoad(proxy, 1 + random.nextInt(2), random.nextBoolean()));
            workload.transactions(30);
            task.finish();
            // Which row came first, from here on.
            target.execute(
                    null,
                    target instanceof PostgresServer
                            ? "ALTER TABLE bank.account ADD COLUMN line bigserial"
                            : "ALTER TABLE bank.account ADD COLUMN line BIGINT NOT NULL AUTO_INCREMENT, ADD KEY (line)");
            long numbered = Long.parseLong(
                    Trail.rows(copy, "SELECT MAX(line) FROM bank.account").get(0));
            for (int kill = 0; kill < KILLS; kill++) {
                Trickle trickle = new Trickle(workload);
                try {
                    kill(task, proxy, kind.holdCommit(proxy, 1 + random.nextInt(MAX_COMMIT), random.nextBoolean()));
                } finally {
                    trickle.stop();
                }
            }
            workload.transactions(20);
            task.finish();
            assertEveryChangeOnce(workload, copy, numbered);
        }
    }

    private static void kill(BankTask task, FaultProxy proxy, ByteWatch watch) throws Exception {
        try (MillraceProcess run = task.run()) {
            run.awaitThat("the connection to be held", PATIENCE, watch::hasCaught);
            run.kill();
        }
        proxy.cut();
    }

    private static void assertEveryChangeOnce(NumberedWorkload workload, Connection copy, long numbered)
            throws SQLException {
        assertEquals(
                workload.events() + " " + workload.events(),
                Trail.rows(copy, "SELECT COUNT(*), COUNT(DISTINCT id) FROM bank.event")
                        .get(0));
        Map<Long, List<String>> loaded = rows(copy, "millrace_operation = 'load'");
        Map<Long, List<String>> early = rows(copy, "millrace_operation <> 'load' AND line <= " + numbered);
        Map<Long, List<String>> late = rows(copy, "line > " + numbered);
        workload.history().forEach((key, history) -> {
            List<String> load = loaded.getOrDefault(key, List.of());
            List<String> first = early.getOrDefault(key, List.of());
            List<String> then = late.getOrDefault(key, List.of());
            int skipped = history.size() - first.size() - then.size();
            String what =
                    "key=" + key + ", history=" + history + ", loaded=" + load + ", early=" + first + ", late=" + then;
            assertTrue(skipped >= 0, what);
            assertEquals(stateAfter(history.subList(0, skipped)), load, what);
            assertEquals(
                    history.subList(skipped, skipped + first.size()).stream()
                            .sorted()
                            .toList(),
                    first.stream().sorted().toList(),
                    what);
            assertEquals(history.subList(skipped + first.size(), history.size()), then, what);
        });
        assertTrue(
                Stream.of(loaded, early, late)
                        .allMatch(rows -> workload.history().keySet().containsAll(rows.keySet())),
                "keys that the source never had");
        assertTrue(late.size() > 20, "keys that were changed: " + late.size());
    }

    /** What a load finds of a key behind these changes. */
    private static List<String> stateAfter(List<String> history) {
        if (history.isEmpty() || history.get(history.size() - 1).startsWith("delete")) {
            return List.of();
        }
        return List.of(history.get(history.size() - 1).replaceFirst("insert|update", "load"));
    }

    private static Map<Long, List<String>> rows(Connection copy, String where) throws SQLException {
        Map<Long, List<String>> rows = new TreeMap<>();
        for (String row : Trail.rows(
                copy, "SELECT id, millrace_operation, n FROM bank.account WHERE " + where + " ORDER BY line")) {
            String[] keyAndChange = row.split(" ", 2);
            rows.computeIfAbsent(Long.valueOf(keyAndChange[0]), key -> new ArrayList<>())
                    .add(keyAndChange[1]);
        }
        return rows;
    }
}
