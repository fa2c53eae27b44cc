package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.TlsMode;
import io.millrace.reader.mysql.schema.CatalogShapes;
import io.millrace.row.Operation;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random statements and rows on a real server: after each statement the shapes that were followed through the binlog equal the
 * server's catalog, and decoded rows equal what the server holds. The build
 * repeats two sequences; {@code -Dseeds=50} runs so many new ones, {@code -Dseed=…} that one.
 */
abstract class SchemaTrackingContract {
    private static final int STATEMENTS = 40;
    private static final int DEFAULT_SEEDS = 2;
    private static final long FIRST_SEED = 11;

    private Server server;
    private String metadata;
    private String database;
    private Connection connection;

    abstract Server server();

    /** The setting with which events do not name their columns. */
    abstract String less();

    /** A label of an ENUM in latin1, whose column may be converted. */
    String label() {
        return "é";
    }

    @BeforeEach
    void connect() throws SQLException {
        server = server();
        metadata = StreamRun.value(server, "SELECT @@global.binlog_row_metadata");
        database = server.freshDatabase("tracking");
        connection = server.connect(database);
        execute("SET SESSION sql_mode=''");
    }

    @AfterEach
    void restore() throws SQLException {
        connection.close();
        server.execute(null, "SET GLOBAL binlog_row_metadata=" + metadata);
    }

    @Test
    void shouldEqualTheServerWhenStatementsAndRowsAreRandom() throws SQLException {
        for (long seed : seeds()) {
            sequence(seed, less());
        }
    }

    @Test
    void shouldEqualTheServerWhenEventsNameTheirColumns() throws SQLException {
        for (long seed : seeds()) {
            sequence(seed, "FULL");
        }
    }

    /** Found by a random sequence. */
    @Test
    void shouldConvertTheColumnsOfTheSameStatementWhenATableIsConverted() throws SQLException {
        List<String> statements = List.of(
                "ALTER TABLE t1 CONVERT TO CHARACTER SET utf8mb4, ADD COLUMN c char(3) ASCII, ADD COLUMN d varchar(9) CHARACTER SET"
                        + " latin2 COLLATE latin2_bin, ADD COLUMN e char(3) BINARY, ADD COLUMN f char(3) CHARACTER SET binary,"
                        + " ADD COLUMN g enum('a','b') CHARACTER SET latin1",
                "ALTER TABLE t1 CONVERT TO CHARACTER SET latin1, MODIFY c char(4) CHARACTER SET utf8mb4");
        follow("named", less(), statements.iterator()::next, statements.size(), new Random(1));
    }

    /** Found by a random sequence. */
    @Test
    void shouldPutColumnsAsTheServerDoesWhenAColumnMovesThatOthersFollow() throws SQLException {
        List<String> statements = List.of(
                "ALTER TABLE t1 ADD COLUMN m int, ADD COLUMN n int, ADD COLUMN o int",
                "ALTER TABLE t1 ADD COLUMN g int AFTER n, MODIFY n bigint AFTER g",
                "ALTER TABLE t1 ADD COLUMN h int AFTER n, ADD COLUMN i int AFTER n, MODIFY n bigint AFTER o, ADD COLUMN j int AFTER n",
                "ALTER TABLE t1 MODIFY m bigint AFTER n, MODIFY n int AFTER o",
                "ALTER TABLE t1 ADD COLUMN k int AFTER x, CHANGE n x bigint FIRST");
        follow("named", less(), statements.iterator()::next, statements.size(), new Random(1));
    }

    private static List<Long> seeds() {
        Long seed = Long.getLong("seed");
        if (seed != null) {
            return List.of(seed);
        }
        List<Long> seeds = new ArrayList<>();
        int asked = Integer.getInteger("seeds", 0);
        long first = asked == 0 ? FIRST_SEED : System.nanoTime();
        for (int i = 0; i < (asked == 0 ? DEFAULT_SEEDS : asked); i++) {
            seeds.add(first + i);
        }
        return seeds;
    }

    private void sequence(long seed, String setting) throws SQLException {
        follow("seed=" + seed, setting, new DdlGenerator(seed, label())::next, STATEMENTS, new Random(seed));
    }

