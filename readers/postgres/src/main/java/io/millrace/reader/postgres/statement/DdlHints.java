package io.millrace.reader.postgres.statement;

import io.millrace.ddl.DdlEvent;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.value.MessageBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns messages of {@link DdlTrigger} into events. Any user of the source may write such a message, so that it is a hint: what it says
 * of a table counts where its transaction holds the lock that the statement takes, or where the catalog is not any more what the stream
 * has left of the table (EXACTNESS 42). One that neither confirms is passed over: what rows tell is then told by their Relation, as without it.
 *
 * <p>Confined to the stream's thread.
 */
public final class DdlHints {
    private static final Logger LOG = LoggerFactory.getLogger(DdlHints.class);

    /** A standby shows locks of the primary's transactions, but not whose. */
    private static final String HOLDS_LOCK = """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
                  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
                  AND l.relation = ?::bigint::pg_catalog.oid
                  AND (pg_catalog.pg_is_in_recovery() OR l.virtualtransaction IN (SELECT x.virtualtransaction
                      FROM pg_catalog.pg_locks x WHERE x.locktype = 'transactionid' AND x.granted
                        AND x.mode = 'ExclusiveLock' AND x.transactionid = ?::text::pg_catalog.xid)))""";

    /** By a transaction that the slot may have ahead of it. */
    private static final String LATELY_DROPPED = """
            SELECT a.attnum::int FROM pg_catalog.pg_attribute a, pg_catalog.pg_replication_slots s
            WHERE s.slot_name = ? AND a.attrelid = ?::bigint::pg_catalog.oid AND a.attisdropped AND a.attnum > ?
              AND pg_catalog.age(a.xmin) <= pg_catalog.age(s.catalog_xmin)""";

    /** A statement, and the subtransaction that ran it. */
    public record Hint(int subXid, DdlEvent event) {}

    private final SqlSession session;
    private final String publication;
    private final String slot;
    private final SeenTables seen;
    private final DdlEffects effects;
    private long passed;

    public DdlHints(SqlSession session, Names names, SeenTables seen, DdlEffects effects) {
        this.session = session;
        publication = names.publication();
        slot = names.slot();
        this.seen = seen;
        this.effects = effects;
    }

    /** Messages that nothing confirmed. */
    long passed() {
        return passed;
    }

    /**
     * Reads a message.
     *
     * @param content the message, at its content's start
     * @param xid of the transaction at the top
     * @param changes what the transaction has done so far; gets what this statement did
     */
    public Optional<Hint> read(MessageBytes content, int length, int xid, SeenChanges changes, long commitTimeMicros) {
        int at = content.skip(length);
        content.requireEnd();
        if (length == 0) {
            return Optional.empty(); // it only stands behind another one
        }
        Optional<DdlMessage> parsed = DdlMessage.parse(session, content.bytes(), at, length);
        if (parsed.isEmpty()) {
            passOver("it is not understood", content.lsn());
            return Optional.empty();
        }
        DdlMessage message = parsed.get();
        long oid = message.table().oid();
        Optional<SeenTable> before = changes.latest(oid).orElseGet(() -> seen.table(oid));
        int subXid = message.subXid() == 0 ? xid : message.subXid();
        if (!publication.equals(message.publication()) || before.isEmpty() || changes.isDropped(subXid)) {
            return Optional.empty();
        }
        Optional<SeenTable> after = message.isDropped() ? Optional.empty() : Optional.of(message.table());
        boolean isChange = !after.equals(before);
        if (isChange && !isConfirmed(xid, before.get(), message)) {
            passOver(
                    "neither a lock nor the catalog confirms it, table="
                            + before.get().id(),
                    content.lsn());
            return Optional.empty();
        }
        String place = "lsn=" + PostgresPosition.lsnText(content.lsn());
        DdlEvent event = effects.event(
                message.verb(),
                before.get(),
                after,
                new DdlEffects.Values(message.fills(), message.isPlain()),
                place,
                commitTimeMicros);
        boolean isStop = !event.leavesRowsAlone();
        changes.add(subXid, before.get(), after, isStop);
        return Optional.of(new Hint(subXid, event));
    }

    /** The lock first: where it is gone, the catalog shows what the transaction did, if only by a column that was added and is gone since. */
    private boolean isConfirmed(int xid, SeenTable before, DdlMessage message) {
        long oid = before.oid();
        return holdsLock(session, oid, xid)
                || !SeenTable.ofCatalog(session, List.of(oid)).equals(List.of(before))
                || hasHadLater(message.table(), before);
    }

    private boolean hasHadLater(SeenTable after, SeenTable before) {
        int last = before.columns().stream()
                .mapToInt(SeenTable.SeenColumn::number)
                .max()
                .orElse(0);
        List<Integer> added = after.columns().stream()
                .map(SeenTable.SeenColumn::number)
                .filter(number -> number > last)
                .toList();
        return !added.isEmpty()
                && new HashSet<>(session.rows(LATELY_DROPPED, row -> row.getInt(1), slot, before.oid(), last))
                        .containsAll(added);
    }

    private void passOver(String why, long lsn) {
        if (passed++ > 0) {
            return; // counted
        }
        LOG.warn("a DDL message was passed over: {}, lsn={}", why, PostgresPosition.lsnText(lsn));
    }

    /** Whether a transaction, or on a standby any, holds the lock that statements take which change what a table's rows are. */
    static boolean holdsLock(SqlSession session, long oid, int xid) {
        return session.value(HOLDS_LOCK, oid, Integer.toUnsignedString(xid)).equals("t");
    }
}
