package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LedgerEntry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checkpoints and ledger of one task, in tables that all tasks of a control schema share. Each call is one transaction of
 * its own over the target's control session. Confined to one thread.
 */
final class MySqlControlStore implements ControlStore {
    private final SessionHolder sessions;
    private final SessionHolder slowSessions;
    private final String controlSchema;
    private final String task;
    private final Checkpoints checkpoints;
    private final LoadLedger ledger;
    private final StructureLedger structure;
    private final StatementLedger statements;

    /** @param slowSessions for what may take long without a word */
    MySqlControlStore(
            SessionHolder sessions, SessionHolder slowSessions, String controlSchema, String task, Dialect dialect) {
        this.sessions = sessions;
        this.slowSessions = slowSessions;
        this.controlSchema = controlSchema;
        this.task = task;
        checkpoints = new Checkpoints(controlSchema, task, dialect);
        ledger = new LoadLedger(controlSchema, task, dialect);
        structure = new StructureLedger(controlSchema, task, dialect);
        statements = new StatementLedger(controlSchema, task, dialect);
    }

    @Override
    public List<Checkpoint> checkpoints() {
        return sessions.run(
                "reading checkpoints",
                session -> exists(session, Checkpoints.NAME) ? checkpoints.read(session, false) : List.of());
    }

    @Override
    public void prepare() {
        sessions.run("making the control schema", session -> {
            if (!exists(session, Checkpoints.NAME)
                    || !exists(session, LoadLedger.NAME)
                    || !exists(session, StructureLedger.NAME)
                    || !areStatementsThere(session)) {
                Catalog.createSchema(session, controlSchema);
                session.execute(checkpoints.create());
                session.execute(ledger.create());
                session.execute(structure.create());
                for (String sql : statements.create()) {
                    session.execute(sql);
                }
            }
            return null;
        });
    }

    @Override
    public List<Checkpoint> takeOver() {
        return sessions.run("taking the task over", session -> {
            if (!exists(session, Checkpoints.NAME)) {
                return List.of();
            }
            return session.inTransaction(() -> {
                List<Checkpoint> found = checkpoints.read(session, true);
                long epoch = found.stream().mapToLong(Checkpoint::epoch).max().orElse(0) + 1;
                session.update("UPDATE " + checkpoints.table() + " SET epoch = ? WHERE task = ?", epoch, task);
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
                    List<Checkpoint> found = checkpoints.read(session, true);
                    requireSame(found, expected);
                    if (!found.isEmpty()) {
                        // Only what is locked: where there was nothing, another process may have begun the task since.
                        session.update("DELETE FROM " + checkpoints.table() + " WHERE task = ?", task);
                    }
                    for (Checkpoint checkpoint : next) {
                        insert(session, checkpoint);
                    }
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
                session -> exists(session, LoadLedger.NAME) ? ledger.read(session) : List.of());
    }

    @Override
    public void empty(Collection<TableId> tables, Collection<LedgerEntry> noted, long epoch) {
        slowSessions.run(
                "emptying tables",
                session -> session.inTransaction(() -> {
                    checkpoints.requireEpoch(session, epoch);
                    StandingRows.empty(session, tables);
                    ledger.insert(session, noted);
                    return null;
                }));
    }

    @Override
    public boolean request(Collection<LedgerEntry> entries) {
        return sessions.run("asking for a reload", session -> {
            try {
                return session.inTransaction(() -> {
                    ledger.insert(session, entries);
                    return true;
                });
            } catch (SQLException e) {
                if (e.getErrorCode() != StatementException.DUPLICATE_ENTRY) {
                    throw e;
                }
                return false;
            }
        });
    }

    @Override
    public void rewrite(Collection<TableId> sources, Collection<LedgerEntry> next, long epoch) {
        sessions.run(
                "rewriting the load ledger",
                session -> session.inTransaction(() -> {
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
                    ledger.end(session, end);
                    ledger.endReloads(session);
                    return null;
                }));
    }

    @Override
    public List<FollowedTable> followed() {
        return sessions.run(
                "reading tables that are followed",
                session -> areStatementsThere(session) ? statements.followed(session) : List.of());
    }

    private boolean areStatementsThere(MySqlSession session) throws SQLException {
        return exists(session, StatementLedger.NAME) && exists(session, StatementLedger.SHAPES);
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
                        session.update("DELETE FROM " + Identifiers.quote(target));
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
                    if (exists(session, Checkpoints.NAME)) {
                        session.update("DELETE FROM " + checkpoints.table() + " WHERE task = ?", task);
                    }
                    if (exists(session, LoadLedger.NAME)) {
                        session.update("DELETE FROM " + ledger.table() + " WHERE task = ?", task);
                    }
                    if (exists(session, StructureLedger.NAME)) {
                        session.update("DELETE FROM " + structure.table() + " WHERE task = ?", task);
                    }
                    if (areStatementsThere(session)) {
                        statements.removeAll(session);
                    }
                    return null;
                }));
    }

    /** Where there was no row to lock, another process may insert its own at the same time: the key lets one of them win. */
    private void insert(MySqlSession session, Checkpoint checkpoint) throws SQLException {
        try {
            checkpoints.insert(session, checkpoint);
        } catch (SQLException e) {
            if (e.getErrorCode() != StatementException.DUPLICATE_ENTRY) {
                throw e;
            }
            throw new MillraceException(
                    ErrorCode.TARGET_FENCED,
                    "another process began the task at the same time: task=" + task + ", lane=" + checkpoint.lane());
        }
    }

    private boolean exists(MySqlSession session, String table) throws SQLException {
        return Catalog.exists(session, controlSchema, table);
    }
}
