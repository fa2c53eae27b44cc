package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.task.TaskSpec;
import io.millrace.writer.TypeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every type of every source version, the whole way into PostgreSQL: its values at both ends are loaded, then written again,
 * moved to other keys and deleted in the stream, and all rows are compared by {@link Verifier}, which shares no code with the
 * data path. From that the page of types is made; the committed one must be the same ({@code -Dmillrace.reference=write} writes
 * it).
 */
@RealServers(ServerKind.POSTGRES_18)
class TypeMatrixIT {
    private static final Set<ServerKind> SOURCES =
            EnumSet.of(ServerKind.MYSQL_8_0, ServerKind.MYSQL_9_7, ServerKind.MARIADB_10_11, ServerKind.MARIADB_11_4);
    private static final Map<ServerKind, String> NAMES = new EnumMap<>(Map.of(
            ServerKind.MYSQL_8_0, "MySQL 8.0",
            ServerKind.MYSQL_9_7, "MySQL 9.7",
            ServerKind.MARIADB_10_11, "MariaDB 10.11",
            ServerKind.MARIADB_11_4, "MariaDB 11.4"));
    private static final Path PAGE =
            Path.of(System.getProperty("millrace.root", "../..")).resolve("readers/MYSQL-TYPES.md");
    private static final String BEGIN = "<!-- begin types -->\n";
    private static final String END = "<!-- end types -->";

    /** What sessions begin with that do not say otherwise: none of it may change a value. */
    private static final String[] HOSTILE_AT_SOURCE = {
        "SET GLOBAL time_zone = '-11:30'",
        "SET GLOBAL sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,NO_UNSIGNED_SUBTRACTION,PAD_CHAR_TO_FULL_LENGTH'"
    };

    private static final List<String> HOSTILE_AT_TARGET = List.of(
            "TimeZone = 'Asia/Kathmandu'",
            "DateStyle = 'SQL, DMY'",
            "IntervalStyle = 'sql_standard'",
            "extra_float_digits = 0",
            "bytea_output = 'escape'",
            "standard_conforming_strings = off");

    @TempDir
    Path directory;

    private final PostgresServer target;

    TypeMatrixIT(PostgresServer target) {
        this.target = target;
    }

    @Test
    void shouldCarryEveryTypeAndBeThePageOfTypes() throws Exception {
        Map<String, Set<ServerKind>> servers = new TreeMap<>();
        Map<String, String> becomes = new TreeMap<>();
        for (ServerKind kind : SOURCES) {
            carry(kind, new TypeOptions(TypeOptions.ZeroDate.SET_NULL, TypeOptions.NulChar.STRIP, false))
                    .forEach((type, postgres) -> {
                        servers.computeIfAbsent(type, any -> EnumSet.noneOf(ServerKind.class))
                                .add(kind);
                        String before = becomes.putIfAbsent(type, postgres);
                        assertTrue(before == null || before.equals(postgres), type + " on " + kind);
                    });
        }
        List<String> lines =
                new ArrayList<>(List.of("| type | on | in PostgreSQL | remarks |", "| --- | --- | --- | --- |"));
        for (MatrixType type : MatrixType.ALL) {
            assertTrue(servers.containsKey(type.type()), "no server has the type: type=" + type.type());
            lines.add("| `" + type.type().replace("|", "\\|") + "` | " + on(servers.get(type.type())) + " | `"
                    + becomes.get(type.type()) + "` | " + type.remarks() + " |");
        }
        assertPage(String.join("\n", lines) + "\n");
    }

    @Test
    void shouldCompareByTheTasksRuleWhenDatesAreZero() throws Exception {
        for (TypeOptions.ZeroDate rule : List.of(TypeOptions.ZeroDate.MIN, TypeOptions.ZeroDate.TEXT)) {
            Map<String, String> carried =
                    carry(ServerKind.MARIADB_11_4, new TypeOptions(rule, TypeOptions.NulChar.STRIP, true));
            assertEquals(rule == TypeOptions.ZeroDate.TEXT ? "text" : "date", carried.get("date"));
            assertEquals("jsonb", carried.get("json"));
        }
    }

    /** Carries a table of each type that the server has; returns what each became. */
    private Map<String, String> carry(ServerKind kind, TypeOptions options) throws Exception {
        Server source = Servers.shared(kind);
        String database = source.freshDatabase("matrix");
        String warehouse = target.freshDatabase("matrix");
        for (String setting : HOSTILE_AT_TARGET) {
            target.execute(null, "ALTER DATABASE " + warehouse + " SET " + setting);
        }
        source.execute(null, HOSTILE_AT_SOURCE);
        try {
            return carry(kind, options, source, database, warehouse);
        } finally {
            source.execute(null, "SET GLOBAL time_zone = '+00:00'", "SET GLOBAL sql_mode = DEFAULT");
        }
    }

