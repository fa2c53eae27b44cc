package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys that a server takes for equal though their bytes are others, where deletes do not remove: what went is marked, and not the row that came
 * to its key, which has the key as it came. {@code u} has a further unique key, so that its rows are tied.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class EqualKeysIT {
    @TempDir
    Path directory;

    private CliTask task;
    private String schema;

    private void begin(Server source, Server target, String dml) {
        task = new CliTask(directory, source, target).with("dml: {delete: " + dml + "}");
    }

    private void beginInMySql(String dml) {
        begin(Servers.mysql(), Servers.mysql(), dml);
        schema = task.targetDatabase;
        task.with("mapping: {schema_name: " + schema + "}");
        String id = "(id varchar(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, v varchar(20)";
        task.atSource("CREATE TABLE a " + id + ")", "CREATE TABLE u " + id + ", UNIQUE (v))");
    }

    private void beginInPostgres(String dml) {
        begin(Servers.postgres(), Servers.postgres(), dml);
        task.source("database", task.database).tables("[public.*]");
        schema = "public";
        String id = "(id citext PRIMARY KEY, v varchar(20)";
        task.atSource("CREATE EXTENSION citext", "CREATE TABLE a " + id + ")", "CREATE TABLE u " + id + " UNIQUE)");
        String mark = ", is_deleted boolean NOT NULL DEFAULT false)";
        task.atTarget(
                "CREATE EXTENSION citext", "CREATE TABLE a " + id + mark, "CREATE TABLE u " + id + " UNIQUE" + mark);
    }

    private static String values(String table, String... rows) {
        return "INSERT INTO " + table + " VALUES " + String.join(", ", rows);
    }

    private void load() throws IOException {
        for (String table : List.of("a", "u")) {
            task.atSource(values(table, "('one', '1')", "('two', '2')", "('three', '3')", "('four', '4')"));
        }
        task.catchUp();
    }

    private void changeEqualKeys() throws IOException {
        load();
        for (String table : List.of("a", "u")) {
            String delete = "DELETE FROM " + table + " WHERE id = ";
            task.atSource(
                    "START TRANSACTION",
                    delete + "'one'",
                    values(table, "('ONE', '11')"),
                    "UPDATE " + table + " SET v = '22' WHERE id = 'two'",
                    delete + "'two'",
                    values(table, "('TWO', '222')"),
                    delete + "'three'",
                    values(table, "('Three', '33')"),
                    delete + "'Three'",
                    values(table, "('THREE', '333')"),
                    values(table, "('five', '5')"),
                    delete + "'five'",
                    values(table, "('Five', '55')"),
                    delete + "'four'",
                    values(table, "('FOUR', '44')"),
                    delete + "'FOUR'",
                    "COMMIT");
        }
        task.catchUp();
    }

    private void assertMarked(String isTrue, String isFalse) throws IOException {
        changeEqualKeys();
        for (String table : List.of("a", "u")) {
            assertEquals(
                    List.of(
                            "ONE|11|" + isFalse,
                            "TWO|222|" + isFalse,
                            "THREE|333|" + isFalse,
                            "FOUR|44|" + isTrue,
                            "Five|55|" + isFalse),
                    task.targetRows("SELECT id, v, is_deleted FROM " + schema + "." + table + " ORDER BY v"),
                    table);
        }
        CliEnd compared = task.cli().run("verify", "task.yaml");
        assertEquals(0, compared.exitCode(), compared.toString());
    }

    @Test
    void shouldMarkWhatWentWhenARowComesToAnEqualKeyInMySql() throws IOException {
        beginInMySql("{logical: is_deleted}");
        assertMarked("1", "0");
    }

    @Test
    void shouldMarkWhatWentWhenARowComesToAnEqualKeyInPostgres() throws IOException {
        beginInPostgres("{logical: is_deleted}");
        try {
            assertMarked("t", "f");
        } finally {
            task.cli().run("remove", "task.yaml", "--slot", "--yes");
        }
    }

    @Test
    void shouldTakeTheKeyThatComesWhenTheOneThatWentIsKept() throws IOException {
        beginInMySql("ignore");
        changeEqualKeys();
        for (String table : List.of("a", "u")) {
            assertEquals(
                    List.of("ONE|11", "TWO|222", "THREE|333", "FOUR|44", "Five|55"),
                    task.targetRows("SELECT * FROM " + schema + "." + table + " ORDER BY v"),
                    table);
        }
    }

    /** Two lanes would have one row: what one of them writes under a key the other removes with what it takes for the same (EXACTNESS 21). */
    @Test
    void shouldRefuseATargetThatTakesTwoKeysOfTheSourceForOne() throws IOException {
        begin(Servers.postgres(), Servers.postgres(), "normal");
        task.source("database", task.database).tables("[public.*]");
        List<String> keys = List.of("uuid", "citext", "text COLLATE caseless", "words", "caseless_words");
        task.atTarget(
                "CREATE EXTENSION citext",
                "CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE DOMAIN words AS text",
                "CREATE DOMAIN caseless_words AS text COLLATE caseless");
        for (int i = 0; i < keys.size(); i++) {
            task.atSource("CREATE TABLE t" + i + " (id text PRIMARY KEY, v text)");
            task.atTarget("CREATE TABLE t" + i + " (id " + keys.get(i) + " PRIMARY KEY, v text)");
        }
        CliEnd checked = task.cli().run("check", "task.yaml", "--json");
        assertEquals(2, checked.exitCode(), checked.toString());
        for (int i = 0; i < keys.size(); i++) {
            boolean isRefused =
                    checked.out().contains("\"public.t" + i + ".id\", \"message\": \"the target's type would");
            assertEquals(!keys.get(i).equals("words"), isRefused, keys.get(i) + ": " + checked);
        }
    }
}
