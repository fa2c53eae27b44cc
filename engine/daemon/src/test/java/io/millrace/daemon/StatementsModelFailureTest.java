package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random statements and rows under random policies, which are others in each round, strict or lenient, with and without steps, with ends at any place and a SIGKILL between a
 * statement's intent and its end or elsewhere; where the policy is {@code error} a person skips the statement: the target is what a plain model of the policies says. {@code -Dstatements.seeds=} runs more than
 * one, {@code -Dseed=} one of them, {@code -Dstatements.rounds=} more rounds of each.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4, ServerKind.POSTGRES_18})
class StatementsModelFailureTest {
    private static final List<String> KINDS = List.of(
            "add_column",
            "drop_column",
            "rename_column",
            "alter_column_type",
            "rename_table",
            "drop_table",
            "truncate_table");
    /** Of an error, what a person gives to {@code --skip}. */
    private static final Pattern SKIP = Pattern.compile("policy=error, kind=\\w+, skip=([^\\s\",]+)");

    private static final int MOST_SKIPS = 50;
    private static final int MOST_NAMES = 400;
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    @TempDir
    Path directory;

    private CliTask task;
    private String name;
    private String type;
    private String schema;
    private Random random;
    private ShopModel model;
    private ShopHistory history;
    private final List<String> done = new ArrayList<>();
    private int skipped;

    @Test
    void shouldEndAsTheModelSaysFromMySqlToPostgres() throws Exception {
        check(Servers.mysql(), Servers.postgres());
    }