    void follow(String name, String setting, Supplier<String> statements, int count, Random random)
            throws SQLException {
        server.execute(null, "SET GLOBAL binlog_row_metadata=" + setting);
        database = server.freshDatabase("tracking");
        connection.setCatalog(database);
        execute(DdlGenerator.first("t1"));
        execute(DdlGenerator.first("other_1"));
        List<String> history = new ArrayList<>();
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        BinlogReader reader = StreamRun.catalogReader(StreamRun.dataSource(server, TlsMode.DISABLED), database);
        try (StreamRun run = new StreamRun(reader, sink)) {
            if (!setting.equals("FULL")) {
                run.await(() ->
                        sink.schemas().isPresent()); // a statement before the proof would leave its table uncertain
            }
            for (int i = 0; i < count; i++) {
                String statement = statements.get();
                if (!tryToExecute(statement)) {
                    continue;
                }
                history.add(statement);
                dropHashes(history);
                run.awaitCaughtUp(server);
                if (!setting.equals("FULL")) {
                    assertFollowed(sink, history);
                }
                touchRows(run, sink, random);
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(name + ", metadata=" + setting + ", statements: " + String.join("; ", history), e);
        }
    }

    /** A table with a unique index over long texts is refused on MariaDB. */
    private void dropHashes(List<String> history) throws SQLException {
        List<String> drops = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT DISTINCT TABLE_NAME, INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '"
                                + database + "' AND INDEX_TYPE = 'HASH'")) {
            while (rows.next()) {
                drops.add("DROP INDEX `" + rows.getString(2) + "` ON `" + rows.getString(1) + "`");
            }
        }
        for (String drop : drops) {
            execute(drop);
            history.add(drop);
        }
    }

    private boolean tryToExecute(String statement) {
        try {
            execute(statement);
            return true;
        } catch (SQLException e) {
            return false; // the server refused it
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<TableState> catalog() {
        CatalogShapes shapes =
                new CatalogShapes(StreamRun.dataSource(server, TlsMode.DISABLED), StreamRun.selectionOf(database));
        return shapes.states();
    }

    /** A table that came from one that is not selected is not followed, until its first row asks for a proof. */
    private void assertFollowed(RecordingSink sink, List<String> history) {
        Map<TableId, TableState> followed = sink.schemas().orElseThrow().tables();
        boolean mayMiss = history.get(history.size() - 1).contains("other");
        TreeSet<TableId> names = new TreeSet<>();
        for (TableState state : catalog()) {
            names.add(state.table());
            TableState own = followed.get(state.table());
            assertTrue(own != null || mayMiss, "not followed: " + state.table());
            if (own != null) {
                assertEquals(text(state), text(own));
            }
        }
        assertTrue(names.containsAll(followed.keySet()), followed.keySet().toString());
    }

    private static String text(TableState state) {
        StringBuilder text = new StringBuilder(state.table() + " collation=" + state.collation() + " key="
                + state.schema().key());
        state.schema().columns().forEach(column -> text.append("\n  ").append(column));
        state.indexes().stream()
                .sorted(Comparator.comparing(TableIndex::name))
                .forEach(index -> text.append("\n  ").append(columns(index)));
        return text.toString();
    }

    /** How much of a column an index holds the server decides, and it makes no difference to rows. */
    private static String columns(TableIndex index) {
        return index.name() + " " + index.isUnique() + " "
                + index.parts().stream().map(TableIndex.Part::column).toList();
    }

    /** Deletes what a table held, so that old rows are decoded by the new shape, and inserts others. */
    private void touchRows(StreamRun run, RecordingSink sink, Random random) throws SQLException {
        for (TableState state : catalog()) {
            TableSchema table = state.schema();
            int before = sink.rows().size();
            List<String> old = serverRows(table);
            execute("DELETE FROM " + name(table));
            for (int i = 0; i < 3; i++) {
                insert(table, i, random);
            }
            run.awaitCaughtUp(server);
            List<RecordingSink.Row> rows =
                    sink.rows().subList(before, sink.rows().size());
            assertEquals(old, decoded(rows, table, Operation.DELETE));
            assertEquals(serverRows(table), decoded(rows, table, Operation.INSERT));
        }
    }

    private static List<String> decoded(List<RecordingSink.Row> rows, TableSchema table, Operation operation) {
        List<String> texts = new ArrayList<>();
        for (RecordingSink.Row row : rows) {
            if (row.operation() == operation) {
                assertEquals(
                        table.columns().stream().map(Column::name).toList(),
                        row.schema().columns().stream().map(Column::name).toList());
                assertEquals(table.key(), row.schema().key());
                texts.add((operation == Operation.DELETE ? row.before() : row.after()).toString());
            }
        }
        texts.sort(null);
        return texts;
    }

    private String name(TableSchema table) {
        return "`" + database + "`.`" + table.table().name() + "`";
    }

    private List<String> serverRows(TableSchema table) throws SQLException {
        String columns = String.join(
                ", ", table.columns().stream().map(ServerText::expression).toList());
        List<String> rows = new ArrayList<>();
        try (Connection reading = server.connect(database);
                Statement statement = reading.createStatement()) {
            statement.execute("SET time_zone='+00:00'");
            try (ResultSet result = statement.executeQuery("SELECT " + columns + " FROM " + name(table))) {
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 0; i < table.columns().size(); i++) {
                        row.add(value(result, i + 1, table.columns().get(i)));
                    }
                    rows.add(row.toString());
                }
            }
        }
        rows.sort(null);
        return rows;
    }

    private static String value(ResultSet result, int index, Column column) throws SQLException {
        return switch (column.type()) {
            case FLOAT -> {
                float value = (float) result.getDouble(index);
                yield result.wasNull() ? null : Double.toString(value);
            }
            case DOUBLE -> {
                double value = result.getDouble(index);
                yield result.wasNull() ? null : Double.toString(value);
            }
            default -> result.getString(index);
        };
    }

    private void insert(TableSchema table, int row, Random random) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            values.add(table.key().contains(i) ? Integer.toString(row + 1) : literal(column, random));
        }
        // A unique index may refuse it: the rows that are there count.
        tryToExecute("INSERT INTO " + name(table) + " VALUES (" + String.join(", ", values) + ")");
    }

    private static String literal(Column column, Random random) {
        if (column.nullable() && random.nextInt(4) == 0) {
            return "NULL";
        }
        int number = random.nextInt(100);
        return switch (column.type()) {
            case BOOLEAN, INTEGER, UNSIGNED, DECIMAL, FLOAT, DOUBLE -> Integer.toString(number);
            case BIT -> Integer.toString(number % 2);
            case YEAR -> Integer.toString(2000 + number);
            case DATE -> "'2024-02-" + (10 + number % 19) + "'";
            case TIME -> "'" + number + ":01:02.345678'";
            case DATETIME, TIMESTAMP -> "'2024-02-03 04:05:06.78'";
            case ENUM, SET -> "1";
            case JSON -> "'{\"a\": " + number + "}'";
            case BINARY -> "x'" + (10 + number % 80) + "'";
            default ->
                column.length() == 0 ? "''" : "'" + (char) ('a' + number % 26) + (number % 2 == 0 ? "é" : "") + "'";
        };
    }
}
