package io.millrace.daemon;

import io.millrace.servers.MySqlServer;
import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

class BadInputMySqlIT extends BadInputContract {
    @Override
    Server source() {
        return Servers.mysql();
    }

    @Override
    Server otherSource() {
        return MySqlServer.builder().set("max_connections", 50).shared();
    }

    @Override
    String type() {
        return "mysql";
    }

    @Override
    String purge() {
        return CurrentBinlog.purgeBefore(source());
    }

    /** Asks a server which binlog file it writes. */
    static final class CurrentBinlog {
        private CurrentBinlog() {}

        static String purgeBefore(Server server) {
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW MASTER STATUS")) {
                rows.next();
                return "PURGE BINARY LOGS TO '" + rows.getString(1) + "'";
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }
}
