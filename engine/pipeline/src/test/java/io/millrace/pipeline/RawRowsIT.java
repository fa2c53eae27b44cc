package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.command.StoredDirtyRows;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.RowScope;
import io.millrace.reader.Source;
import io.millrace.reader.SourceProvider;
import io.millrace.reader.TableSelection;
import io.millrace.row.RawForm;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.task.DirtyLimit;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.Counters;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetProvider;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of COPY BINARY, from an older server into a newer one, with no byte of theirs looked at. */
@RealServers({POSTGRES_16, POSTGRES_18})
class RawRowsIT {
    /** Types of {@link PostgresPipelineIT} that hold numbers of a catalog, or whose text depends on a setting. */
    private static final Set<String> DECODED = Set.of(
            "money",
            "xml",
            "tsvector",
            "tsquery",
            "int4range",
            "tstzrange",
            "int4multirange",
            "jsonpath",
            "kinds.mood",
            "kinds.pair",
            "kinds.positive",
            "kinds.mood[]");

    @TempDir
    Path directory;

    private final PostgresServer source;
    private final PostgresServer target;
    private String shop;
    private String warehouse;
    private Source here;
    private Target there;

    RawRowsIT(@RealServers(POSTGRES_16) PostgresServer source, @RealServers(POSTGRES_18) PostgresServer target) {
        this.source = source;
        this.target = target;
    }

