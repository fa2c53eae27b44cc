package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.expression.Condition;
import io.millrace.expression.Expression;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.RowCondition;
import io.millrace.reader.RowScope;
import io.millrace.reader.Source;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.ColumnRules;
import io.millrace.task.Step;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.task.Transforms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Filters that a load leaves to the source let pass what ours do: generated conditions over generated rows, judged by both
 * ({@code -Dseed=}, {@code -Dseeds=} series of {@value #CONDITIONS}); and whole tasks.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class LoadPushDownIT {
    private static final int CONDITIONS = 400;
    private static final int ROWS = 150;

    @TempDir
    Path directory;

    @Test
    void shouldLetPassTheSameRowsWhenPostgresJudges(PostgresServer server) {
        Seeds.forEach(1, random -> {
            String shop = server.freshDatabase("shop");
            server.execute(
                    shop,
                    "CREATE DOMAIN whole AS int",
                    "CREATE TYPE pair AS (x int, y int)",
                    "CREATE TABLE judged (id int PRIMARY KEY, a smallint, b int, c bigint, d whole, ok boolean, sure boolean,"
                            + " n numeric, t text, p pair, \"odd name\" int)",
                    "INSERT INTO judged VALUES (0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ROW(NULL, NULL), NULL)",
                    rows(random, "judged", List.of(Short.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, 9), true));
            compare(
                    random,
                    DataSources.of("shop", server, shop),
                    List.of("id", "a", "b", "c", "d", "\"odd name\""),
                    List.of("ok", "sure"),
                    List.of("n", "t", "p", "a", "ok"));
        });
    }

    @Test
    void shouldLetPassTheSameRowsWhenMySqlJudges(MySqlServer server) {
        ofFamily(server);
    }

    @Test
    void shouldLetPassTheSameRowsWhenMariaDbJudges(MariaDbServer server) {
        ofFamily(server);
    }

    private static void ofFamily(Server server) {
        Seeds.forEach(1, random -> {
            String shop = server.freshDatabase("shop");
            server.execute(
                    shop,
                    "CREATE TABLE judged (id int PRIMARY KEY, a tinyint, b int, c bigint, u bigint unsigned, v smallint unsigned,"
                            + " n decimal(10,2), t varchar(20), day date NOT NULL, `odd name` int)",
                    rows(random, "judged", List.of(Byte.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE), false),
                    "UPDATE judged SET u = 18446744073709551615 WHERE id % 5 = 0");
            compare(
                    random,
                    DataSources.of("shop", server, shop),
                    List.of("id", "a", "b", "c", "u", "v", "\"odd name\""),
                    List.of(),
                    List.of("n", "t", "day", "a", "u"));
        });
    }

    /** Numbers at and about the ends of their types, small ones that meet each other, and NULLs. */
    private static String rows(Random random, String table, List<? extends Number> most, boolean isPostgres) {
        List<String> rows = new ArrayList<>();
        for (int id = 1; id <= ROWS; id++) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(id)));
            for (Number each : most) {
                row.add(value(random, each.longValue()));
            }
            if (isPostgres) {
                row.add(truth(random));
                row.add(truth(random));
                row.add(random.nextInt(4) == 0 ? "'NaN'" : value(random, 9));
                row.add(random.nextInt(4) == 0 ? "NULL" : "'t" + random.nextInt(5) + "'");
                row.add(random.nextInt(3) == 0 ? "NULL" : random.nextBoolean() ? "ROW(NULL, NULL)" : "ROW(1, NULL)");
            } else {
                row.add(random.nextInt(4) == 0 ? "NULL" : String.valueOf(random.nextInt(9)));
                row.add(random.nextInt(4) == 0 ? "NULL" : String.valueOf(random.nextInt(65_536)));
                row.add(value(random, 9));
                row.add(random.nextInt(4) == 0 ? "NULL" : "'t" + random.nextInt(5) + "'");
                row.add("'2024-02-2" + random.nextInt(10) + "'");
            }
            row.add(value(random, 9));
            rows.add("(" + String.join(", ", row) + ")");
        }
        return "INSERT INTO " + table + " VALUES " + String.join(", ", rows);
    }

    private static String value(Random random, long most) {
        return switch (random.nextInt(5)) {
            case 0 -> "NULL";
            case 1 -> String.valueOf(random.nextBoolean() ? most : -most);
            default -> String.valueOf(random.nextInt(19) - 9);
        };
    }

    private static String truth(Random random) {
        return List.of("NULL", "true", "false").get(random.nextInt(3));
    }

    private static void compare(
            Random random, DataSource server, List<String> wholes, List<String> truths, List<String> nullables) {
        try (Source source = Pipeline.openSource(server);
                ChunkReader reader = source.chunks()) {
            TableSchema schema = source.tables(RealTask.only("judged")).get(0).schema();
            Conditions conditions = new Conditions(random, wholes, truths, nullables);
            reader.begin();
            Images all = new Images();
            assertTrue(reader.read(schema, Optional.empty(), Optional.empty(), all) >= ROWS);
            int judged = 0;
            int kept = 0;
            for (int i = 0; i < CONDITIONS; i++) {
                String text = conditions.of(1 + random.nextInt(3));
                Expression expression = Expression.condition(text, schema);
                Optional<RowCondition> there =
                        expression.rowCondition().filter(condition -> reader.canJudge(schema, condition));
                if (there.isEmpty()) {
                    continue;
                }
                judged++;
                Condition ours = expression.newCondition();
                Set<Long> expected = new TreeSet<>();
                for (KeyBound image : all.images) {
                    ImageFlyweight row = image.wrap(new ImageFlyweight());
                    if (ours.isMet(row)) {
                        expected.add(row.longAt(0));
                    }
                }
                Images found = new Images();
                reader.read(schema, new RowScope(schema.key(), there), Optional.empty(), Optional.empty(), found);
                assertEquals(expected, found.keys(), text);
                kept += expected.isEmpty() || expected.size() == all.images.size() ? 0 : 1;
            }
            reader.end();
            assertTrue(judged > CONDITIONS / 4, "judged=" + judged);
            assertTrue(kept > CONDITIONS / 10, "of which some rows passed=" + kept);
        }
    }

    /** Conditions as users write them, of parts that a source may judge, but for some. */
    private record Conditions(Random random, List<String> wholes, List<String> truths, List<String> nullables) {
        String of(int depth) {
            if (depth == 0) {
                return leaf();
            }
            return switch (random.nextInt(6)) {
                case 0, 1 -> "(" + of(depth - 1) + ") and (" + of(depth - 1) + ")";
                case 2, 3 -> "(" + of(depth - 1) + ") or (" + of(depth - 1) + ")";
                case 4 -> "not (" + of(depth - 1) + ")";
                default -> "(" + of(depth - 1) + ") is" + not() + (random.nextBoolean() ? " true" : " false");
            };
        }

        private String leaf() {
            return switch (random.nextInt(8)) {
                case 0 -> one(wholes) + comparison() + one(wholes);
                case 1 -> number() + comparison() + one(wholes);
                case 2 -> one(wholes) + not() + " between " + number() + " and " + number();
                case 3 -> one(wholes) + not() + " in (" + number() + ", " + number() + ", " + one(wholes) + ")";
                case 4 -> one(nullables) + " is" + not() + " null";
                case 5 -> truths.isEmpty() ? "true" : one(truths);
                case 6 -> truths.isEmpty() ? one(wholes) + " = 1" : one(truths) + equality() + random.nextBoolean();
                default -> one(wholes) + comparison() + number();
            };
        }

        private String number() {
            return switch (random.nextInt(6)) {
                case 0 -> String.valueOf(Long.MAX_VALUE);
                case 1 -> "-" + Long.MAX_VALUE;
                case 2 -> String.valueOf((long) Integer.MAX_VALUE + random.nextInt(2));
                default -> String.valueOf(random.nextInt(19) - 9);
            };
        }

        private String comparison() {
            return one(List.of(" = ", " <> ", " < ", " <= ", " > ", " >= "));
        }

        private String equality() {
            return one(List.of(" = ", " <> "));
        }

        private String not() {
            return random.nextInt(3) == 0 ? " not" : "";
        }

        private String one(List<String> of) {
            return of.get(random.nextInt(of.size()));
        }
    }

    /** Keeps what is read. */
    private static final class Images implements ChunkSink, RowSpace {
        private final List<KeyBound> images = new ArrayList<>();
        private byte[] memory = new byte[4096];
        private final RowEncoder encoder = new RowEncoder(this);
        private final ImageFlyweight image = new ImageFlyweight();

        Set<Long> keys() {
            Set<Long> keys = new TreeSet<>();
            images.forEach(each -> keys.add(each.wrap(image).longAt(0)));
            return keys;
        }

        @Override
        public RowEncoder beginRow() {
            encoder.beginRecord();
            return encoder;
        }

        @Override
        public void endRow() {
            encoder.wrapLastImage(image);
            images.add(KeyBound.copyOf(image));
        }

        @Override
        public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
            if (requiredLength > memory.length) {
                memory = Arrays.copyOf(memory, requiredLength);
            }
            buffer.wrap(memory);
            return 0;
        }
    }

    /** One filter as it is, and one that only we judge: the same rows, and of the first no other and no dropped column is asked for. */
    @Test
    void shouldAskForNoMoreThanIsWrittenWhenPostgresIsLoaded(PostgresServer server) throws Exception {
        String shop = server.freshDatabase("shop");
        server.execute(
                shop,
                "CREATE TABLE asked (id int PRIMARY KEY, n int, t text, secret text)",
                "CREATE TABLE ours (id int PRIMARY KEY, n int, t text, secret text)",
                "INSERT INTO asked SELECT i, CASE WHEN i % 7 > 0 THEN i % 10 END, 't' || i, 'secret' FROM generate_series(1, 500) i",
                "INSERT INTO ours SELECT * FROM asked",
                "ALTER DATABASE " + shop + " SET log_statement = 'all'");
        String warehouse = server.freshDatabase("warehouse");
        run(DataSources.of("shop", server, shop), DataSources.of("warehouse", server, warehouse), "public");
        String wanted = "SELECT id, n, t FROM %s WHERE n >= 5 AND n <> 7";
        for (String table : List.of("asked", "ours")) {
            assertEquals(
                    RealTask.rows(server, shop, wanted.formatted(table)),
                    RealTask.rows(server, warehouse, "SELECT * FROM " + table));
        }
        List<String> copies = new String(Files.readAllBytes(server.logFile()), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("COPY (SELECT ") && !line.contains(" OFFSET "))
                .filter(line -> line.contains("\"asked\"") || line.contains("\"ours\""))
                .toList();
        assertFalse(copies.isEmpty());
        for (String copy : copies) {
            assertFalse(copy.contains("secret"), copy);
            assertEquals(copy.contains("\"asked\""), copy.contains("\"n\" >= 5"), copy);
        }
    }

    @Test
    void shouldLoadTheSameRowsWhenMySqlJudges(MySqlServer source, PostgresServer target) throws Exception {
        familyToPostgres(source, target);
    }

    @Test
    void shouldLoadTheSameRowsWhenMariaDbJudges(MariaDbServer source, PostgresServer target) throws Exception {
        familyToPostgres(source, target);
    }

    private void familyToPostgres(Server source, PostgresServer target) throws Exception {
        String shop = source.freshDatabase("shop");
        StringBuilder rows = new StringBuilder("INSERT INTO asked VALUES (0, NULL, 't', 'secret')");
        for (int i = 1; i < 500; i++) {
            rows.append(", (").append(i).append(", ").append(i % 10).append(", 't', 'secret')");
        }
        source.execute(
                shop,
                "CREATE TABLE asked (id int PRIMARY KEY, n int, t varchar(20), secret text)",
                "CREATE TABLE ours (id int PRIMARY KEY, n int, t varchar(20), secret text)",
                rows.toString(),
                "INSERT INTO ours SELECT * FROM asked");
        String warehouse = target.freshDatabase("warehouse");
        run(DataSources.of("shop", source, shop), DataSources.of("warehouse", target, warehouse), shop);
        for (String table : List.of("asked", "ours")) {
            assertEquals(
                    RealTask.rows(source, shop, "SELECT id, n, t FROM " + table + " WHERE n >= 5 AND n <> 7"),
                    RealTask.rows(target, warehouse, "SELECT * FROM " + shop + "." + table));
        }
    }

    private void run(DataSource from, DataSource to, String namespace) throws InterruptedException {
        TableRule all = TableRule.include(TablePattern.of(namespace + ".*"))
                .withColumns(new ColumnRules(Map.of(), Set.of("secret"), Map.of()));
        List<TransformStep> steps = List.of(
                new TransformStep.Filter(List.of(TablePattern.of(namespace + ".asked")), "n >= 5 and not (n = 7)"),
                new TransformStep.Filter(List.of(TablePattern.of(namespace + ".ours")), "n + 0 >= 5 and n + 0 <> 7"));
        TaskSpec task = TaskSpec.builder("it_push_" + from.database())
                .source("shop")
                .target("warehouse")
                .tables(new TableRules(List.of(all)))
                .steps(Step.STRUCTURE, Step.FULL)
                .transforms(new Transforms(steps, List.of()))
                .build();
        try (Pipeline pipeline = Pipeline.builder()
                .task(task)
                .dataSources(from, to)
                .dataDirectory(directory.resolve(from.database()))
                .until(new Goal.CaughtUp())
                .build()) {
            pipeline.start();
            assertEquals(PipelineState.FINISHED, pipeline.await(), () -> String.valueOf(pipeline.failure()));
        }
    }
}
