package io.millrace.e2e.crash;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The servers that changes come from, each another one than any target of its kind. */
enum CrashSource {
    MYSQL,
    MARIADB,
    POSTGRES;

    /** Less than what a large transaction takes, so that it is streamed while it is open. */
    private static final String STREAMED_FROM = "64kB";

    /** MariaDB is asked which statement a row is of where the server itself has another image than FULL. */
    Server server() {
        return switch (this) {
            case MYSQL -> MySqlServer.builder().set("gtid_mode", "ON").shared();
            case MARIADB ->
                MariaDbServer.builder().set("binlog_row_image", "MINIMAL").shared();
            case POSTGRES -> Servers.shared(ServerKind.POSTGRES_16);
        };
    }

    boolean isPostgres() {
        return this == POSTGRES;
    }

    /** Makes an empty {@code bank}, and takes away what a task before has left. */
    void clear() throws SQLException {
        Server server = server();
        if (!isPostgres()) {
            server.execute(null, "DROP DATABASE IF EXISTS bank", "CREATE DATABASE bank");
            return;
        }
        BankDatabase.remove(server);
        server.execute(
                null,
                "CREATE DATABASE bank",
                "ALTER DATABASE bank SET logical_decoding_work_mem = '" + STREAMED_FROM + "'");
        server.execute("bank", "CREATE SCHEMA bank");
    }

    /** A connection to {@code bank}, whose tables need no other name. */
    Connection connect() throws SQLException {
        Connection connection = server().connect("bank");
        if (isPostgres()) {
            try (Statement sql = connection.createStatement()) {
                sql.execute("SET search_path = bank");
            }
        }
        return connection;
    }

    /** The value of a task's {@code source:}. */
    String ofTask(boolean isTwoPhase) {
        return isPostgres() ? "{datasource: bank, two_phase: " + isTwoPhase + "}" : "bank";
    }
}
