package io.millrace.reader.postgres.statement;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.statement.SeenTable.SeenColumn;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells of statements that no DDL message has told of, by what the next Relation differs in from the table that the stream has left: columns
 * that were added, dropped, renamed or retyped. Names of columns come with the message, their numbers, which name a column for its life, from the
 * catalog; where that has gone on since, {@link PastColumns} finds them, or nobody does, and the task stops.
 *
 * <pre>
 * the statement ran                                the catalog shows it
 * in a transaction that was committed before       yes: it held a lock that keeps rows out until it was visible
 * in this one, which is committed                  yes, or in a moment
 * in this one, which is streamed and open          no: the stream is read again from behind its commit
 * </pre>
 *
 * <p>Confined to the stream's thread.
 */
public final class ShapeDifferences {
    private static final long POLL_NANOS = 20_000_000L;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final String VERB = "ALTER TABLE";

    private final SqlSession session;
    private final SeenTables seen;
    private final DdlEffects effects;
    private final PastColumns past;
    private final RowFiles files;

    /** A column as a Relation message has it. */
    public record Sent(String name, long type, int modifier, boolean isIdentity) {
        boolean isOf(SeenColumn column) {
            return name.equals(column.name()) && type == column.type() && modifier == column.modifier();
        }
    }

    /**
     * In which transaction a message came.
     *
     * @param subXid of the subtransaction
     * @param xid at the top, in 64 bits
     * @param isOpen whether it was not committed when its message was sent
     */
    public record Origin(int subXid, long xid, boolean isOpen, long commitTimeMicros) {}

    public ShapeDifferences(SqlSession session, SeenTables seen, DdlEffects effects, PastColumns past, RowFiles files) {
        this.session = session;
        this.seen = seen;
        this.effects = effects;
        this.past = past;
        this.files = files;
    }

    /**
     * Compares a message with what the stream has left.
     *
     * @param columns as ours, of the same names as what was sent
     * @param changes what the transaction has done so far; gets what is found
     * @throws MillraceException with SOURCE_BUSY where the stream must be read again once the transaction has ended; with
     *     SCHEMA_MISMATCH where it is not certain what was done
     */
    public Optional<DdlHints.Hint> read(
            int oid, TableId id, List<Column> columns, List<Sent> sent, SeenChanges changes, Origin origin, long lsn) {
        long number = Integer.toUnsignedLong(oid);
        Optional<SeenTable> before = changes.latest(number).orElseGet(() -> seen.table(number));
        if (before.isEmpty() || isSame(before.get(), sent)) {
            return Optional.empty();
        }
        awaitVisible(number, origin, id, lsn);
        Optional<SeenTable> now =
                SeenTable.ofCatalog(session, List.of(number)).stream().findFirst();
        if (now.isEmpty()) {
            return Optional.empty(); // it is gone; lanes stop at its rows
        }
        SeenTable after = after(before.get(), now.get(), new TableSchema(id, 0, columns, List.of()), sent);
        DdlEvent event = effects.event(
                VERB,
                before.get(),
                Optional.of(after),
                new DdlEffects.Values(fills(before.get(), after), arePlain(before.get(), after)),
                "lsn=" + PostgresPosition.lsnText(lsn),
                origin.commitTimeMicros());
        changes.add(origin.subXid(), before.get(), Optional.of(after), !event.leavesRowsAlone());
        return Optional.of(new DdlHints.Hint(origin.subXid(), event));
    }

    private static boolean isSame(SeenTable before, List<Sent> sent) {
        boolean isSame = before.columns().size() == sent.size();
        for (int i = 0; isSame && i < sent.size(); i++) {
            isSame = sent.get(i).isOf(before.columns().get(i));
        }
        return isSame;
    }

    /** What the transaction itself did is in the catalog once it has ended; of one that is open it can only be that, if it holds the lock. */
    private void awaitVisible(long oid, Origin origin, TableId id, long lsn) {
        long started = System.nanoTime();
        // Locks go when all else of it is visible.
        while (isRunning(origin) && DdlHints.holdsLock(session, oid, (int) origin.xid())) {
            if (origin.isOpen() || System.nanoTime() - started > LONGEST_NANOS) {
                throw new MillraceException(
                        ErrorCode.SOURCE_BUSY,
                        "a transaction that changes a table and is open yet is to be read again: table=" + id + ", xid="
                                + origin.xid() + ", lsn=" + PostgresPosition.lsnText(lsn));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean isRunning(Origin origin) {
        return session.value(
                        "SELECT COALESCE(pg_catalog.pg_xact_status(?::text::pg_catalog.xid8) = 'in progress', false)",
                        Long.toUnsignedString(origin.xid()))
                .equals("t");
    }

    /** With what only the catalog knows, where it has the column still. A Relation does not tell of NOT NULL. */
    private SeenTable after(SeenTable before, SeenTable now, TableSchema schema, List<Sent> sent) {
        SeenTable numbered = past.behind(before, now, schema);
        List<SeenColumn> columns = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            int number = numbered.columns().get(i).number();
            Optional<SeenColumn> known = before.column(number).or(() -> now.column(number));
            columns.add(new SeenColumn(
                    number,
                    sent.get(i).name(),
                    sent.get(i).type(),
                    sent.get(i).modifier(),
                    known.filter(SeenColumn::isRequired).isPresent(),
                    sent.get(i).isIdentity(),
                    known.map(SeenColumn::computed).orElse("")));
        }
        return new SeenTable(now.oid(), schema.table(), columns);
    }

    private Map<Integer, DdlMessage.Fill> fills(SeenTable before, SeenTable after) {
        Map<Integer, DdlMessage.Fill> fills = new HashMap<>();
        after.columns().stream()
                .filter(column -> before.column(column.number()).isEmpty())
                .forEach(column -> fills.put(column.number(), files.fill(session, after.oid(), column.number())));
        return fills;
    }

    private boolean arePlain(SeenTable before, SeenTable after) {
        return before.columns().stream()
                .filter(column -> after.column(column.number())
                        .filter(other -> other.type() != column.type() || other.modifier() != column.modifier())
                        .isPresent())
                .allMatch(column -> files.areValuesOf(session, after.oid(), column));
    }
}
