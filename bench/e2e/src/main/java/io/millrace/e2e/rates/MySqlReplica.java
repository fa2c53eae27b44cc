package io.millrace.e2e.rates;

import io.millrace.e2e.session.ProcessSample;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** MySQL's own replica: the target server follows the source by GTID with four applier workers. From its start to the last commit. */
final class MySqlReplica implements Contender {
    private static final int WORKERS = 4;
    private static final int PATIENCE_SECONDS = 1_800;

    @Override
    public String name() {
        return "mysql-replica-" + WORKERS + "-workers";
    }

    @Override
    public Measurement run(Rig rig) throws SQLException {
        MySqlSource source = (MySqlSource) rig.source();
        try (Connection connection = rig.target().server().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL gtid_purged = '" + source.start().gtids() + "'");
            statement.execute("SET GLOBAL replica_parallel_workers = " + WORKERS);
            statement.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT="
                    + source.server().port() + ", SOURCE_USER='"
                    + source.server().user() + "', SOURCE_PASSWORD='"
                    + source.server().password() + "', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1");
            String all = first(source.server().connect(), "SELECT @@global.gtid_executed");
            long started = System.nanoTime();
            statement.execute("START REPLICA");
            String timedOut = first(
                    rig.target().server().connect(),
                    "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + all.replace("\n", "") + "', " + PATIENCE_SECONDS + ")");
            double seconds = (System.nanoTime() - started) / 1e9;
            statement.execute("STOP REPLICA");
            statement.execute("RESET REPLICA ALL");
            if (!timedOut.equals("0")) {
                throw new IllegalStateException("replica did not catch up: seconds=" + PATIENCE_SECONDS);
            }
            return new Measurement(seconds, rig.changes() / seconds, ProcessSample.NONE);
        }
    }

    private static String first(Connection opened, String query) throws SQLException {
        try (Connection connection = opened;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
