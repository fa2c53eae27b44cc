package io.millrace.e2e.rates;

import io.millrace.e2e.session.ProcessSample;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * PostgreSQL's own subscription, in binary and with {@code synchronous_commit = off}, its default, over a copy of the slot. From its
 * start to the last commit.
 */
final class PostgresSubscription implements Contender {
    private static final long POLL_MILLIS = 10;
    private static final long PATIENCE_NANOS = 1_800_000_000_000L;

    @Override
    public String name() {
        return "postgres-subscription";
    }

    @Override
    public Measurement run(Rig rig) throws SQLException, InterruptedException {
        PostgresSource source = (PostgresSource) rig.source();
        String slot = source.copyOfSlot(rig.run());
        String name = "rates_" + rig.run();
        try (Connection connection = rig.target().server().connect(rig.targetDatabase());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SUBSCRIPTION " + name + " CONNECTION 'host=127.0.0.1 port="
                    + source.server().port() + " dbname=" + source.database() + " user="
                    + source.server().user() + " password=" + source.server().password() + "' PUBLICATION "
                    + PostgresSource.PUBLICATION + " WITH (create_slot = false, slot_name = '" + slot
                    + "', copy_data = false, enabled = false, binary = true)");
            long started = System.nanoTime();
            statement.execute("ALTER SUBSCRIPTION " + name + " ENABLE");
            awaitBehind(source.lastBegin(), statement, started);
            double seconds = (System.nanoTime() - started) / 1e9;
            statement.execute("ALTER SUBSCRIPTION " + name + " DISABLE");
            statement.execute("ALTER SUBSCRIPTION " + name + " SET (slot_name = NONE)");
            statement.execute("DROP SUBSCRIPTION " + name);
            return new Measurement(seconds, rig.changes() / seconds, ProcessSample.NONE);
        }
    }

    private static void awaitBehind(String lsn, Statement statement, long started)
            throws SQLException, InterruptedException {
        while (true) {
            try (ResultSet row = statement.executeQuery("SELECT coalesce(bool_or(s.remote_lsn > '" + lsn
                    + "'), false) FROM pg_replication_origin_status s")) {
                row.next();
                if (row.getBoolean(1)) {
                    return;
                }
            }
            if (System.nanoTime() - started > PATIENCE_NANOS) {
                throw new IllegalStateException("subscription did not catch up: lsn=" + lsn);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
