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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say and do of columns that the source computes, or the target by itself (decision 0041). */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class GeneratedColumnsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLE = "people (id int PRIMARY KEY, name varchar(20), n int,"
            + " loud varchar(20) GENERATED ALWAYS AS (upper(name)) STORED, twice int GENERATED ALWAYS AS (n * 2) STORED)";
    private static final String MASK = "transforms: [{mask: {columns: [name], with: fixed, value: hidden}}]\n";

    @TempDir
    Path directory;

    private CliTask task;
    private String people;

    private void begin(Server source, Server target) {
        task = new CliTask(directory, source, target);
        boolean isIntoPostgres = CliTask.type(target).equals("postgres");
        String schema = isIntoPostgres ? task.database : task.targetDatabase;
        task.with("mapping: {schema_name: " + schema + "}");
        people = schema + ".people";
        task.atSource(
                "CREATE TABLE " + TABLE,
                "INSERT INTO people (id, name, n) VALUES (1, 'canary', 1), (2, 'kanary', 2), (3, NULL, NULL)");
    }

    /** A target that computes by itself what is named; the others are ordinary columns. */
    private void makeThere(String loud, String twice) {
        task.atTarget(
                "CREATE SCHEMA IF NOT EXISTS " + people.substring(0, people.indexOf('.')),
                "CREATE TABLE " + people + " (id int PRIMARY KEY, name varchar(20), n int, loud varchar(20)" + loud
                        + ", twice int" + twice + ")");
    }

    private static String as(String expression) {
        return " GENERATED ALWAYS AS (" + expression + ") STORED";
    }

    private CliEnd ended(int code, String... arguments) {
        CliEnd end = task.cli().run(arguments);
        assertEquals(code, end.exitCode(), end.toString());
        return end;
    }

    private void run() {
        ended(0, "run", "task.yaml", "--until", "caught-up");
    }

    private void assertHidden(CliEnd end) {
        assertFalse(end.toString().toLowerCase(Locale.ROOT).contains("anary"), end.toString());
    }

    // ---- what a mask hides

    @Test
    void shouldShowNothingInASampleOfWhatAMaskHides() throws Exception {
        begin(Servers.mysql(), Servers.postgres());
        task.with(MASK);
        makeThere(as("upper(name)"), "");
        CliEnd sample = ended(0, "plan", "task.yaml", "--sample", "3", "--json");
        assertHidden(sample);
        JsonNode rows = JSON.readTree(sample.out()).get("samples").get(0).get("rows");
        assertEquals(
                "{\"before\":{\"id\":1,\"name\":\"(masked)\",\"n\":1,\"loud\":\"(masked)\",\"twice\":2},"
                        + "\"after\":{\"id\":1,\"name\":\"hidden\",\"n\":1,\"twice\":2}}",
                rows.get(0).toString());
        assertTrue(rows.get(2).get("before").get("loud").isNull(), rows.toString());

        task.tables("[{include: '" + task.database + ".people', columns: {drop: [loud]}}]");
        assertHidden(ended(0, "plan", "task.yaml", "--sample", "3"));
    }

    /** A row is stored as the target would have had it: without what is not written there. */
    @Test
    void shouldStoreNothingOfWhatAMaskHides() throws Exception {
        begin(Servers.mysql(), Servers.postgres());
        task.with(MASK).with("dirty: {limit: unlimited}");
        makeThere(as("upper(name)"), ", CHECK (n < 100)");
        run();
        task.atSource(
                "INSERT INTO people (id, name, n) VALUES (4, 'canary', 400)",
                "UPDATE people SET name = 'canary!', n = 100 WHERE id = 1",
                "UPDATE people SET id = 20, name = 'canary?', n = 200 WHERE id = 2",
                "DELETE FROM people WHERE id = 3");
        run();
        CliEnd shown = ended(0, "dirty", "export", "task.yaml");
        assertEquals(3, shown.out().lines().count(), shown.toString());
        for (String line : shown.out().lines().toList()) {
            JsonNode image = JSON.readTree(line).get("image");
            assertEquals("hidden", image.get("name").asText(), line);
            assertEquals(image.get("n").asInt() * 2, image.get("twice").asInt(), line);
            assertFalse(image.has("loud"), line);
        }
        assertHidden(shown);
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> stored = files.filter(each -> each.toString().contains("dirty") && Files.isRegularFile(each))
                    .toList();
            assertFalse(stored.isEmpty());
            for (Path file : stored) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("CANARY") || bytes.contains("canary"), file.toString());
            }
        }

        task.atTarget("ALTER TABLE " + people + " DROP CONSTRAINT people_n_check");
        ended(0, "dirty", "replay", "task.yaml");
        assertEquals(
                List.of("1|hidden|100|HIDDEN|200", "4|hidden|400|HIDDEN|800", "20|hidden|200|HIDDEN|400"),
                task.targetRows("SELECT id, name, n, loud, twice FROM " + people + " ORDER BY id"));
        CliEnd verified = ended(0, "verify", "task.yaml");
        assertTrue(
                verified.out()
                        .contains("equal, not compared: columns that steps change: name; that the target computes of"
                                + " them: loud"),
                verified.out());
    }

    // ---- what a target's expression refuses

    private void refuseByTheTarget(Server source, Server target) throws Exception {
        begin(source, target);
        task.with("dirty: {limit: unlimited}");
        makeThere("", as("n * 10000000"));
        task.atSource("UPDATE people SET n = 5 WHERE id = 3");
        run();
        task.atSource(
                "INSERT INTO people (id, name, n) VALUES (4, 'four', 400), (5, 'five', 4)",
                "UPDATE people SET n = 300 WHERE id = 1",
                "UPDATE people SET n = 10 WHERE id = 2");
        run();
        JsonNode listed =
                JSON.readTree(ended(0, "dirty", "list", "task.yaml", "--json").out());
        assertEquals(2, listed.size(), listed.toString());
        assertEquals(
                List.of("1|1", "2|10", "3|5", "5|4"), task.targetRows("SELECT id, n FROM " + people + " ORDER BY id"));

        // Another expression takes them.
        task.atTarget(
                "ALTER TABLE " + people + " DROP COLUMN twice",
                "ALTER TABLE " + people + " ADD COLUMN twice int" + as("n * 2"));
        ended(0, "dirty", "replay", "task.yaml");
        ended(0, "verify", "task.yaml");
    }

    @Test
    void shouldStoreAndReplayARowThatTheTargetsExpressionRefusesInPostgres() throws Exception {
        refuseByTheTarget(Servers.mysql(), Servers.postgres());
    }

    @Test
    void shouldStoreAndReplayARowThatTheTargetsExpressionRefusesInMySql() throws Exception {
        refuseByTheTarget(Servers.mariadb(), Servers.mysql());
    }

    // ---- verify and reload

    @Test
    void shouldFindWhatDiffersWhoeverComputesIt() {
        begin(Servers.mysql(), Servers.postgres());
        makeThere("", as("n * 3"));
        run();
        CliEnd other = ended(1, "verify", "task.yaml");
        assertTrue(other.out().contains("different  key=1  columns=twice"), other.out());
        task.atTarget("UPDATE " + people + " SET loud = 'other' WHERE id = 3");
        assertTrue(ended(1, "verify", "task.yaml").out().contains("different  key=3  columns=loud"));
    }

    private void reload(Server source, Server target) {
        begin(source, target);
        makeThere("", as("n * 2"));
        run();
        task.atTarget(
                "DELETE FROM " + people + " WHERE id = 1",
                "UPDATE " + people + " SET n = 9, loud = 'other' WHERE id = 2",
                "INSERT INTO " + people + " (id, n) VALUES (7, 7)");
        ended(0, "reload", "task.yaml", "--table", task.database + ".people", "--where", "id between 2 and 9");
        task.atSource("INSERT INTO people (id, name, n) VALUES (5, 'five', 5)");
        run();
        assertEquals(
                List.of("2|2|KANARY|4", "3|null|null|null", "5|5|FIVE|10"),
                task.targetRows("SELECT id, n, loud, twice FROM " + people + " ORDER BY id"));
        ended(0, "reload", "task.yaml", "--table", task.database + ".people");
        run();
        ended(0, "verify", "task.yaml");
    }

    @Test
    void shouldLoadAgainInPostgres() {
        reload(Servers.mariadb(), Servers.postgres());
    }

    @Test
    void shouldLoadAgainInMariaDb() {
        reload(Servers.mysql(), Servers.mariadb());
    }

    /** Rows come to the filter, go from it and stay by what the source computes. */
    @Test
    void shouldJudgeRowsByWhatIsComputed() {
        begin(Servers.mysql(), Servers.postgres());
        task.with("transforms: [{filter: {where: 'twice between 3 and 20'}}]");
        run();
        assertEquals(List.of("2|KANARY"), task.targetRows("SELECT id, loud FROM " + people));
        task.atSource(
                "UPDATE people SET n = 3 WHERE id = 1",
                "UPDATE people SET n = 30 WHERE id = 2",
                "UPDATE people SET n = 10, name = 'three' WHERE id = 3",
                "INSERT INTO people (id, n) VALUES (4, 11), (5, 5)",
                "UPDATE people SET id = 6 WHERE id = 5");
        run();
        assertEquals(
                List.of("1|CANARY|6", "3|THREE|20", "6|null|10"),
                task.targetRows("SELECT id, loud, twice FROM " + people + " ORDER BY id"));
        ended(0, "verify", "task.yaml");
    }
}
