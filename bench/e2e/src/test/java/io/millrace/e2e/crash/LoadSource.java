package io.millrace.e2e.crash;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.SemiSync;
import io.millrace.servers.Server;
import io.millrace.servers.ServerBuilder;
import io.millrace.servers.ServerKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;

/** A server that is loaded from, running, with an empty {@code bank}; each another one than any target of its kind. */
final class LoadSource implements AutoCloseable {
    /** Which. */
    enum Kind {
        MYSQL(false),
        MYSQL_SEMI_SYNC(false),
        MARIADB(false),
        MARIADB_SEMI_SYNC(false),
        POSTGRES(true);

        final boolean isPostgres;

        Kind(boolean isPostgres) {
            this.isPostgres = isPostgres;
        }
    }

    private static final Duration ACKNOWLEDGEMENT = Duration.ofMillis(20);

    private final Kind kind;
    private final boolean isMinimal;
    private final Server server;
    private final Runnable end;

    private LoadSource(Kind kind, boolean isMinimal, Server server, Runnable end) {
        this.kind = kind;
        this.isMinimal = isMinimal;
        this.server = server;
        this.end = end;
    }

    /**
     * Starts one of its own where commits wait for a replica; else takes the shared one.
     *
     * @param isMinimal whether sessions leave unsent what a change leaves as it is; MariaDB only where the whole server does
     */
    static LoadSource of(Kind kind, boolean isMinimal) throws SQLException {
        LoadSource source = switch (kind) {
            case MYSQL -> shared(kind, isMinimal, MySqlServer.builder().set("gtid_mode", "ON"));
            case MARIADB -> shared(kind, isMinimal, MariaDbServer.builder().set("binlog_row_image", "MINIMAL"));
            case POSTGRES -> shared(kind, isMinimal, ServerKind.POSTGRES_16.builder());
            case MYSQL_SEMI_SYNC -> semiSync(kind, isMinimal, SemiSync::mySql);
            case MARIADB_SEMI_SYNC -> semiSync(kind, false, SemiSync::mariaDb);
        };
        source.clear();
        return source;
    }

    private static LoadSource shared(Kind kind, boolean isMinimal, ServerBuilder<? extends Server> server) {
        return new LoadSource(kind, isMinimal, server.shared(), () -> {});
    }

    private static LoadSource semiSync(Kind kind, boolean isMinimal, Supplier<SemiSync> start) {
        SemiSync pair = start.get();
        pair.delay(ACKNOWLEDGEMENT);
        return new LoadSource(kind, isMinimal, pair.source(), pair::close);
    }

    private void clear() throws SQLException {
        if (!kind.isPostgres) {
            server.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
            return;
        }
        BankDatabase.remove(server);
        server.execute(null, "CREATE DATABASE bank");
        server.execute("bank", "CREATE SCHEMA bank");
    }

    Kind kind() {
        return kind;
    }

    Server server() {
        return server;
    }

    /** A connection to {@code bank}, whose tables need no other name, and which waits for no lock for long. */
    Connection connect() throws SQLException {
        Connection connection = server.connect("bank");
        try (Statement sql = connection.createStatement()) {
            if (kind.isPostgres) {
                sql.execute("SET search_path = bank");
                sql.execute("SET lock_timeout = '1s'");
            } else {
                sql.execute("SET SESSION innodb_lock_wait_timeout = 1");
                sql.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"); // else gaps are locked, too
                sql.execute("SET SESSION binlog_row_image = " + (isMinimal ? "MINIMAL" : "FULL"));
            }
        }
        return connection;
    }

    @Override
    public void close() {
        end.run();
    }
}
