package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dirty.DirtyState;
import io.millrace.dirty.StoredRow;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.command.Reload;
import io.millrace.pipeline.command.StoredDirtyRows;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.DirtyLimit;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that steps change, on real servers: loaded beside a writer that also changes keys, then followed. */
@RealServers({MYSQL_8_0, POSTGRES_18})
class KeyStepsIT {
    private static final int ROWS = 300;
    private static final String KEY = "pepper";
    private static final String STEPS = """
            transforms:
              - set: {tables: ['*.numbers'], columns: {id: "cast('no-' || cast(id + 1 as text) as text)"}}
              - mask: {tables: ['*.cards'], columns: [card], with: fpe, key: '${env:PEPPER}'}
              - mask: {tables: ['*.pairs'], columns: [b], with: hash, key: '${env:PEPPER}'}
              - set: {tables: ['*.pairs'], columns: {a: 1000 - a}}
            """;

    @TempDir
    Path directory;

    /** EXACTNESS 32. */
    @Test
    void shouldKeepRowsApartWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        String numbers =
                "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " + (ROWS - 1) + ")";
        source.execute(
                real.shop,
                "CREATE TABLE numbers (id BIGINT PRIMARY KEY, n INT, pad VARCHAR(20))",
                "INSERT INTO numbers " + numbers + " SELECT i, i, 'x' FROM n",
                "CREATE TABLE cards (card VARCHAR(30) PRIMARY KEY, n INT, pad VARCHAR(20))",
                "INSERT INTO cards " + numbers + " SELECT CONCAT('C-', 100000 + i), i, 'x' FROM n",
                "CREATE TABLE pairs (a INT, b VARCHAR(30), n INT, pad VARCHAR(20), PRIMARY KEY (a, b))",
                "INSERT INTO pairs " + numbers + " SELECT i % 7, CONCAT('b', i), i, 'x' FROM n");
        followed(real, source, real.shop, "", true);
        assertRows(
                RealTask.rows(source, real.shop, "SELECT a, b, n, pad FROM pairs"),
                real.atTarget("SELECT a, b, n, pad FROM SHOP.pairs"));
        assertEquals(
                RealTask.rows(source, real.shop, "SELECT CONCAT('no-', id + 1), n, pad FROM numbers"),
                real.atTarget("SELECT id, n, pad FROM SHOP.numbers"));
        assertEquals(
                RealTask.rows(source, real.shop, "SELECT LENGTH(card), LEFT(card, 2), n, pad FROM cards"),
                real.atTarget("SELECT length(card), left(card, 2), n, pad FROM SHOP.cards"));
    }

    /** Rows that updates do not send whole, and keys that change with them. */
    @Test
    void shouldKeepRowsApartWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        String schema = real.shop;
        String pad = "repeat(md5(i::text), 200)";
        source.execute(
                real.shop,
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + schema + ".numbers (id bigint PRIMARY KEY, n int, pad text)",
                "ALTER TABLE " + schema + ".numbers ALTER pad SET STORAGE EXTERNAL",
                "INSERT INTO " + schema + ".numbers SELECT i, i, " + pad + " FROM generate_series(0, 299) i",
                "CREATE TABLE " + schema + ".cards (card varchar(30) PRIMARY KEY, n int, pad text)",
                "ALTER TABLE " + schema + ".cards ALTER pad SET STORAGE EXTERNAL",
                "INSERT INTO " + schema + ".cards SELECT 'C-' || 100000 + i, i, " + pad
                        + " FROM generate_series(0, 299) i",
                "CREATE TABLE " + schema + ".pairs (a int, b varchar(30), n int, pad text, PRIMARY KEY (a, b))",
                "ALTER TABLE " + schema + ".pairs ALTER pad SET STORAGE EXTERNAL",
                "INSERT INTO " + schema + ".pairs SELECT i % 7, 'b' || i, i, " + pad
                        + " FROM generate_series(0, 299) i");
        try {
            // Beside the load a key that changes without the whole row stops the task.
            followed(real, source, real.shop, schema + ".", false);
        } finally {
            source.execute(
                    real.shop,
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
        }
        assertRows(
                RealTask.rows(source, real.shop, "SELECT a, b, n, md5(pad) FROM " + schema + ".pairs"),
                RealTask.rows(target, schema, "SELECT a, b, n, MD5(pad) FROM pairs"));
        assertEquals(
                RealTask.rows(source, real.shop, "SELECT 'no-' || id + 1, n, md5(pad) FROM " + schema + ".numbers"),
                RealTask.rows(target, schema, "SELECT id, n, MD5(pad) FROM numbers"));
        assertEquals(
                RealTask.rows(
                        source, real.shop, "SELECT length(card), left(card, 2), n, md5(pad) FROM " + schema + ".cards"),
                RealTask.rows(target, schema, "SELECT LENGTH(card), LEFT(card, 2), n, MD5(pad) FROM cards"));
    }

    private void followed(RealTask real, Server source, String database, String prefix, boolean isBeside)
            throws Exception {
        TaskSpec task = task(real.task(), STEPS);
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(source, database, prefix, isDone));
        if (isBeside) {
            writer.start();
        }
        try {
            real.catchUp(task);
        } finally {
            isDone.set(true);
            writer.join();
        }
        write(source, database, prefix, new AtomicBoolean(true));
        PipelineStatus status = real.catchUp(task);
        assertTrue(status.counters().conserve(), status.counters().toString());
    }

    private static void assertRows(List<String> source, List<String> target) {
        List<String> expected = source.stream()
                .map(row -> row.split("\\|"))
                .map(row -> 1000 - Integer.parseInt(row[0]) + "|" + hash(row[1]) + "|" + row[2] + "|" + row[3])
                .sorted()
                .toList();
        assertEquals(expected, target);
    }

    @Test
    void shouldStoreTheChangedKeyAloneAndOvertakeItsRow(MySqlServer source, PostgresServer target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE pairs (a INT, b VARCHAR(30), pad VARCHAR(20), PRIMARY KEY (a, b))",
                "INSERT INTO pairs VALUES (1, 'raw-1', 'x'), (2, 'raw-2', CONCAT('y', CHAR(0))), (3, 'raw-3', 'z')");
        TaskSpec task = task(real.task().dirtyLimit(DirtyLimit.parse("unlimited")), STEPS);
        real.catchUp(task);
        source.execute(real.shop, "UPDATE pairs SET pad = CONCAT('dirty', CHAR(0)) WHERE a = 1");
        real.catchUp(task);
        Path store = directory.resolve(real.shop).resolve("dirty").resolve("rows");
        String stored = Files.readString(store, StandardCharsets.ISO_8859_1);
        assertEquals(2, dirty(task, real).size(), "of the load, and of the stream");
        assertTrue(stored.contains(hash("raw-1")) && stored.contains(hash("raw-2")), "the changed keys");
        assertFalse(stored.contains("raw-"), "a key that was masked");

        source.execute(real.shop, "UPDATE pairs SET pad = 'clean' WHERE a = 1", "DELETE FROM pairs WHERE a = 2");
        real.catchUp(task);

        assertEquals(List.of(DirtyState.OVERTAKEN, DirtyState.OVERTAKEN), dirty(task, real));
        assertEquals(
                List.of("997|" + hash("raw-3") + "|z", "999|" + hash("raw-1") + "|clean"),
                real.atTarget("SELECT a, b, pad FROM SHOP.pairs"));
    }

    /** EXACTNESS 32. */
    @Test
    void shouldRefuseWhatAChangedKeyCannotGoWith(MySqlServer source, PostgresServer target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE numbers (id BIGINT PRIMARY KEY, n INT)",
                "CREATE TABLE children (id BIGINT PRIMARY KEY, parent BIGINT,"
                        + " FOREIGN KEY (parent) REFERENCES numbers (id) ON DELETE CASCADE)");
        String number = "transforms: [{set: {tables: ['*.numbers'], columns: {id: id + 1}}}]";
        assertEquals(
                "a step changes a column of a foreign key that acts on rows: foreignKey=children_ibfk_1, table="
                        + real.shop + ".numbers",
                refusal(real, number));
        source.execute(real.shop, "DROP TABLE children", "CREATE TABLE others LIKE numbers");
        assertEquals(
                "a step changes keys of a table whose rows come to one target with others': table=" + real.shop
                        + ".numbers",
                refusal(real, number + "\nmapping: {rename_tables: [{from: '.*', to: all_numbers}]}"));
    }

    private String refusal(RealTask real, String yaml) throws InterruptedException {
        try (Pipeline pipeline = real.pipeline(task(real.task(), yaml), new Goal.CaughtUp())) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            MillraceException failure = pipeline.failure().orElseThrow();
            assertEquals(ErrorCode.NOT_SUPPORTED_YET, failure.code());
            return failure.getMessage();
        }
    }

    @Test
    void shouldLoadAgainWholeAlone(MySqlServer source, PostgresServer target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE numbers (id BIGINT PRIMARY KEY, n INT)",
                "INSERT INTO numbers VALUES (1, 1), (2, 2), (3, 3)");
        TaskSpec task = task(real.task(), "transforms: [{set: {columns: {id: 10 - id}}}]");
        real.catchUp(task);
        target.execute(real.warehouse, "UPDATE " + real.shop + ".numbers SET id = 77 WHERE id = 8");
        Path files = directory.resolve(real.shop);
        MillraceException part = assertThrows(
                MillraceException.class,
                () -> Reload.request(
                        task,
                        real.sourceServer(),
                        real.targetServer(),
                        files,
                        real.shop + ".numbers",
                        Optional.of("id <= 2")));
        assertTrue(part.getMessage().contains("reason=a step changes its key"), part.getMessage());

        Reload.request(task, real.sourceServer(), real.targetServer(), files, real.shop + ".numbers", Optional.empty());
        real.catchUp(task);

        assertEquals(List.of("7|3", "8|2", "9|1"), real.atTarget("SELECT id, n FROM SHOP.numbers"));
    }

    private List<DirtyState> dirty(TaskSpec task, RealTask real) {
        try (StoredDirtyRows rows = StoredDirtyRows.look(task, directory.resolve(real.shop))) {
            return rows.rows().stream().map(StoredRow::state).toList();
        }
    }

    private static String hash(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TaskSpec task(TaskSpec.Builder task, String yaml) {
        SecretResolver secrets = new SecretResolver() {
            @Override
            public Optional<String> environment(String name) {
                return name.equals("PEPPER") ? Optional.of(KEY) : Optional.empty();
            }

            @Override
            public Optional<String> file(Path path) {
                return Optional.empty();
            }
        };
        TaskSpec parsed = TaskFile.parse(
                        "task.yaml", "name: t\nsource: a\ntarget: b\ntables: ['*']\n" + yaml, Path.of(""), secrets)
                .orThrow();
        return task.transforms(parsed.transforms())
                .mapping(parsed.mapping())
                .resources(ResourceSpec.defaults().withWriteConcurrency(2))
                .build();
    }

    /** At least some transactions: rows that come, change, go to another key and go. */
    private static void write(Server source, String database, String prefix, AtomicBoolean isDone) {
        Random random = new Random(7);
        int next = ROWS + (int) (System.nanoTime() & 0xFFFF) * 1_000;
        try (Connection connection = source.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int transaction = 0; transaction < 40 || (!isDone.get() && transaction < 2_000); transaction++) {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    String where = " WHERE n = " + random.nextInt(ROWS);
                    int key = next++;
                    statement.executeUpdate(
                            switch (random.nextInt(9)) {
                                case 0 -> "INSERT INTO " + prefix + "numbers VALUES (" + key + ", " + key + ", 'new')";
                                case 1 -> "UPDATE " + prefix + "numbers SET id = " + key + where;
                                case 2 -> "UPDATE " + prefix + "cards SET card = 'D-" + key + "000'" + where;
                                case 3 -> "UPDATE " + prefix + "pairs SET b = 'c" + key + "'" + where;
                                case 4 -> "UPDATE " + prefix + "pairs SET a = a + 1, pad = 'y'" + where;
                                case 5 -> "DELETE FROM " + prefix + "pairs" + where;
                                case 6 -> "DELETE FROM " + prefix + "numbers" + where;
                                case 7 -> "UPDATE " + prefix + "cards SET pad = 'z" + key % 100 + "'" + where;
                                default ->
                                    "INSERT INTO " + prefix + "pairs VALUES (" + key % 9 + ", 'n" + key + "', " + key
                                            + ", 'new')";
                            });
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
