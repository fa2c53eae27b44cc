package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files and standard output as a target, by the command line. {@code -Dkills=} asks for more kills than the build's few.
 */
@RealServers({ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class FilesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KILLS = Integer.getInteger("kills", 2);
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    Path directory;

    private CliTask task;

    private CliTask files(Server source, String type, String... keys) {
        task = new CliTask(directory, source, Servers.postgres());
        task.with("steps: [incremental]").with("start: now");
        StringBuilder warehouse = new StringBuilder("warehouse:\n  type: file\n  path: out\n");
        for (String key : keys) {
            warehouse.append("  ").append(key).append('\n');
        }
        boolean isPostgres = type.equals("postgres");
        task.file(
                "datasources.yaml",
                "shop:\n  type: " + type + "\n  host: " + source.host() + "\n  port: " + source.port() + "\n  user: "
                        + source.user() + "\n  password: '${env:SOURCE_PASSWORD}'\n"
                        + (isPostgres ? "  database: " + task.database + "\n" : "") + warehouse);
        return task;
    }

    private CliEnd ok(CliEnd ended) {
        assertEquals(0, ended.exitCode(), ended.toString());
        return ended;
    }

    private List<JsonNode> lines() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            files = all.filter(path -> path.toString().contains(".ndjson"))
                    .sorted()
                    .toList();
        }
        List<JsonNode> lines = new ArrayList<>();
        for (Path file : files) {
            try (InputStream raw = Files.newInputStream(file);
                    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
                lines.addAll(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return lines;
    }

    private static List<JsonNode> parse(String text) throws IOException {
        assertTrue(text.isEmpty() || text.endsWith("\n"), "a line has no end");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static List<JsonNode> changes(List<JsonNode> lines) {
        return lines.stream().filter(line -> line.has("tx")).toList();
    }

    @Test
    void shouldWriteChangesOfMariaDbInTheSourcesOrder() throws IOException {
        files(Servers.mariadb(), "mariadb");
        task.atSource("CREATE TABLE t (id bigint unsigned PRIMARY KEY, d decimal(20,4), b varbinary(8), at datetime(3),"
                + " j json, n varchar(9))");
        ok(task.cli().run("check", "task.yaml"));
        CliEnd plan = ok(task.cli().run("plan", "task.yaml"));
        assertTrue(plan.out().contains("a line a change") && plan.out().contains("base64"), plan.out());
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        task.atSource(
                "INSERT INTO t VALUES (18446744073709551615, 12.5, x'00ff10', '2024-02-29 23:59:58.12', '{\"a\": 1}', 'a\"\\n')",
                "UPDATE t SET d = -0.1, n = NULL",
                "DELETE FROM t");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));

        List<JsonNode> lines = lines();
        JsonNode schema = lines.get(0);
        assertEquals("schema", schema.get("op").asText());
        assertEquals("decimal", schema.get("columns").get(1).get("encoding").asText());
        assertEquals("[\"id\"]", schema.get("key").toString());
        List<JsonNode> changes = changes(lines);
        assertEquals(
                List.of("c", "u", "d"),
                changes.stream().map(line -> line.get("op").asText()).toList());
        assertEquals(
                "{\"id\":18446744073709551615,\"d\":\"12.5000\",\"b\":\"AP8Q\",\"at\":\"2024-02-29T23:59:58.120\","
                        + "\"j\":\"{\\\"a\\\": 1}\",\"n\":\"a\\\"\\n\"}",
                changes.get(0).get("after").toString());
        assertEquals("\"-0.1000\"", changes.get(1).get("after").get("d").toString());
        assertTrue(changes.get(1).get("after").get("n").isNull());
        assertEquals("\"12.5000\"", changes.get(1).get("before").get("d").toString());
        assertEquals("18446744073709551615", changes.get(2).get("key").get("id").asText());
        assertFalse(changes.get(2).has("after"));
        assertEquals(task.database + ".t", changes.get(0).get("table").asText());
        assertTrue(changes.get(0).get("tx").get("id").asText().matches("[0-9]+-[0-9]+-[0-9]+"));
        assertTrue(changes.get(0).get("tx").get("time").asText().endsWith("Z"));

        assertEquals(2, task.cli().run("verify", "task.yaml").exitCode());
        ok(task.cli().run("remove", "task.yaml", "--checkpoint", "--yes"));
        CliEnd again = task.cli().run("run", "task.yaml", "--until", "caught-up");
        assertEquals(3, again.exitCode(), again.toString());
        assertTrue(again.err().contains("error MR3013: files of the task stand there and no checkpoint"), again.err());
    }

    @Test
    void shouldFollowAStatementAndSayTheNewShape() throws IOException {
        files(Servers.mariadb(), "mariadb", "compression: gzip");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        task.atSource(
                "INSERT INTO t VALUES (1)",
                "ALTER TABLE t ADD COLUMN v varchar(5) DEFAULT 'x'",
                "INSERT INTO t VALUES (2, 'y')");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        assertEquals(
                List.of("schema", "c", "ddl", "schema", "c"),
                lines().stream().map(line -> line.get("op").asText()).toList());
        assertEquals("y", lines().get(4).get("after").get("v").asText());
    }

    private List<String> words() throws IOException {
        return lines().stream().map(line -> line.get("op").asText()).toList();
    }

    @Test
    void shouldStopBeforeAStatementWhosePolicyIsError() throws IOException {
        files(Servers.mariadb(), "mariadb");
        task.file(
                "task.yaml",
                "name: strict\nsource: shop\ntarget: warehouse\nsteps: [incremental]\nstart: now\ntables: [{include: "
                        + task.database + ".t, ddl: {drop_column: error}}, " + task.database
                        + ".*]\nddl: {add_column: normal, truncate_table: error}\n");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v int)", "CREATE TABLE u (id int PRIMARY KEY, v int)");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        task.atSource(
                "INSERT INTO t VALUES (1, 1)",
                "ALTER TABLE u DROP COLUMN v",
                "INSERT INTO u VALUES (1)",
                "ALTER TABLE t DROP COLUMN v",
                "INSERT INTO t VALUES (2)",
                "TRUNCATE TABLE u",
                "INSERT INTO u VALUES (2)");
        List<String> before = List.of("schema", "c", "ddl", "schema", "c");
        String place = "";
        for (int run = 0; run < 2; run++) {
            CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up");
            assertEquals(1, stopped.exitCode(), stopped.toString());
            assertTrue(stopped.err().contains("error MR5003"), stopped.err());
            assertTrue(stopped.err().contains("policy=error, kind=drop_column"), stopped.err());
            assertEquals(before, words());
            place = stopped.err().replaceAll("(?s).*skip=([^\\s,]+).*", "$1");
        }
        CliEnd stopped = task.cli().run("run", "task.yaml", "--until", "caught-up", "--skip", place);
        assertTrue(stopped.err().contains("policy=error, kind=truncate_table"), stopped.toString());
        assertEquals(List.of("schema", "c", "ddl", "schema", "c", "ddl", "schema", "c"), words());
        place = stopped.err().replaceAll("(?s).*skip=([^\\s,]+).*", "$1");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up", "--skip", place));
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        assertEquals(3, words().stream().filter("ddl"::equals).count());
        assertEquals(4, words().stream().filter("c"::equals).count());
    }

    @Test
    void shouldRefuseWhatFilesCannotObeyOfStatements() {
        files(Servers.mariadb(), "mariadb");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY)");
        String plain = "name: f\nsource: shop\ntarget: warehouse\nsteps: [incremental]\nstart: now\n";
        String all = plain + "tables: [" + task.database + ".*]\n";
        task.file("a.yaml", all + "ddl: {drop_column: alert}\n");
        task.file("b.yaml", plain + "tables: [{include: " + task.database + ".t, ddl: {add_column: ignore}}]\n");
        task.file("c.yaml", all + "ddl_mode: lenient\n");
        String[] keys = {"key=ddl.drop_column, value=alert", "key=tables[].ddl.add_column, value=ignore", "key=ddl_mode"
        };
        for (int i = 0; i < keys.length; i++) {
            String file = "abc".charAt(i) + ".yaml";
            for (CliEnd refused :
                    List.of(task.cli().run("plan", file), task.cli().run("run", file, "--until", "caught-up"))) {
                assertEquals(2, refused.exitCode(), refused.toString());
                assertTrue((refused.err() + refused.out()).contains(keys[i]), refused.toString());
            }
        }
    }

    @Test
    void shouldWriteChangesOfPostgresToStandardOutputAndNothingElse() throws IOException {
        files(Servers.postgres(), "postgres");
        String datasources = Files.readString(directory.resolve("datasources.yaml"));
        task.file(
                "datasources.yaml",
                datasources.replace("path: out", "path: '-'").replace("SOURCE_PASS", "TARGET_PASS"));
        task.tables("[public.*]");
        task.file(
                "datasources.yaml",
                datasources.replace("path: out", "path: '-'").replace("SOURCE_PASS", "TARGET_PASS"));
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, at timestamptz, a int[], ok boolean)");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        task.atSource("INSERT INTO t VALUES (1, '2024-02-29 12:00:00.5+00', '{1,2}', true)", "UPDATE t SET ok = false");
        CliEnd run = ok(task.cli().child().run("run", "task.yaml", "--until", "caught-up"));
        List<JsonNode> changes = changes(parse(run.out()));
        assertEquals(2, changes.size(), run.toString());
        assertEquals(
                "{\"id\":1,\"at\":\"2024-02-29T12:00:00.5Z\",\"a\":\"{1,2}\",\"ok\":true}",
                changes.get(0).get("after").toString());
        assertTrue(run.err().contains("finished: "), run.err());
        task.cli().run("remove", "task.yaml", "--all", "--yes");
    }

    private long bytesWritten() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            return all.filter(path -> path.toString().endsWith(".ndjson"))
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        }
    }

    /** Killed while it writes, it goes on so that each change stands in the files once, in order. */
    @Test
    void shouldHoldEachChangeOnceWhenItIsKilled() throws IOException, InterruptedException {
        files(Servers.mariadb(), "mariadb", "rotate_size: 64KiB", "sync_interval: 50ms");
        task.atSource("CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, v varchar(200))");
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        Random random = new Random(KILLS);
        int rows = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildCli.Started run = task.cli().child().start("run", "task.yaml")) {
                long grown = bytesWritten() + 20_000 + random.nextInt(60_000);
                long deadline = System.nanoTime() + PATIENCE_NANOS;
                while (bytesWritten() < grown) {
                    assertTrue(System.nanoTime() < deadline, run.toString());
                    int count = 1 + random.nextInt(20);
                    task.atSource(
                            "INSERT INTO t (v) VALUES (REPEAT('v', 150))" + ", (REPEAT('w', 150))".repeat(count - 1));
                    rows += count;
                }
                run.process().destroyForcibly().waitFor();
            }
        }
        ok(task.cli().run("run", "task.yaml", "--until", "caught-up"));
        List<JsonNode> changes = changes(lines());
        Set<String> seen = new HashSet<>();
        int id = 0;
        for (JsonNode change : changes) {
            assertTrue(seen.add(
                    change.get("tx").get("id").asText() + " " + change.get("tx").get("n")));
            int next = change.get("after").get("id").asInt();
            assertTrue(next > id, "out of order: " + id + ", " + next);
            id = next;
        }
        assertEquals(rows, changes.size());
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            assertTrue(all.filter(path -> path.toString().endsWith(".ndjson")).count() > 1, "it never rotated");
        }
    }
}
