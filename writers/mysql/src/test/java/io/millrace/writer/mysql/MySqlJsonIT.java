package io.millrace.writer.mysql;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.RunOperation;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestBatch;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.mysql.value.JsonNumbers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers of JSON are the source's, however they come: by a literal, by LOAD DATA, and by a chunk of a load. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MYSQL_9_7})
class MySqlJsonIT {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final int ROWS = 600;

    private MySqlLab lab;
    private Target target;
    private LaneWriter writer;
    private long index;

    private void open(ServerKind kind) {
        lab = new MySqlLab(Servers.shared(kind));
        target = lab.open(new TargetSettings("json", "millrace", TypeOptions.DEFAULT));
        target.control().prepare();
        index = 100;
        target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
        writer = target.laneWriter(0);
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    private void apply(TestRun run) {
        writer.apply(TestBatch.of(run), checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
        index++;
    }

    private static Column json() {
        return new Column("v", ColumnType.JSON, "jsonb", true, -1, -1, "", List.of(), false);
    }

    /** As databases write it. */
    private static String shown(double value) {
        return JsonNumbers.shortest(value).toString();
    }

    private static String number(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> shown(random.nextDouble());
            case 1 -> shown(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
            case 2 -> {
                double any = Double.longBitsToDouble(random.nextLong());
                yield Double.isFinite(any) ? shown(any) : "0";
            }
            case 3 -> Long.toString(random.nextLong());
            case 4 ->
                new BigDecimal(new java.math.BigInteger(30 + random.nextInt(90), random), random.nextInt(25))
                        .toPlainString();
            case 5 -> shown(Double.longBitsToDouble(random.nextLong() >>> (12 + random.nextInt(52)))); // subnormal
            default -> Integer.toString(random.nextInt(100)) + "." + random.nextInt(100);
        };
    }

    /** Members stand in the order in which the server keeps them. */
    private static String document(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> number(random);
            case 1 -> "[" + number(random) + ",  " + number(random) + ", [\"a'\\\\b\", true, null], {}, []]";
            case 2 -> "{\"a\": " + number(random) + ", \"é\\n\": {\"k'\": [" + number(random) + "]}}";
            default -> "{\"s\": \"\\ud83d\\ude00 x\\u00e9\", \"t\" : " + number(random) + "}";
        };
    }

    private static List<BigDecimal> numbers(String json) {
        List<BigDecimal> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(json.replaceAll("\"([^\"\\\\]|\\\\.)*\"", "S"));
        while (matcher.find()) {
            numbers.add(new BigDecimal(matcher.group()).stripTrailingZeros());
        }
        return numbers;
    }

    private void assertStands(TargetTable table, List<String> documents, String how) {
        List<List<String>> rows =
                lab.query("SELECT CAST(v AS CHAR) FROM " + table.name().name() + " ORDER BY id");
        assertEquals(documents.size(), rows.size(), how);
        for (int i = 0; i < documents.size(); i++) {
            String found = rows.get(i).get(0);
            assertEquals(numbers(documents.get(i)), numbers(found), how + ": " + documents.get(i) + " became " + found);
        }
        assertEquals(
                List.of(List.of("0")),
                lab.query("SELECT count(*) FROM " + table.name().name()
                        + " WHERE v->>'$.s' <> _utf8mb4'😀 xé' OR JSON_CONTAINS_PATH(v, 'one', '$.\"é\\\\n\"') AND JSON_TYPE(v->'$.\"é\\\\n\".\"k\\'\"') <> 'ARRAY'"
                        + " OR v->>'$[2][0]' <> 'a\\'\\\\b' OR v->'$[2][1]' <> CAST('true' AS JSON)"),
                how);
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0", "MYSQL_9_7"})
    void shouldKeepEveryNumber(ServerKind kind) {
        open(kind);
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> documents = new ArrayList<>();
        while (documents.size() < ROWS) {
            documents.add(document(random));
        }
        TargetTable some = lab.create(target, table("shop", "some", 1, bigint("id"), json()));
        for (int from = 0; from < ROWS; from += 50) {
            apply(rows(some, documents, from, from + 50));
        }
        assertStands(some, documents, "by literals, seed=" + seed);
        TargetTable many = lab.create(target, table("shop", "many", 1, bigint("id"), json()));
        apply(rows(many, documents, 0, ROWS));
        assertStands(many, documents, "where LOAD DATA is tried, seed=" + seed);
        TargetTable loaded = lab.create(target, table("shop", "loaded", 1, bigint("id"), json()));
        TestRun rows = rows(loaded, documents, 0, ROWS);
        try (ChunkWriter chunks = target.chunkWriter()) {
            chunks.begin(loaded);
            for (int i = 0; i < rows.count(); i++) {
                chunks.row(rows.row(i));
            }
            LedgerEntry entry = new LedgerEntry(
                    loaded.source().table(), 0, Optional.empty(), Optional.empty(), TestSchemas.POSITION, "", ROWS);
            chunks.commit(entry, 1);
        }
        assertStands(loaded, documents, "by a chunk, seed=" + seed);
    }

    private static TestRun rows(TargetTable table, List<String> documents, int from, int to) {
        TestRun run = new TestRun(table, RunOperation.INSERT);
        for (int i = from; i < to; i++) {
            run.row(i, documents.get(i));
        }
        return run;
    }

    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0"})
    void shouldRefuseARowWhoseNumberTheServersJsonDoesNotHold(ServerKind kind) {
        open(kind);
        TargetTable some = lab.create(target, table("shop", "some", 1, bigint("id"), json()));
        for (String beyond : List.of("[1e-400]", "0.1234567890123456789012345678901")) {
            MillraceException refused =
                    assertThrows(MillraceException.class, () -> apply(rows(some, List.of(beyond), 0, 1)));
            assertEquals(ErrorCode.DIRTY_LIMIT, refused.code());
            assertTrue(refused.getMessage().contains("a number of JSON with more digits"), refused.getMessage());
        }
    }

    /** Beside a number that makes it an expression, others are of the type that they have in a text. */
    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0", "MYSQL_9_7"})
    void shouldKeepTheTypesOfNumbers(ServerKind kind) {
        open(kind);
        TargetTable some = lab.create(target, table("shop", "some", 1, bigint("id"), json()));
        String numbers = "1, -1, 1.5, 1e3, -0.0, -9223372036854775808, 18446744073709551615";
        apply(rows(some, List.of("[" + numbers + ", 0.5]", "[" + numbers + ", 0.41384962831330796]"), 0, 2));
        String types = IntStream.range(0, 8)
                .mapToObj(i -> "JSON_TYPE(v->'$[" + i + "]')")
                .collect(Collectors.joining(", "));
        List<List<String>> rows = lab.query("SELECT " + types + ", v->'$[4]' FROM some ORDER BY id");
        assertEquals(
                List.of("INTEGER", "INTEGER", "DOUBLE", "DOUBLE", "DOUBLE"),
                rows.get(0).subList(0, 5));
        assertEquals(rows.get(0), rows.get(1));
    }

    /** As deep, as long and as large as a text may be, changed too, and with its key. */
    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0", "MYSQL_9_7"})
    void shouldKeepNumbersOfDocumentsThatAreDeepLongOrLarge(ServerKind kind) {
        open(kind);
        TargetTable some = lab.create(target, table("shop", "some", 1, bigint("id"), json()));
        String hard = "0.41384962831330796";
        List<String> documents = List.of(
                "[".repeat(99) + hard + "]".repeat(99),
                "{\"a\": ".repeat(99) + hard + "}".repeat(99),
                "[" + (hard + ", ").repeat(50_000) + hard + "]",
                "[\"" + "x".repeat(3_000_000) + "\", " + hard + ", \"" + "\\n".repeat(1_000_000) + "\"]");
        apply(rows(some, documents, 0, documents.size()));
        assertNumbers(documents);
        TestRun changes = new TestRun(some, RunOperation.UPDATE);
        for (int i = 0; i < documents.size(); i++) {
            changes.row(i, "[" + hard + "]");
        }
        apply(changes);
        assertNumbers(Collections.nCopies(documents.size(), "[" + hard + "]"));
    }

    private void assertNumbers(List<String> documents) {
        List<List<String>> rows = lab.query("SELECT CAST(v AS CHAR), LENGTH(v) FROM some ORDER BY id");
        for (int i = 0; i < documents.size(); i++) {
            assertEquals(tally(documents.get(i)), tally(rows.get(i).get(0)), "document=" + i);
        }
    }

    private static int tally(String json) {
        return json.split("0\\.41384962831330796", -1).length;
    }

    /** MariaDB's JSON is text, and its check can be off. */
    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0"})
    void shouldRefuseARowWhoseTextIsNoJsonAndRunNothingOfIt(ServerKind kind) {
        open(kind);
        TargetTable some = lab.create(target, table("shop", "some", 1, bigint("id"), json()));
        apply(rows(some, List.of("[1]"), 0, 1));
        for (String text : List.of(
                "[0.41384962831330796, (SELECT 1)]",
                "[0.41384962831330796)); DROP TABLE some; -- ]",
                "0.41384962831330796 AS JSON)); DELETE FROM some; -- ")) {
            MillraceException refused =
                    assertThrows(MillraceException.class, () -> apply(rows(some, Arrays.asList(null, text), 1, 2)));
            assertEquals(ErrorCode.DIRTY_LIMIT, refused.code());
            assertTrue(refused.getMessage().contains("3140"), refused.getMessage());
        }
        assertEquals(List.of(List.of("0", "[1]")), lab.query("SELECT * FROM some"));
    }

    /** As a document's numbers, those of an array are literals where the server's JSON reads them otherwise. */
    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0", "MYSQL_9_7"})
    void shouldKeepEveryNumberOfAnArray(ServerKind kind) {
        open(kind);
        Column doubles =
                new Column("v", ColumnType.POSTGRES_TEXT, "double precision[]", true, -1, -1, "", List.of(), false);
        TargetTable arrays = lab.create(target, table("shop", "doubles", 1, bigint("id"), doubles));
        String numbers =
                "5e-324,-5.6103295712359e-310,0.41384962831330796,2.2250738585072014e-308,1.7976931348623157e+308";
        TestRun run = new TestRun(arrays, RunOperation.INSERT);
        run.row(1, "{" + numbers + "}");
        run.row(2, "{{" + numbers + "},{" + numbers + "}}");
        apply(run);
        List<List<String>> rows = lab.query("SELECT CAST(v AS CHAR) FROM doubles ORDER BY id");
        assertEquals(numbers(numbers), numbers(rows.get(0).get(0)));
        assertEquals(numbers(numbers + "," + numbers), numbers(rows.get(1).get(0)));
    }

    /** An array becomes JSON in a place of its own, and a large one stays there until it is sent: not under the next row's. */
    @ParameterizedTest
    @EnumSource(
            value = ServerKind.class,
            names = {"MYSQL_8_0"})
    void shouldKeepArraysApartThatAreLarge(ServerKind kind) {
        open(kind);
        Column numbers = new Column("v", ColumnType.POSTGRES_TEXT, "integer[]", true, -1, -1, "", List.of(), false);
        TargetTable arrays = lab.create(target, table("shop", "arrays", 1, bigint("id"), numbers));
        TestRun run = new TestRun(arrays, RunOperation.INSERT);
        Map<Integer, String> sums = Map.of(1, "1", 2, "2", 3, "3");
        for (int id : List.of(1, 2, 3)) {
            String[] all = new String[600_000];
            Arrays.fill(all, Integer.toString(id));
            run.row(id, "{" + String.join(",", all) + "}");
        }
        apply(run);
        assertEquals(
                sums.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(each -> List.of(each.getKey().toString(), each.getValue(), each.getValue()))
                        .toList(),
                lab.query("SELECT id, v->'$[0]', v->'$[599999]' FROM arrays ORDER BY id"));
    }
}
