package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LedgerEntry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.core.Query;

/**
 * Checkpoints and ledger of one task, in tables that all tasks of a control schema share. Each call is one transaction of
 * its own over the target's control session. Confined to one thread.
 */
final class PostgresControlStore implements ControlStore {
    private final SessionHolder sessions;
    private final String controlSchema;
    private final String task;
    private final Checkpoints checkpoints;
    private final LoadLedger ledger;
    private final StructureLedger structure;
    private final StatementLedger statements;

    PostgresControlStore(SessionHolder sessions, String controlSchema, String task) {
        this.sessions = sessions;
        this.controlSchema = controlSchema;
        this.task = task;
        checkpoints = new Checkpoints(controlSchema, task);
        ledger = new LoadLedger(controlSchema, task);
        structure = new StructureLedger(controlSchema, task);
        statements = new StatementLedger(controlSchema, task);
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return sessions.run(
                "reading checkpoints",
                session -> exists(session, checkpoints.table()) ? checkpoints.read(session, false) : List.of());
    }

    @Override
    public void prepare() {
        sessions.run("making the control schema", session -> {
            boolean isWhole = true;
            for (String table : tables()) {
                isWhole &= exists(session, table);
            }
            if (!isWhole) {
                session.inTransaction(() -> {
                    // IF NOT EXISTS looks before it makes: two tasks at once would both see nothing.
                    session.createSchema(controlSchema);
                    session.execute(checkpoints.create());
                    session.execute(ledger.create());
                    session.execute(structure.create());
                    for (String sql : statements.create()) {
                        session.execute(sql);
                    }
                    return null;
                });
            }
            return null;
        });
    }

    private List<String> tables() {
        List<String> all = new ArrayList<>(List.of(checkpoints.table(), ledger.table(), structure.table()));
        all.addAll(statements.tables());
        return all;
    }

    @Override
    public List<Checkpoint> takeOver() {
        return sessions.run("taking the task over", session -> {
            if (!exists(session, checkpoints.table())) {
                return List.of();
            }
            return session.inTransaction(() -> {
                session.lock(controlSchema + " task " + task);
                List<Checkpoint> found = checkpoints.read(session, true);
                long epoch = found.stream().mapToLong(Checkpoint::epoch).max().orElse(0) + 1;
                update(session, "UPDATE " + checkpoints.table() + " SET epoch = " + epoch + " WHERE task = ?");
                return found.stream()
                        .map(checkpoint -> withEpoch(checkpoint, epoch))
                        .toList();
            });
        });
    }

    private static Checkpoint withEpoch(Checkpoint checkpoint, long epoch) {
        return new Checkpoint(
                checkpoint.lane(),
                checkpoint.laneCount(),
                checkpoint.layoutVersion(),
                epoch,
                checkpoint.logId(),
                checkpoint.logIndex(),
                checkpoint.position(),
                checkpoint.lastTransaction(),
                checkpoint.rowsIntoTransaction(),
                checkpoint.counters());
    }

    @Override
    public void replace(List<Checkpoint> expected, List<Checkpoint> next) {
        sessions.run(
                "replacing checkpoints",
                session -> session.inTransaction(() -> {
                    session.lock(controlSchema + " task " + task);
                    requireSame(checkpoints.read(session, true), expected);
                    update(session, "DELETE FROM " + checkpoints.table() + " WHERE task = ?");
                    Query insert = session.prepare(checkpoints.insert());
                    for (Checkpoint checkpoint : next) {
                        checkpoints.insert(session.pipeline(), insert, checkpoint);
                    }
                    session.pipeline().flush();
                    return null;
                }));
    }

