package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A server that keeps no binlog file before one. MariaDB purges a file only once its engines have made durable what was committed in it,
 * and else passes it over without an error.
 */
final class BinlogPurge {
    private static final long PATIENCE_MILLIS = 120_000;

    private BinlogPurge() {}

    /** Removes all files before that one. */
    static void to(Server server, String file) {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        server.execute(null, "PURGE BINARY LOGS TO '" + file + "'");
        while (!oldest(server).equals(file)) {
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("the server does not purge: oldest=" + oldest(server) + ", to=" + file);
            }
            StreamRun.pause();
            server.execute(null, "PURGE BINARY LOGS TO '" + file + "'");
        }
    }

    private static String oldest(Server server) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
            files.next();
            return files.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
