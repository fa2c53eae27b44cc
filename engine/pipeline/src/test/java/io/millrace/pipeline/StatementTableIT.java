package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.pipeline.consumer.ChangeConsumer;
import io.millrace.pipeline.statement.StatementPlan;
import io.millrace.pipeline.statement.StatementTranslation;
import io.millrace.position.TransactionId;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.Source;
import io.millrace.reader.SourceRemnant;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference's table of statements: each runs at a real source, is read as the stream brings it, and is put into the words of each
 * target. {@code -Dmillrace.reference=write} writes the page anew.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class StatementTableIT {
    private static final Path PAGE =
            Path.of(System.getProperty("millrace.root")).resolve("engine/REFERENCE.md");
    private static final List<String> TARGETS = List.of("postgres", "mysql", "mariadb");

    @TempDir
    Path directory;

    /** Keeps statements, and wants no row. */
    private static final class Listener implements ChangeConsumer {
        final List<DdlEvent> events = new CopyOnWriteArrayList<>();
        private Acknowledgements acknowledgements;

        @Override
        public void onStart(Acknowledgements given) {
            acknowledgements = given;
        }

        @Override
        public void onBegin(TransactionId transaction) {
            // Statements come apart from transactions.
        }

        @Override
        public void onRows(TableSchema table, RowsFlyweight rows) {
            // Rows are there to make the stream say the table's columns.
        }

        @Override
        public void onDdl(DdlEvent event) {
            events.add(event);
        }

        @Override
        public void onCommit(TransactionId transaction, long number) {
            acknowledgements.acknowledge(number);
        }
    }

    @Test
    void shouldBeThePageOfMySqlsStatements(MySqlServer mysql, MariaDbServer mariadb) throws Exception {
        List<String> ofMySql = table(mysql, "mysql", StatementCases.MYSQL);
        List<String> ofMariaDb = table(mariadb, "mariadb", StatementCases.MYSQL);
        List<String> lines = new ArrayList<>(head(StatementCases.MYSQL_TABLE));
        for (int i = 0; i < ofMySql.size(); i++) {
            boolean isSame = ofMySql.get(i).equals(ofMariaDb.get(i));
            lines.add(isSame ? ofMySql.get(i) : ofMySql.get(i).replaceFirst("\\| `", "| MySQL: `"));
            if (!isSame) {
                lines.add(ofMariaDb.get(i).replaceFirst("\\| `", "| MariaDB: `"));
            }
        }
        assertPage("statements of mysql", lines);
    }

    @Test
    void shouldBeThePageOfPostgresStatements(PostgresServer postgres) throws Exception {
        List<String> lines = new ArrayList<>(head(StatementCases.POSTGRES_TABLE));
        lines.addAll(table(postgres, "postgres", StatementCases.POSTGRES));
        assertPage("statements of postgres", lines);
    }

    private static List<String> head(String create) {
        return List.of(
                "Behind `" + create + "`:",
                "",
                "| statement | PostgreSQL | MySQL | MariaDB |",
                "| --- | --- | --- | --- |");
    }

    private List<String> table(Server source, String type, List<String> statements) throws Exception {
        String database = source.freshDatabase("words");
        boolean isPostgres = type.equals("postgres");
        String schema = isPostgres ? "public" : database;
        TaskSpec.Builder spec = TaskSpec.builder("it_" + type + "_" + database)
                .source("shop")
                .target("warehouse")
                .tables(schema + ".t*");
        TaskSpec translated = spec.ddl(allNormal()).build();
        TaskSpec task =
                spec.steps(Step.INCREMENTAL).start(new StartPosition.Now()).build();
        TaskSpec heard = spec.ddl(DdlSpec.defaults()).build();
        DataSource from = DataSources.of("shop", type, source, database);
        String create = isPostgres ? StatementCases.POSTGRES_TABLE : StatementCases.MYSQL_TABLE;
        String insert = isPostgres ? "INSERT INTO t VALUES (1)" : "INSERT INTO t (id) VALUES (1)";
        for (int i = 0; i <= statements.size(); i++) {
            source.execute(database, numbered(create, i));
        }
        if (isPostgres) {
            DataSource there = DataSources.of("warehouse", type, source, source.freshDatabase("words_there"));
            source.execute(database, trigger(task, from, there));
        }
        List<Boolean> areThere = new ArrayList<>();
        List<DdlEvent> events = listen(heard, from, numbered("t", statements.size()), () -> {
            for (int i = 0; i < statements.size(); i++) {
                areThere.add(runs(source, database, numbered(insert, i), numbered(statements.get(i), i)));
            }
            source.execute(database, numbered("TRUNCATE TABLE t", statements.size()));
        });
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < statements.size(); i++) {
            String table = numbered("t", i);
            List<DdlEvent> of = events.stream()
                    .filter(event -> event.effects().stream()
                            .anyMatch(effect -> (effect.table().name() + "_").startsWith(table + "_")))
                    .toList();
            String line = line(statements.get(i), areThere.get(i), of, translated);
            lines.add(line.replace(schema, "shop").replaceAll("\\b" + table + "(?=_|\\b)", "t"));
        }
        if (isPostgres) {
            remove(task, from);
        }
        return lines;
    }

    /** Each statement has a table of its own. */
    private static String numbered(String sql, int number) {
        return sql.replaceAll("\\bt(?=_|\\b)", "t" + number);
    }

    private static void remove(TaskSpec task, DataSource from) {
        try (Source source = Pipeline.openSource(from)) {
            for (SourceRemnant remnant : source.remnants(Preparation.request(task, task.tables()))) {
                source.remove(remnant);
            }
        }
    }

    private static boolean runs(Server source, String database, String... statements) {
        try (Connection connection = source.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static DdlSpec allNormal() {
        Map<DdlKind, DdlPolicy> policies = new EnumMap<>(DdlKind.class);
        for (DdlKind kind : DdlKind.values()) {
            policies.put(kind, kind == DdlKind.OTHER ? DdlPolicy.IGNORE : DdlPolicy.NORMAL);
        }
        return new DdlSpec(policies);
    }

    private static String trigger(TaskSpec task, DataSource from, DataSource to) {
        TaskPreview preview = TaskPreview.of(task, from, to);
        return preview.findings().stream()
                .filter(finding -> finding.subject().equals("ddl"))
                .map(Finding::fix)
                .map(fix -> fix.substring(fix.indexOf("CREATE")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no advice: " + preview.findings()));
    }

    /** The statements that run while somebody listens, so that each finds tables as they were then; up to the one of a last table. */
    private List<DdlEvent> listen(TaskSpec task, DataSource from, String last, Runnable statements) throws Exception {
        Listener listener = new Listener();
        try (Pipeline pipeline = Pipeline.builder()
                .task(task)
                .dataSources(from, target("postgres"))
                .consumer(listener)
                .dataDirectory(directory.resolve(task.name()))
                .build()) {
            pipeline.start();
            await(
                    pipeline,
                    () -> pipeline.status()
                            .flatMap(status -> status.vitals().reader())
                            .filter(ChangeStatus::isStreaming)
                            .isPresent());
            statements.run();
            await(
                    pipeline,
                    () -> listener.events.stream()
                            .flatMap(event -> event.effects().stream())
                            .anyMatch(effect -> effect.table().name().equals(last)));
            pipeline.stop(Duration.ofMinutes(1));
        }
        return List.copyOf(listener.events);
    }

    private static void await(Pipeline pipeline, BooleanSupplier isSo) throws InterruptedException {
        while (!isSo.getAsBoolean()) {
            assertFalse(pipeline.state().isEnd(), () -> "ended: " + pipeline.failure());
            Thread.sleep(20);
        }
    }

    private static String line(String statement, boolean isThere, List<DdlEvent> events, TaskSpec task) {
        StringBuilder line = new StringBuilder("| `" + statement.replace("|", "\\|") + "` |");
        for (String target : TARGETS) {
            String words = isThere ? words(events, task, target) : "no such statement there";
            line.append(' ').append(words).append(" |");
        }
        return line.toString();
    }

    private static String words(List<DdlEvent> events, TaskSpec task, String type) {
        if (events.isEmpty() || events.stream().allMatch(DdlEvent::leavesRowsAlone)) {
            return "nothing";
        }
        assertEquals(1, events.size(), events.toString());
        DdlEvent event = events.get(0);
        List<FollowedTable> before = event.effects().stream()
                .flatMap(effect -> effect.before().stream())
                .map(FollowedTable::of)
                .toList();
        try (Target target = Pipeline.openTarget(target(type), task)) {
            StatementPlan plan = new StatementTranslation(
                            task,
                            event,
                            before,
                            List.of(),
                            (shape, name) -> target.plan(shape, task.wanted(shape)),
                            false)
                    .plan();
            List<String> sql = target.changing(plan.changes());
            // Two backquotes, since names may be between single ones.
            return sql.isEmpty() ? "nothing" : "`` " + String.join("; ", sql).replace("|", "\\|") + " ``";
        } catch (MillraceException e) {
            return "MR" + e.code().number() + ": " + e.getMessage();
        }
    }

    /** Nobody connects to it. */
    private static DataSource target(String type) {
        return new DataSource(
                "warehouse",
                type,
                "127.0.0.1",
                1,
                type.equals("postgres") ? "warehouse" : "",
                "nobody",
                Secret.of("nothing"),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private static void assertPage(String name, List<String> lines) throws IOException {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        String begin = "<!-- begin " + name + " -->\n";
        String end = "<!-- end " + name + " -->";
        String expected = String.join("\n", lines) + "\n";
        assertTrue(page.contains(begin) && page.contains(end), name);
        int from = page.indexOf(begin) + begin.length();
        if ("write".equals(System.getProperty("millrace.reference"))) {
            page = page.substring(0, from) + expected + page.substring(page.indexOf(end));
            Files.writeString(PAGE, page, StandardCharsets.UTF_8);
        }
        assertEquals(expected, page.substring(from, page.indexOf(end)));
    }
}
