package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that may have written and have not ended for everybody: the holders of {@code transactionid} locks, which are
 * taken before a transaction's first change and let go only after its commit is visible. So whoever waits for them knows that
 * no transaction lies before the stream and is still invisible to a snapshot (EXACTNESS 34).
 */
public final class RunningTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(RunningTransactions.class);
    private static final long POLL_NANOS = 20_000_000L;
    private static final long QUIET_NANOS = 2_000_000_000L;
    private static final long LONGEST_NANOS = 300_000_000_000L;

    /** Of the whole server; prepared transactions have no process. Of others' sessions a role may not see since when they run. */
    private static final String HOLDERS = """
            SELECT l.transactionid::text, COALESCE(l.pid, 0), COALESCE(COALESCE(a.xact_start, p.prepared)::text, 'unknown'),
                   COALESCE(a.datname, p.database, '')
            FROM pg_catalog.pg_locks l
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = l.transactionid
            WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted""";

    private static final String OF_THIS_DATABASE = """

              AND COALESCE(a.datname, p.database, pg_catalog.current_database()) = pg_catalog.current_database()""";

    private RunningTransactions() {}

    private record Holder(String id, int pid, String since, String database) {}

    private static List<Holder> holders(SqlSession session, String whose) {
        return session.rows(
                HOLDERS + whose,
                row -> new Holder(row.getString(1), row.getInt(2), row.getString(3), row.getString(4)));
    }

    /**
     * Waits until all of this database that run now have ended.
     *
     * @throws MillraceException with SOURCE_BUSY where one of them runs for minutes
     */
    public static void awaitEnd(SqlSession session, Waits waits) {
        List<Holder> waitedFor = holders(session, OF_THIS_DATABASE);
        long started = System.nanoTime();
        boolean isSaid = false;
        while (true) {
            List<Holder> now = waitedFor.isEmpty() ? List.of() : holders(session, OF_THIS_DATABASE);
            waitedFor = waitedFor.stream()
                    .filter(each -> now.stream().anyMatch(other -> other.id().equals(each.id())))
                    .toList();
            if (waitedFor.isEmpty()) {
                return;
            }
            long waited = System.nanoTime() - started;
            if (waited > QUIET_NANOS && !isSaid) {
                LOG.warn("waiting for transactions of the source to end: {}", text(waitedFor));
                isSaid = true;
            }
            if (waited > LONGEST_NANOS) {
                throw new MillraceException(
                        ErrorCode.SOURCE_BUSY,
                        "transactions of the source do not end: seconds=" + waited / 1_000_000_000L + ", "
                                + text(waitedFor));
            }
            waits.requireGoingOn("waiting for transactions of the source to end");
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** What runs now in any database, for people: a slot waits for them all. */
    public static String describe(SqlSession session) {
        List<Holder> all = holders(session, "");
        return all.isEmpty() ? "none of them is shown any more" : text(all);
    }

    private static String text(List<Holder> holders) {
        return holders.stream()
                .map(each -> (each.pid() == 0 ? "prepared=" + each.id() : "pid=" + each.pid()) + ", since="
                        + each.since() + ", database=" + each.database())
                .collect(Collectors.joining("; "));
    }
}