    private void requireSame(List<Checkpoint> found, List<Checkpoint> expected) {
        if (!isSame(found, expected)) {
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "the task's checkpoints are not those that were expected: task=" + task + ", expected="
                            + expected.size() + ", found=" + found.size());
        }
    }

    /** By what a lane compares: lane, epoch, log and index. */
    private static boolean isSame(List<Checkpoint> found, List<Checkpoint> expected) {
        if (found.size() != expected.size()) {
            return false;
        }
        List<Checkpoint> sorted = new ArrayList<>(expected);
        sorted.sort((a, b) -> Integer.compare(a.lane(), b.lane()));
        for (int i = 0; i < found.size(); i++) {
            Checkpoint a = found.get(i);
            Checkpoint b = sorted.get(i);
            if (a.lane() != b.lane()
                    || a.epoch() != b.epoch()
                    || !a.logId().equals(b.logId())
                    || a.logIndex() != b.logIndex()
                    || a.rowsIntoTransaction() != b.rowsIntoTransaction()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<LedgerEntry> ledger() {
        return sessions.run(
                "reading the load ledger",
                session -> exists(session, ledger.table()) ? ledger.read(session) : List.of());
    }

    @Override
    public void empty(Collection<TableId> tables, Collection<LedgerEntry> noted, long epoch) {
        sessions.run(
                "emptying tables",
                session -> session.inTransaction(() -> {
                    checkpoints.requireEpoch(session, epoch);
                    for (String sql : StandingRows.emptying(tables)) {
                        session.execute(sql);
                    }
                    ledger.insert(session, noted);
                    return null;
                }));
    }

    @Override
    public boolean request(Collection<LedgerEntry> entries) {
        return sessions.run(
                "asking for a reload",
                session -> session.inTransaction(() -> {
                    session.lock(controlSchema + " task " + task);
                    if (ledger.hasAny(session, entries)) {
                        return false;
                    }
                    ledger.insert(session, entries);
                    return true;
                }));
    }

    @Override
    public void rewrite(Collection<TableId> sources, Collection<LedgerEntry> next, long epoch) {
        sessions.run(
                "rewriting the load ledger",
                session -> session.inTransaction(() -> {
                    session.lock(controlSchema + " task " + task);
                    checkpoints.requireEpoch(session, epoch);
                    ledger.move(session, sources, Map.of());
                    ledger.insert(session, next);
                    return null;
                }));
    }

    @Override
    public void endLoad(SourcePosition end, long epoch) {
        sessions.run(
                "noting the load's end",
                session -> session.inTransaction(() -> {
                    checkpoints.requireEpoch(session, epoch);
                    try (PreparedStatement statement = session.connection().prepareStatement(ledger.end())) {
                        statement.setString(1, end.text());
                        statement.setString(2, task);
                        statement.executeUpdate();
                    }
                    update(session, ledger.endReloads());
                    return null;
                }));
    }

    @Override
    public List<FollowedTable> followed() {
        return sessions.run(
                "reading tables that are followed",
                session -> areStatementsThere(session) ? statements.followed(session) : List.of());
    }

    private boolean areStatementsThere(PostgresSession session) throws SQLException {
        boolean areThere = true;
        for (String table : statements.tables()) {
            areThere &= exists(session, table);
        }
        return areThere;
    }

    @Override
    public void keep(Collection<FollowedTable> tables) {
        sessions.run(
                "keeping tables that are followed",
                session -> session.inTransaction(() -> {
                    statements.keep(session, tables);
                    return null;
                }));
    }

    @Override
    public void begin(Collection<FollowedTable> tables) {
        sessions.run(
                "keeping tables that are followed",
                session -> session.inTransaction(() -> {
                    statements.forgetAll(session);
                    statements.keep(session, tables);
                    return null;
                }));
    }

    @Override
    public void undoLoads(Map<TableId, TableId> tables, List<Checkpoint> expected) {
        sessions.run(
                "undoing loads",
                session -> session.inTransaction(() -> {
                    requireSame(checkpoints.read(session, true), expected);
                    ledger.move(session, tables.keySet(), Map.of());
                    for (TableId target : tables.values()) {
                        session.execute("DELETE FROM " + Identifiers.quote(target));
                    }
                    return null;
                }));
    }

    @Override
    public Optional<DdlRecord> newestStatement() {
        return read(true).stream().findFirst();
    }

    @Override
    public List<DdlRecord> statements() {
        return read(false);
    }

    private List<DdlRecord> read(boolean isNewestOnly) {
        return sessions.run(
                "reading statements",
                session -> areStatementsThere(session) ? statements.read(session, isNewestOnly) : List.of());
    }

    @Override
    public void begin(DdlRecord intent, List<Checkpoint> expected) {
        sessions.run(
                "noting a statement",
                session -> session.inTransaction(() -> {
                    session.lock(controlSchema + " task " + task);
                    requireSame(checkpoints.read(session, true), expected);
                    statements.insert(session, intent);
                    return null;
                }));
    }

    @Override
    public void end(
            DdlRecord ended,
            Collection<FollowedTable> tables,
            Collection<TableId> gone,
            Map<TableId, TableId> renamed) {
        sessions.run(
                "noting a statement's end",
                session -> session.inTransaction(() -> {
                    if (!statements.end(session, ended)) {
                        throw new MillraceException(
                                ErrorCode.TARGET_FENCED,
                                "the statement does not stand as begun: task=" + task + ", " + ended.place());
                    }
                    ledger.move(session, gone, renamed);
                    statements.forget(session, gone);
                    statements.keep(session, tables);
                    return null;
                }));
    }

    @Override
    public void note(long ordinal, String outlines) {
        sessions.run("noting how far a statement is", session -> {
            statements.note(session, ordinal, outlines);
            return null;
        });
    }

    @Override
    public void move(long ordinal, DdlRecord.At at) {
        sessions.run("moving a statement", session -> {
            statements.move(session, ordinal, at);
            return null;
        });
    }

    @Override
    public void remove() {
        sessions.run(
                "removing checkpoints",
                session -> session.inTransaction(() -> {
                    for (String table : tables()) {
                        if (exists(session, table)) {
                            update(session, "DELETE FROM " + table + " WHERE task = ?");
                        }
                    }
                    return null;
                }));
    }

    private void update(PostgresSession session, String sql) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            statement.setString(1, task);
            statement.executeUpdate();
        }
    }

    private static boolean exists(PostgresSession session, String table) throws SQLException {
        return Catalog.exists(session.connection(), table);
    }
}
