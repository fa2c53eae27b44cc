package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A task's files in a directory, over a database of its own at each server. Confined to one thread. */
final class CliTask {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Tasks of one target have names of their own, whichever server they are from. */
    private static final AtomicInteger TASKS = new AtomicInteger();

    final Path directory;
    final Server source;
    final Server target;
    final String database;
    final String targetDatabase;
    private final Map<String, String> sourceKeys = new TreeMap<>();
    private final Map<String, String> targetKeys = new TreeMap<>();
    private final StringBuilder more = new StringBuilder();
    private String tables;
    private String sourceSpec = "shop";

    CliTask(Path directory, Server source, Server target) {
        this.directory = directory;
        this.source = source;
        this.target = target;
        String prefix = "cli" + TASKS.incrementAndGet();
        database = source.freshDatabase(prefix);
        targetDatabase = target.freshDatabase(prefix);
        tables = "[" + database + ".*]";
        server(sourceKeys, type(source), "SOURCE", source);
        server(targetKeys, type(target), "TARGET", target);
        if (target instanceof PostgresServer) {
            targetKeys.put("database", targetDatabase);
        }
        write();
    }

    static String type(Server server) {
        return server instanceof PostgresServer ? "postgres" : server instanceof MariaDbServer ? "mariadb" : "mysql";
    }

    private static void server(Map<String, String> keys, String type, String side, Server server) {
        keys.put("type", type);
        keys.put("host", server.host());
        keys.put("port", Integer.toString(server.port()));
        keys.put("user", server.user());
        keys.put("password", "'${env:" + side + "_PASSWORD}'");
    }

    /** A command line that knows both passwords. */
    Cli cli() {
        return new Cli(directory)
                .variable("SOURCE_PASSWORD", source.password())
                .variable("TARGET_PASSWORD", target.password());
    }

    /** Runs until all that was committed before is at the target; returns the summary. */
    JsonNode catchUp() throws IOException {
        CliEnd ended = cli().run("run", "task.yaml", "--until", "caught-up", "--json");
        assertEquals(0, ended.exitCode(), ended.toString());
        return JSON.readTree(ended.out());
    }

    CliTask source(String key, String value) {
        sourceKeys.put(key, value);
        return write();
    }

    CliTask target(String key, String value) {
        targetKeys.put(key, value);
        return write();
    }

    CliTask tables(String rules) {
        tables = rules;
        return write();
    }

    CliTask sourceSpec(String spec) {
        sourceSpec = spec;
        return write();
    }

    /** Further lines of the task. */
    CliTask with(String lines) {
        more.append(lines).append('\n');
        return write();
    }

    private CliTask write() {
        file(
                "task.yaml",
                "name: " + database + "\nsource: " + sourceSpec + "\ntarget: warehouse\ntables: " + tables + "\n"
                        + more);
        file("datasources.yaml", section("shop", sourceKeys) + section("warehouse", targetKeys));
        return this;
    }

    void file(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String section(String name, Map<String, String> keys) {
        StringBuilder text = new StringBuilder(name + ":\n");
        keys.forEach((key, value) ->
                text.append("  ").append(key).append(": ").append(value).append('\n'));
        return text.toString();
    }

    void atSource(String... statements) {
        source.execute(database, statements);
    }

    void atTarget(String... statements) {
        target.execute(targetDatabase, statements);
    }

    /** The disk under the daemon is another one: what is left is at the target. */
    void loseLog() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("millrace-data").resolve(database))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A table at the target, by its default name. */
    String targetTable(String name) {
        return database + "." + name;
    }

    /** The one number that a query of the target gives. */
    long targetCount(String query) {
        try (Connection connection = target.connect(targetDatabase);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Chunks of a source table that the target has. */
    long loadedChunks(String table) {
        boolean isThere = targetCount("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'millrace'"
                        + " AND table_name = 'load_ledger'")
                > 0;
        return isThere
                ? targetCount("SELECT count(*) FROM millrace.load_ledger WHERE source_table = '" + table + "'")
                : 0;
    }

    /** What a query of the source gives, each row as text. */
    List<String> sourceRows(String query) {
        return rows(source, database, query);
    }

    /** What a query of the target gives, each row as text. */
    List<String> targetRows(String query) {
        return rows(target, targetDatabase, query);
    }

    private static List<String> rows(Server server, String database, String query) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            int count = found.getMetaData().getColumnCount();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= count; i++) {
                    row.append(i == 1 ? "" : "|").append(found.getString(i));
                }
                rows.add(row.toString());
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    /** Schemas and tables of users at the target: what a refused task must not have changed. */
    long targetObjects() {
        return targetCount(
                "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname !~ '^pg_')"
                        + " + (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname !~ '^pg_')");
    }
}
