package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No value of a row, no default, no password and no statement with literals is in any output or log, at the chattiest level, after
 * every way to fail that a task has.
 */
@RealServers(ServerKind.POSTGRES_18)
class CanaryIT {
    /** In every value; also looked for in hexadecimal, as bytes are shown. */
    private static final String CANARY = "kanarya";

    private static final long NUMBER = 7_418_529_630L;

    @TempDir
    Path directory;

    private CliTask task;
    private final List<CliEnd> all = new ArrayList<>();

    private CliEnd run(Cli cli, int exitCode, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--log-level", "debug"));
        CliEnd ended = cli.run(line.toArray(String[]::new));
        all.add(ended);
        assertEquals(exitCode, ended.exitCode(), ended.toString());
        return ended;
    }

    private CliEnd run(int exitCode, String... arguments) {
        return run(task.cli(), exitCode, arguments);
    }

    /** Labels of an enum hold no canary: they are the column's type, which {@code plan} shows. */
    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldSayNothingOfWhatRowsAndSecretsHold(ServerKind kind) {
        Server source = Servers.shared(kind);
        task = new CliTask(directory, source, Servers.postgres());
        task.atSource("""
                CREATE TABLE t (id bigint, k varchar(40), v text, b blob, j json, e enum('one', 'x') DEFAULT 'one',
                  d varchar(40) DEFAULT 'kanarya', n decimal(20,2), z date, PRIMARY KEY (id, k))
                """, insert(1));
        passwords();
        run(0, "check", "task.yaml");
        run(0, "plan", "task.yaml", "--json");
        run(0, "run", "task.yaml", "--until", "caught-up");
        task.atSource(insert(2), "UPDATE t SET v = 'kanarya again', k = 'kanarya key' WHERE id = " + (NUMBER + 1));
        run(0, "run", "task.yaml", "--until", "caught-up", "--json");
        run(0, "verify", "task.yaml");
        run(0, "dump", "log", "millrace-data/" + task.database);
        refusedRows();
        ddl();
        for (CliEnd ended : all) {
            assertSilent(ended.out());
            assertSilent(ended.err());
        }
    }

