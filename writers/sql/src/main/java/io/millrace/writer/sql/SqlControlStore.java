package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.LeftRows;
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
public final class SqlControlStore<S extends SqlSession> implements ControlStore {
    private static final List<String> TABLES = List.of(
            Checkpoints.NAME,
            LoadLedger.NAME,
            ControlDialect.STRUCTURE,
            StatementLedger.NAME,
            StatementLedger.SHAPES,
            StatementLedger.LEFT);

    private final SessionHolder<S> sessions;
    private final SessionHolder<S> slowSessions;
    private final ControlDialect<S> dialect;
    private final String task;
    private final Checkpoints<S> checkpoints;
    private final LoadLedger<S> ledger;
    private final StatementLedger<S> statements;

    /**
     * Of one task.
     *
     * @param slowSessions for what may take long without a word
     */
    public SqlControlStore(SessionHolder<S> sessions, SessionHolder<S> slowSessions, ControlDialect<S> dialect) {
        this.sessions = sessions;
        this.slowSessions = slowSessions;
        this.dialect = dialect;
        task = dialect.task();
        checkpoints = dialect.checkpoints();
        ledger = dialect.loads();
        statements = dialect.statements();
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
            if (!exists(session, TABLES)) {
                List<String> making =
                        new ArrayList<>(List.of(checkpoints.create(), ledger.create(), dialect.createStructure()));
                making.addAll(statements.create());
                dialect.make(session, making);
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
                dialect.serialise(session);
                List<Checkpoint> found = checkpoints.read(session, true);
                long epoch = found.stream().mapToLong(Checkpoint::epoch).max().orElse(0) + 1;
                session.update("UPDATE " + checkpoints.table() + " SET epoch = " + epoch + " WHERE task = ?", task);
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
                    dialect.serialise(session);
                    List<Checkpoint> found = checkpoints.read(session, true);
                    requireSame(found, expected);
                    if (!found.isEmpty()) {
                        // Only what is locked: where there was nothing, another process may have begun the task since.
                        session.update("DELETE FROM " + checkpoints.table() + " WHERE task = ?", task);
                    }
                    checkpoints.insert(session, next);
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
                    dialect.empty(session, tables);
                    ledger.insert(session, noted);
                    statements.removeLeft(session, tables);
                    return null;
                }));
    }

    @Override
    public boolean request(Collection<LedgerEntry> entries) {
        return sessions.run("asking for a reload", session -> ledger.request(session, entries));
    }

    @Override
    public void rewrite(Collection<TableId> sources, Collection<LedgerEntry> next, long epoch) {
        sessions.run(
                "rewriting the load ledger",
                session -> session.inTransaction(() -> {
                    dialect.serialise(session);
                    checkpoints.requireEpoch(session, epoch);
                    ledger.move(session, sources, Map.of());
                    ledger.insert(session, next);
                    return null;
                }));
    }

    @Override
    public void leave(Collection<LedgerEntry> left, long epoch) {
        List<TableId> tables = left.stream().map(LedgerEntry::source).toList();
        sessions.run(
                "noting tables that are taken no more",
                session -> session.inTransaction(() -> {
                    dialect.serialise(session);
                    checkpoints.requireEpoch(session, epoch);
                    ledger.move(session, tables, Map.of());
                    ledger.insert(session, left);
                    statements.forget(session, tables);
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
                    return null;
                }));
    }

    @Override
    public List<FollowedTable> followed() {
        return sessions.run(
                "reading tables that are followed",
                session -> areStatementsThere(session) ? statements.followed(session) : List.of());
    }

    private boolean areStatementsThere(S session) throws SQLException {
        return exists(session, List.of(StatementLedger.NAME, StatementLedger.SHAPES));
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
                        session.update("DELETE FROM " + dialect.quote(target));
                    }
                    return null;
                }));
    }

    @Override
    public List<LeftRows> leftRows() {
        return sessions.run(
                "reading what is left of tables",
                session -> exists(session, StatementLedger.LEFT) ? statements.left(session) : List.of());
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
                    dialect.serialise(session);
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
            Map<TableId, TableId> renamed,
            Collection<LeftRows> left) {
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
                    statements.leave(session, left);
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
                    for (String name : TABLES) {
                        if (exists(session, name)) {
                            session.update("DELETE FROM " + dialect.table(name) + " WHERE task = ?", task);
                        }
                    }
                    return null;
                }));
    }

    private boolean exists(S session, List<String> names) throws SQLException {
        for (String name : names) {
            if (!exists(session, name)) {
                return false;
            }
        }
        return true;
    }

    private boolean exists(S session, String name) throws SQLException {
        return dialect.exists(session, name);
    }
}