    private Map<String, String> carry(
            ServerKind kind, TypeOptions options, Server source, String database, String warehouse) throws Exception {
        Map<String, String> tables = new TreeMap<>();
        try (Connection connection = source.connect(database);
                Statement statement = connection.createStatement()) {
            // What a session says of zones, modes and names must not matter.
            statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+05:45', NAMES utf8mb4");
            for (MatrixType type : MatrixType.ALL) {
                String table = "t" + tables.size();
                try {
                    statement.execute(
                            "CREATE TABLE " + table + " (id int PRIMARY KEY, v " + type.type() + ") CHARSET utf8mb4");
                } catch (SQLException notThere) {
                    continue;
                }
                tables.put(type.type(), table);
                insert(statement, table, type, 0);
            }
            // The first position without GTIDs or not: no CREATE TABLE behind it.
            statement.execute("FLUSH BINARY LOGS");
            TaskSpec task = TaskSpec.builder("matrix_" + database)
                    .source("shop")
                    .target("warehouse")
                    .tables(database + ".*")
                    .types(options)
                    .build();
            DataSource from = DataSources.of("shop", "mysql", source, "");
            DataSource to = DataSources.of("warehouse", "postgres", target, warehouse);
            Path data = directory.resolve(kind + "-" + database);
            run(task, from, to, data);
            for (MatrixType type : MatrixType.ALL) {
                String table = tables.get(type.type());
                if (table != null) {
                    insert(statement, table, type, 1000);
                    statement.execute("UPDATE " + table + " SET id = id + 5000 WHERE id < 500");
                    statement.execute("UPDATE " + table + " SET v = NULL WHERE id = 1000");
                    statement.execute("DELETE FROM " + table + " WHERE id = 5000");
                }
            }
            run(task, from, to, data);
            Comparison comparison = new Verifier(task, from, to).compare(Verifier.Progress.NONE);
            for (TableComparison table : comparison.tables()) {
                assertTrue(
                        table.isEqual(),
                        kind + ", " + options + ", "
                                + typeOf(tables, table.source().name()) + ": " + table);
                assertTrue(table.sourceRows() > 0, table.toString());
            }
            assertEquals(tables.size(), comparison.tables().size());
        }
        Map<String, String> becomes = new TreeMap<>();
        for (Map.Entry<String, String> table : tables.entrySet()) {
            becomes.put(table.getKey(), typeAtTarget(warehouse, database, table.getValue()));
        }
        return becomes;
    }

    private static String typeOf(Map<String, String> tables, String table) {
        return tables.entrySet().stream()
                .filter(entry -> entry.getValue().equals(table))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(table);
    }

    private static void insert(Statement statement, String table, MatrixType type, int first) throws SQLException {
        int id = first;
        for (String value : type.values()) {
            statement.execute("INSERT INTO " + table + " VALUES (" + id++ + ", " + value + ")");
        }
        statement.execute("INSERT INTO " + table + " VALUES (" + id + ", NULL)");
    }

    private String typeAtTarget(String warehouse, String schema, String table) throws SQLException {
        try (Connection connection = target.connect(warehouse);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attname = 'v' AND attrelid = '"
                                + schema + "." + table + "'::regclass")) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }

    private static void run(TaskSpec task, DataSource from, DataSource to, Path data) throws InterruptedException {
        try (Pipeline pipeline = Pipeline.builder()
                .task(task)
                .dataSources(from, to)
                .dataDirectory(data)
                .until(new Goal.CaughtUp())
                .build()) {
            pipeline.start();
            PipelineState end = pipeline.await();
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(PipelineState.FINISHED, end);
        }
    }

    private static String on(Set<ServerKind> kinds) {
        if (kinds.equals(SOURCES)) {
            return "all";
        }
        return String.join(", ", kinds.stream().map(NAMES::get).toList());
    }

    private static void assertPage(String table) throws IOException {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        if ("write".equals(System.getProperty("millrace.reference"))) {
            page = page.substring(0, from) + table + page.substring(page.indexOf(END));
            Files.writeString(PAGE, page, StandardCharsets.UTF_8);
        }
        assertEquals(table, page.substring(from, page.indexOf(END)));
    }
}
