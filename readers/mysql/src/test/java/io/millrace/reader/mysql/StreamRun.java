package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.schema.CatalogShapes;
import io.millrace.schema.TableId;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** A reader that streams a database of a real server into a sink, in a thread of its own, until it is closed. */
final class StreamRun implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 180_000;
    private static final AtomicLong SERVER_IDS = new AtomicLong(3_000_000_000L);

    private final BinlogReader reader;
    private final RecordingSink sink;
    private final Thread thread;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    StreamRun(BinlogReader reader, RecordingSink sink) {
        this.reader = reader;
        this.sink = sink;
        thread = new Thread(this::run, "stream");
        thread.start();
    }

    static StreamRun of(Server server, String database, RecordingSink sink) {
        return new StreamRun(reader(dataSource(server, TlsMode.PREFERRED), database), sink);
    }

    static BinlogReader reader(DataSource dataSource, String database) {
        return reader(dataSource, database, SERVER_IDS.incrementAndGet());
    }

    static BinlogReader reader(DataSource dataSource, String database, long serverId) {
        return new BinlogReader(
                dataSource,
                new ChangeRequest("test", serverId, selectionOf(database), Duration.ofSeconds(1)),
                table -> null);
    }

    /** A reader that asks the server's catalog for shapes. */
    static BinlogReader catalogReader(DataSource dataSource, String database) {
        return catalogReader(dataSource, selectionOf(database));
    }

    static BinlogReader catalogReader(DataSource dataSource, TableSelection selection) {
        ChangeRequest request =
                new ChangeRequest("test", SERVER_IDS.incrementAndGet(), selection, Duration.ofSeconds(1));
        return new BinlogReader(dataSource, request, new CatalogShapes(dataSource, request.selection()));
    }

    static TableSelection selectionOf(String database) {
        return new TableSelection() {
            @Override
            public boolean isSelected(TableId table) {
                return table.namespace().equals(database) && !table.name().startsWith("other");
            }

            @Override
            public List<String> declaredKey(TableId table) {
                return List.of();
            }
        };
    }

    static DataSource dataSource(Server server, TlsMode tls) {
        return dataSource(server, server.host(), server.port(), tls);
    }

    static DataSource dataSource(Server server, String host, int port, TlsMode tls) {
        return new DataSource(
                "test",
                "mysql",
                host,
                port,
                "",
                server.user(),
                Secret.of(server.password()),
                tls,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    static DataSource withLogin(DataSource of, String user, String password) {
        return new DataSource(
                of.name(),
                of.type(),
                of.host(),
                of.port(),
                of.database(),
                user,
                Secret.of(password),
                of.tlsMode(),
                of.tlsCa(),
                of.connectTimeout());
    }

    /** Where the server's binlog ends now. */
    static SourcePosition now(Server server) {
        boolean isMariaDb = server.version().contains("MariaDB");
        if (!isMariaDb && !value(server, "SELECT @@global.gtid_mode").equals("ON")) {
            return endOfBinlog(server);
        }
        return SourcePosition.parse(
                "gtid:" + value(server, isMariaDb ? "SELECT @@gtid_binlog_pos" : "SELECT @@gtid_executed"));
    }

    /** The same as file and offset. */
    static BinlogPosition endOfBinlog(Server server) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet result = firstKnown(statement, "SHOW BINARY LOG STATUS", "SHOW MASTER STATUS")) {
            result.next();
            return BinlogPosition.of(result.getString(1), result.getLong(2));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ResultSet firstKnown(Statement statement, String newer, String older) throws SQLException {
        try {
            return statement.executeQuery(newer);
        } catch (SQLException unknown) {
            return statement.executeQuery(older);
        }
    }

    /** Has the server forget its binlogs and GTIDs. */
    static void resetBinlogs(Server server) {
        boolean isRenamed = server.kind() == ServerKind.MYSQL_9_7;
        server.execute(null, isRenamed ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
    }

    static String value(Server server, String sql) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void run() {
        try {
            reader.run(sink);
        } catch (MillraceException e) {
            failure.set(e);
        }
    }

    /** Waits until the sink has all that the server has now, or rethrows what ended the stream. */
    void awaitCaughtUp(Server server) {
        SourcePosition goal = now(server);
        await(() -> sink.position().text().equals(goal.text()));
    }

    void await(BooleanSupplier condition) {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (failure.get() instanceof MillraceException e) {
                throw e;
            }
            if (failure.get() != null || !thread.isAlive() || System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("stream does not arrive: position=" + sink.position(), failure.get());
            }
            pause();
        }
    }

    /** Waits for the stream's end and returns what ended it. */
    MillraceException awaitFailure() {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failure.get() instanceof MillraceException e) {
            return e;
        }
        throw new IllegalStateException("stream did not fail: position=" + sink.position());
    }

    boolean isEnded() {
        return !thread.isAlive() && failure.get() == null;
    }

    static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        reader.close();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
