package io.millrace.e2e.crash;

import io.millrace.servers.Server;
import java.sql.SQLException;

/** The database {@code bank} of a PostgreSQL source, which tests have one after the other. Stateless. */
final class BankDatabase {
    private BankDatabase() {}

    /** Takes it away with all that holds it: transactions that are prepared, slots and sessions. */
    static void remove(Server postgres) throws SQLException {
        for (String name :
                Trail.rowsOf(postgres, "SELECT gid FROM pg_prepared_xacts WHERE database = 'bank' ORDER BY gid")) {
            postgres.execute("bank", "ROLLBACK PREPARED '" + name + "'");
        }
        postgres.execute(
                null,
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active",
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active",
                "DROP DATABASE IF EXISTS bank WITH (FORCE)");
    }
}