    @BeforeEach
    void open() {
        shop = source.freshDatabase("shop");
        warehouse = target.freshDatabase("warehouse");
        here = ServiceLoader.load(SourceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.types().contains("postgres"))
                .findFirst()
                .orElseThrow()
                .open(DataSources.of(shop, source, shop));
        there = ServiceLoader.load(TargetProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.types().contains("postgres"))
                .findFirst()
                .orElseThrow()
                .open(
                        DataSources.of(warehouse, target, warehouse),
                        new TargetSettings("raw", "millrace", TypeOptions.DEFAULT));
        source.execute(
                shop,
                "CREATE SCHEMA kinds",
                "CREATE TYPE kinds.mood AS ENUM ('sad', 'ok')",
                "CREATE TYPE kinds.pair AS (x int, y text)",
                "CREATE DOMAIN kinds.positive AS int CHECK (VALUE > 0)");
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private record Only(String name) implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return table.name().equals(name);
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return List.of();
        }
    }

    private TableSchema schema(String table) {
        return here.tables(new Only(table)).get(0).schema();
    }

    private static List<Integer> columns(TargetTable table) {
        return table.columns().stream().map(TargetColumn::sourceColumn).toList();
    }

    /** Also in another order of columns, and with modifiers that differ. */
    @Test
    void shouldTakeEveryTypeAsItIsWhenBothServersHaveIt() throws SQLException {
        List<String> columns = new ArrayList<>(List.of("id int PRIMARY KEY"));
        List<String> reversed = new ArrayList<>(List.of("id int PRIMARY KEY"));
        StringBuilder first = new StringBuilder("1");
        StringBuilder second = new StringBuilder("2");
        StringBuilder nulls = new StringBuilder("3");
        for (int i = 0; i < PostgresPipelineIT.TYPES.length; i++) {
            String[] type = PostgresPipelineIT.TYPES[i];
            if (!DECODED.contains(type[0])) {
                columns.add("c" + i + ' ' + type[0]);
                reversed.add(0, "c" + i + ' ' + type[0].replace("(3,-2)", ""));
                first.append(", ").append(type[1]);
                second.append(", ").append(type[2]);
                nulls.append(", NULL");
            }
        }
        source.execute(
                shop,
                "CREATE TABLE typed (" + String.join(", ", columns) + ")",
                "INSERT INTO typed VALUES (" + first + "), (" + second + "), (" + nulls + ")");
        target.execute(warehouse, "CREATE TABLE typed (" + String.join(", ", reversed) + ")");
        TableSchema schema = schema("typed");
        TargetTable table = there.plan(schema, new TableId("public", "typed"));
        assertEquals(3, copy(schema, table));
        String names = "SELECT row("
                + String.join(
                        ", ", columns.stream().map(each -> each.split(" ")[0]).toList())
                + ")::text FROM typed ORDER BY id";
        assertEquals(rows(source, shop, names), rows(target, warehouse, names));
    }

    private long copy(TableSchema schema, TargetTable table) {
        try (ChunkReader reader = here.chunks();
                ChunkWriter writer = there.chunkWriter()) {
            beginTask();
            reader.begin();
            writer.begin(table);
            Optional<RawForm> form = reader.rawForm(schema, columns(table));
            assertTrue(form.isPresent(), "every column has a form");
            assertTrue(writer.openRaw(form.get()), "the target has the same");
            long rows = reader.readRaw(
                    schema,
                    new RowScope(columns(table), Optional.empty()),
                    Optional.empty(),
                    Optional.empty(),
                    writer::rawRow);
            reader.end();
            SourcePosition seen = SourcePosition.parse("snapshot:3:3:@0/10");
            writer.commit(
                    new LedgerEntry(schema.table(), 0, Optional.empty(), Optional.empty(), seen, "shape", rows), 1);
            return rows;
        }
    }

    /** As of a task that has just begun. */
    private void beginTask() {
        there.control().prepare();
        there.control()
                .replace(
                        List.of(),
                        List.of(new Checkpoint(
                                0,
                                1,
                                1,
                                1,
                                new UUID(1, 2),
                                0,
                                SourcePosition.parse("lsn:0/10"),
                                "",
                                0,
                                Counters.ZERO)));
    }

    @Test
    void shouldDecodeWhenATypeIsNotTheSameEverywhere() {
        try (ChunkReader reader = here.chunks()) {
            int number = 0;
            for (String type : DECODED) {
                String name = "t" + number++;
                source.execute(shop, "CREATE TABLE " + name + " (id int PRIMARY KEY, v " + type + ")");
                reader.begin();
                assertEquals(Optional.empty(), reader.rawForm(schema(name), List.of(0, 1)), type);
                assertTrue(reader.rawForm(schema(name), List.of(0)).isPresent(), type);
                reader.end();
            }
        }
    }

    @Test
    void shouldDecodeWhenTheTargetsTypeIsAnother() {
        source.execute(shop, "CREATE TABLE t (id int PRIMARY KEY, v int)");
        target.execute(warehouse, "CREATE TABLE t (id int PRIMARY KEY, v bigint)");
        TableSchema schema = schema("t");
        TargetTable table = there.plan(schema, new TableId("public", "t"));
        try (ChunkReader reader = here.chunks();
                ChunkWriter writer = there.chunkWriter()) {
            reader.begin();
            writer.begin(table);
            assertFalse(writer.openRaw(reader.rawForm(schema, columns(table)).orElseThrow()));
            writer.rollback();
            reader.end();
        }
    }

    /** COPY names no row of ours: the chunk is read again, decoded, and then without the rows that are refused. */
    @Test
    void shouldStoreTheRowsThatTheTargetRefusesWhenTheOthersGoUndecoded() throws SQLException, InterruptedException {
        source.execute(
                shop,
                "CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL)",
                "INSERT INTO t SELECT i, i FROM generate_series(1, 500) i");
        target.execute(warehouse, "CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v NOT IN (7, 400)))");
        TaskSpec task = TaskSpec.builder("raw_dirty")
                .source(shop)
                .target(warehouse)
                .tables("public.t")
                .dirtyLimit(DirtyLimit.parse("10"))
                .build();
        try (Pipeline pipeline = Pipeline.builder()
                .task(task)
                .dataSources(List.of(DataSources.of(shop, source, shop), DataSources.of(warehouse, target, warehouse)))
                .dataDirectory(directory)
                .until(new Goal.CaughtUp())
                .build()) {
            pipeline.start();
            assertEquals(
                    PipelineState.FINISHED,
                    pipeline.await(),
                    () -> pipeline.failure().toString());
        }
        assertEquals(
                List.of("498 7,400"),
                rows(
                        target,
                        warehouse,
                        "SELECT count(*) || ' ' || (SELECT string_agg(i::text, ',') FROM (SELECT"
                                + " generate_series(1, 500) EXCEPT SELECT id FROM t ORDER BY 1) AS missing (i)) FROM t"));
        try (StoredDirtyRows stored = StoredDirtyRows.look(task, directory)) {
            assertEquals(2, stored.rows().size());
        }
    }

    private static List<String> rows(PostgresServer server, String database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = public, kinds; SET TimeZone = 'UTC'");
            try (ResultSet found = statement.executeQuery(sql)) {
                while (found.next()) {
                    rows.add(found.getString(1));
                }
            }
        }
        return rows;
    }
}
