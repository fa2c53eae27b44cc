package io.millrace.reader.postgres;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.Finding;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.servers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A database of its own on a shared server, with a task's name, slot and publication. */
final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger TASKS = new AtomicInteger();

    private final PostgresServer server;
    private final String database;
    private final String task;
    private Connection connection;

    TestDatabase(PostgresServer server) {
        this(server, server.freshDatabase("source"), "t" + TASKS.incrementAndGet());
    }

    private TestDatabase(PostgresServer server, String database, String task) {
        this.server = server;
        this.database = database;
        this.task = task;
        connection = server.connect(database);
    }

    /** The same database, for the same task, as a standby of the server has it; close it, too. */
    TestDatabase at(PostgresServer standby) {
        return new TestDatabase(standby, database, task);
    }

    String name() {
        return database;
    }

    DataSource dataSource() {
        return dataSource(server.host(), server.port());
    }

    DataSource dataSource(String host, int port) {
        return new DataSource(
                "test",
                "postgres",
                host,
                port,
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    Connection connect() {
        return server.connect(database);
    }

    String slot() {
        return "millrace_" + task;
    }

    ChangeRequest request(String... tables) {
        return request(List.of(tables), List.of());
    }

    /** All tables, by the columns of a declared key. */
    ChangeRequest keyed(String... columns) {
        return request(List.of(), List.of(columns));
    }

    private ChangeRequest request(List<String> names, List<String> key) {
        return new ChangeRequest(
                task,
                1,
                new TableSelection() {
                    @Override
                    public boolean isSelected(TableId table) {
                        return names.isEmpty() ? table.namespace().equals("public") : names.contains(table.name());
                    }

                    @Override
                    public List<String> declaredKey(TableId table) {
                        return key;
                    }
                },
                Duration.ofSeconds(1));
    }

    ChangeRequest twoPhaseRequest() {
        ChangeRequest plain = request();
        return new ChangeRequest(
                plain.taskName(),
                plain.serverId(),
                plain.selection(),
                plain.heartbeat(),
                plain.slot(),
                plain.publication(),
                true);
    }

    /** The event triggers, as {@code check} says. */
    void installTriggers(ChangeRequest request) {
        try (PostgresSource source = new PostgresSource(dataSource())) {
            String fix = source.check(List.of(), request).stream()
                    .filter(finding -> finding.subject().equals("ddl"))
                    .findFirst()
                    .map(Finding::fix)
                    .orElseThrow();
            execute(fix.substring(fix.indexOf("CREATE")));
        }
    }

    void execute(String... statements) {
        execute(connection, statements);
    }

    static void execute(Connection on, String... statements) {
        try (Statement statement = on.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String value(String sql) {
        return rows(sql).get(0).get(0);
    }

    static String value(Connection on, String sql) {
        return rows(on, sql).get(0).get(0);
    }

    List<List<String>> rows(String sql) {
        return rows(connection, sql);
    }

    private static List<List<String>> rows(Connection on, String sql) {
        try (Statement statement = on.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server was started again. */
    void reopen() {
        connection = server.connect(database);
    }

    /** What the slot has confirmed, as the server prints it. */
    String confirmed() {
        return value("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + slot() + "'");
    }

    void awaitInactive() {
        while (value("SELECT active FROM pg_replication_slots WHERE slot_name = '" + slot() + "'")
                .equals("t")) {
            StreamRun.pause();
        }
    }

    /** Ends the walsender. */
    void endStream() {
        execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + slot()
                + "' AND active");
    }

    /** Slots outlive databases' users: the server has few. */
    @Override
    public void close() {
        try {
            endStream();
            long deadline = System.currentTimeMillis() + 20_000;
            while (!value("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + slot() + "' AND active")
                            .equals("0")
                    && System.currentTimeMillis() < deadline) {
                execute("SELECT pg_sleep(0.02)");
            }
            execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '" + slot()
                    + "'");
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