    /** Nor of a masked column in what is made to show values: samples, the store of dirty rows, the target. */
    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "POSTGRES_18"})
    void shouldShowNoValueThatIsMasked(ServerKind kind) throws Exception {
        task = new CliTask(directory, Servers.shared(kind), Servers.postgres());
        if (kind == ServerKind.POSTGRES_18) {
            task.source("database", task.database).tables("[public.t]");
        }
        task.with("""
                dirty: {limit: 5}
                transforms:
                  - mask: {tables: ['*'], columns: [v], with: fixed, value: hidden}
                  - set: {tables: ['*'], columns: {u: 'v'}}""");
        task.atSource(
                "CREATE TABLE t (id int PRIMARY KEY, v varchar(40), u varchar(40), n int)",
                "INSERT INTO t VALUES (1, 'kanarya', NULL, 1)");
        run(0, "plan", "task.yaml", "--sample", "5");
        run(0, "plan", "task.yaml", "--sample", "5", "--json");
        run(0, "run", "task.yaml", "--until", "caught-up");
        String table = (kind == ServerKind.POSTGRES_18 ? "public" : task.database) + ".t";
        task.atTarget("ALTER TABLE " + table + " ADD CONSTRAINT small CHECK (n < 100)");
        task.atSource(
                "INSERT INTO t VALUES (2, 'kanarya', NULL, 200), (3, 'kanarya', NULL, 3)",
                "UPDATE t SET v = 'kanarya again', n = 300 WHERE id = 1");
        run(0, "run", "task.yaml", "--until", "caught-up");
        run(0, "dirty", "list", "task.yaml");
        CliEnd exported = run(0, "dirty", "export", "task.yaml");
        assertEquals(2, exported.out().lines().count(), exported.toString());
        assertTrue(exported.out().contains("hidden"), exported.toString());
        if (kind == ServerKind.POSTGRES_18) {
            run(0, "remove", "task.yaml", "--slot", "--yes");
        }
        for (CliEnd ended : all) {
            assertSilent(ended.out());
            assertSilent(ended.err());
        }
        List<String> tables = new ArrayList<>(
                task.targetRows("SELECT 'millrace.' || tablename FROM pg_tables WHERE schemaname = 'millrace'"));
        tables.add(table);
        for (String each : tables) {
            assertSilent(task.targetRows("SELECT x::text FROM " + each + " x").toString());
        }
    }

    private static String insert(int number) {
        return "INSERT INTO t (id, k, v, b, j, n, z) VALUES (" + (NUMBER + number)
                + ", 'kanarya', 'kanarya', 'kanarya', '{\"kanarya\": \"kanarya\"}', " + NUMBER + ".25, '2024-01-01')";
    }

    private void passwords() {
        run(task.cli().variable("SOURCE_PASSWORD", "kanarya-source"), 3, "run", "task.yaml");
        run(task.cli().variable("TARGET_PASSWORD", "kanarya-target"), 3, "run", "task.yaml");
        run(task.cli().variable("TARGET_PASSWORD", "kanarya-target"), 3, "verify", "task.yaml");
        task.file("broken.yaml", "shop:\n  type: mysql\n  user: u\n  password: \"kanarya\\q\"\n  port: [kanarya\n");
        run(2, "run", "task.yaml", "--datasources", "broken.yaml");
        task.file(
                "literal.yaml",
                "shop: {type: mysql, user: u, password: kanarya}\nwarehouse: {type: postgres, user: u, password: kanarya, database: d, port: 1}\n");
        run(3, "run", "task.yaml", "--datasources", "literal.yaml");
    }

    /** A row that the target's constraint refuses, one with a character that it cannot hold, and a date that is none. */
    private void refusedRows() {
        task.atTarget("ALTER TABLE " + task.database + ".t ADD CONSTRAINT no_kanarya CHECK (v <> 'kanarya three')");
        task.atSource("INSERT INTO t (id, k, v) VALUES (" + (NUMBER + 3) + ", 'kanarya', 'kanarya three')");
        CliEnd refused = run(1, "run", "task.yaml", "--until", "caught-up");
        assertTrue(refused.err().contains("error MR5006: "), refused.toString());
        task.atTarget("ALTER TABLE " + task.database + ".t DROP CONSTRAINT no_kanarya");
        run(0, "run", "task.yaml", "--until", "caught-up");
        task.atSource("INSERT INTO t (id, k, v) VALUES (" + (NUMBER + 4) + ", 'kanarya', 'kanarya\\0')");
        run(1, "run", "task.yaml", "--until", "caught-up");
        task.atSource("DELETE FROM t WHERE id = " + (NUMBER + 4));
        task.atTarget("UPDATE " + task.database + ".t SET v = 'kanarya, but other'");
    }

    private void ddl() {
        run(1, "verify", "task.yaml", "--json");
        all.remove(all.size() - 1); // Keys of rows that differ are what it was asked for: see below.
        CliEnd verify = task.cli().run("verify", "task.yaml", "--log-level", "debug");
        assertSilent(verify.err());
        task.atSource("ALTER TABLE t ADD COLUMN more varchar(40) DEFAULT (concat('kanarya', 'x'))");
        // An expression has no counterpart: the task stops there, with the part that has none.
        run(1, "run", "task.yaml", "--until", "caught-up");
    }

    private static void assertSilent(String output) {
        String lower = output.toLowerCase(Locale.ROOT);
        assertFalse(lower.replace("no_kanarya", "").contains(CANARY), output);
        assertFalse(lower.contains(HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.US_ASCII))), output);
        assertFalse(lower.contains(Long.toString(NUMBER).substring(0, 9)), output);
    }
}