    @Test
    void shouldEndAsTheModelSaysFromPostgresToMySql() throws Exception {
        check(Servers.postgres(), Servers.mysql());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromMySqlToMySql() throws Exception {
        check(Servers.mysql(), Servers.mysql());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromMySqlToMariaDb() throws Exception {
        check(Servers.mysql(), Servers.mariadb());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromMariaDbToPostgres() throws Exception {
        check(Servers.mariadb(), Servers.postgres());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromMariaDbToMySql() throws Exception {
        check(Servers.mariadb(), Servers.mysql());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromMariaDbToMariaDb() throws Exception {
        check(Servers.mariadb(), Servers.mariadb());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromPostgresToPostgres() throws Exception {
        check(Servers.postgres(), Servers.postgres());
    }

    @Test
    @Tag("full")
    void shouldEndAsTheModelSaysFromPostgresToMariaDb() throws Exception {
        check(Servers.postgres(), Servers.mariadb());
    }

    private void check(Server source, Server target) throws Exception {
        Long single = Long.getLong("seed");
        long first = single != null ? single : 1;
        long count = single != null ? 1 : Long.getLong("statements.seeds", 1);
        List<String> failures = new ArrayList<>();
        for (long seed = first; seed < first + count; seed++) {
            done.clear();
            try {
                run(source, target, seed);
            } catch (RuntimeException | AssertionError e) {
                failures.add("replay with -Dseed=" + seed + ": " + e + "\n" + String.join(";\n", done));
            } finally {
                end().ifPresent(failures::add);
            }
        }
        System.out.println("statements that a person skipped: " + skipped);
        assertEquals(List.of(), failures);
    }

    private void run(Server source, Server target, long seed) throws Exception {
        type = CliTask.type(source);
        task = new CliTask(directory, source, target);
        name = "model_" + type + "_" + task.database;
        schema = CliTask.type(target).equals("postgres") ? "model" : task.targetDatabase;
        random = new Random(seed);
        model = new ShopModel();
        model.isLenient = random.nextInt(3) == 0;
        model.hasSteps = !model.isLenient && random.nextBoolean();
        history = new ShopHistory(random, model, type.equals("postgres"));
        if (type.equals("postgres")) {
            task.source("database", task.database);
        }
        atSource(List.of(history.create(), history.create()));
        choosePolicies(false);
        if (type.equals("postgres")) {
            DdlTriggerFix.install(task);
        }
        int rounds = Integer.getInteger("statements.rounds", 3);
        for (int round = 0; round < rounds; round++) {
            if (round == 1) {
                killMeanwhile();
            } else {
                atSource(history.next(round == 0 ? 6 : 20));
            }
            catchUp();
            history.onLoaded();
            assertTarget();
            choosePolicies(round > 0); // a process that is to be killed does not end before
        }
    }

    private void atSource(List<String> statements) {
        done.addAll(statements);
        task.atSource(statements.toArray(String[]::new));
    }

    private void choosePolicies(boolean mayStop) {
        StringBuilder text = new StringBuilder();
        String rules = "";
        for (String prefix : List.of("a.", "")) {
            StringBuilder block = new StringBuilder();
            String indent = prefix.isEmpty() ? "  " : "      ";
            for (String kind : KINDS) {
                // A table that steps know by its name takes it along.
                boolean isToGoOn = model.hasSteps && kind.equals("rename_table");
                String policy = random.nextInt(3) > 0 || isToGoOn
                        ? "normal"
                        : mayStop && random.nextInt(3) == 0 ? "error" : random.nextBoolean() ? "ignore" : "alert";
                model.policies.put(prefix + kind, policy);
                block.append(indent).append(kind).append(": ").append(policy).append('\n');
            }
            if (!prefix.isEmpty()) {
                rules = "  - include: " + selected("a*") + "\n    ddl:\n" + block + "  - " + selected("*") + "\n";
            } else {
                text.append("ddl:\n").append(block);
            }
        }
        done.add("-- " + (model.isLenient ? "lenient " : "") + (model.hasSteps ? "with steps " : "") + model.policies);
        text.append(model.isLenient ? "ddl_mode: lenient\n" : "");
        task.file(
                "task.yaml",
                "name: " + name + "\nsource: shop\ntarget: warehouse\ntables:\n" + rules + "mapping:\n  schema_name: "
                        + schema + "\n" + (model.hasSteps ? steps() : "") + text);
    }

    /** A row of one key does not pass, texts are changed, and two columns come of the key and of nothing. */
    private static String steps() {
        String texts = Stream.concat(
                        IntStream.range(0, ShopHistory.NAMES).mapToObj(i -> "x" + i),
                        IntStream.range(0, MOST_NAMES).mapToObj(i -> "t" + i))
                .collect(Collectors.joining(", "));
        return "  add: [{name: origin, value: shop, type: varchar(10)}]\ntransforms:\n  - filter: {where: id <> "
                + ShopHistory.STEP + "}\n  - replace: {columns: [" + texts + "], from: \"it's\", to: its}\n"
                + "  - set: {columns: {twice: id * 2}}\n";
    }

    private String selected(String tables) {
        return (type.equals("postgres") ? "public" : task.database) + "." + tables;
    }

    private void catchUp() {
        done.add("-- run");
        CliEnd ended = task.cli().run("run", "task.yaml", "--until", "caught-up", "--json");
        for (int skips = 0; ended.exitCode() == 1 && skips < MOST_SKIPS; skips++) {
            Matcher place = SKIP.matcher(ended.err());
            assertTrue(place.find(), ended.toString());
            done.add("-- run --skip " + place.group(1));
            skipped++;
            ended = task.cli().run("run", "task.yaml", "--until", "caught-up", "--json", "--skip", place.group(1));
        }
        assertEquals(0, ended.exitCode(), ended.toString());
    }

    /** Rows and statements come while it runs, and behind its end. */
    private void killMeanwhile() throws Exception {
        long before = recorded();
        int statements = history.statements();
        ChildCli.Started running = task.cli().child().start("run", "task.yaml");
        try {
            running.waitFor(err -> err.contains("incremental"));
            atSource(history.next(14));
            int met = history.statements() - statements;
            long goal = before + (met == 0 ? 0 : random.nextInt(met) / 2 + 1);
            done.add("-- killed when recorded=" + goal);
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (recorded() < goal) {
                assertTrue(running.process().isAlive(), () -> running.end().toString());
                assertTrue(System.nanoTime() < deadline, () -> "no statement comes: " + running);
                Thread.sleep(10);
            }
        } finally {
            running.process().destroyForcibly().waitFor();
        }
        atSource(history.next(8));
    }

    private long recorded() {
        return task.targetCount("SELECT count(*) FROM millrace.ddl WHERE task = '" + name + "'");
    }

    private Optional<String> end() {
        if (!type.equals("postgres")) {
            return Optional.empty();
        }
        CliEnd removed = task.cli().run("remove", "task.yaml", "--slot", "--ddl-trigger", "--yes");
        return removed.exitCode() == 0 ? Optional.empty() : Optional.of(removed.toString());
    }

    // ---- what the target holds

    private void assertTarget() throws SQLException {
        Set<String> tables = new TreeSet<>();
        model.sinks.forEach(sink -> tables.add(sink.name));
        try (Connection connection = task.target.connect(task.targetDatabase);
                Statement statement = connection.createStatement()) {
            Set<String> found = new TreeSet<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = '" + schema + "'")) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            assertEquals(tables, found);
            for (ShopModel.Sink sink : model.sinks) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + schema + "." + sink.name)) {
                    assertSame(sink, rows);
                }
            }
        }
    }

    private void assertSame(ShopModel.Sink sink, ResultSet found) throws SQLException {
        Map<String, ShopModel.Place> places = new TreeMap<>();
        sink.places.forEach(place -> places.put(place.name, place));
        Set<String> columns = new TreeSet<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            columns.add(found.getMetaData().getColumnName(i));
        }
        columns.remove("id");
        if (model.hasSteps) {
            assertTrue(columns.removeAll(Set.of("origin", "twice")), sink.name);
        }
        assertEquals(places.keySet(), columns, sink.name);
        Set<Integer> keys = new TreeSet<>();
        while (found.next()) {
            int key = found.getInt("id");
            assertTrue(keys.add(key), () -> sink.name + ", id=" + key + " twice");
            if (model.hasSteps) {
                assertEquals("shop", found.getString("origin"), sink.name);
                assertEquals(key * 2L, found.getLong("twice"), sink.name);
            }
            Map<ShopModel.Place, Set<String>> row = sink.rows.get(key);
            assertTrue(row != null, () -> sink.name + ", id=" + key + " is none of " + sink.rows.keySet());
            for (String column : columns) {
                String value = ShopModel.plain(found.getString(column));
                Set<String> expected = row.get(places.get(column));
                assertTrue(
                        expected.contains(value),
                        () -> sink.name + ", id=" + key + ", column=" + column + ": " + value + " is none of "
                                + expected);
            }
        }
        assertEquals(sink.rows.keySet(), keys, sink.name);
    }
}
