package io.millrace.writer.sql;

import io.millrace.schema.TableId;
import io.millrace.wal.codec.DdlCodec;
import io.millrace.writer.DdlRecord;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Statements of the source at which a task's lanes stood, and the shapes that its tables have there, as rows of the control schema. */
public abstract class StatementLedger<S extends SqlSession> {
    public static final String NAME = "ddl";
    public static final String SHAPES = "shape";
    public static final String LEFT = "left_rows";

    private static final String COLUMNS = "ordinal, place, verb, tables, policy, outcome, log_id, log_index,"
            + " source_position, rows_into_transaction, number, statement, event, outlines";

    private final String statements;
    private final String shapes;
    private final String left;
    private final String task;

    /**
     * Of one task.
     *
     * @param statements the table of statements, in quotes, with its schema
     * @param shapes that of shapes
     * @param left that of rows of tables that are the task's no more
     */
    protected StatementLedger(String statements, String shapes, String left, String task) {
        this.statements = statements;
        this.shapes = shapes;
        this.left = left;
        this.task = task;
    }

    protected final String statements() {
        return statements;
    }

    protected final String shapes() {
        return shapes;
    }

    protected final String left() {
        return left;
    }

    /** The statements that make the tables where they are missing. */
    public abstract List<String> create();

    /** The moment, as an expression. */
    protected abstract String now();

    /** An identity as a parameter. */
    protected abstract Object parameter(UUID id);

    /** A text of the source's as one that the server takes. */
    protected abstract String storable(String text);

    /** The statement that writes a shape over the one that stands. Parameters: task, schema, table, shape. */
    protected abstract String keeping();

    // ---- statements

    /** All of the task, or its newest. */
    public final List<DdlRecord> read(S session, boolean isNewestOnly) throws SQLException {
        String tail = isNewestOnly ? " ORDER BY ordinal DESC LIMIT 1" : " ORDER BY ordinal";
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + statements + " WHERE task = ?" + tail, StatementLedger::read, task);
    }

    private static DdlRecord read(ResultSet row) throws SQLException {
        return new DdlRecord(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                DdlRecord.Outcome.parse(row.getString(6)),
                new DdlRecord.At(
                        UUID.fromString(row.getString(7)),
                        row.getLong(8),
                        row.getString(9),
                        row.getLong(10),
                        row.getInt(11)),
                DdlCodec.decode(row.getBytes(13)),
                row.getString(14));
    }

    public final void insert(S session, DdlRecord added) throws SQLException {
        session.update(
                "INSERT INTO " + statements + " (task, " + COLUMNS + ") VALUES (?" + ", ?".repeat(14) + ")",
                task,
                added.ordinal(),
                added.place(),
                added.verb(),
                added.tables(),
                added.policy(),
                added.outcome().text(),
                parameter(added.at().logId()),
                added.at().logIndex(),
                added.at().position(),
                added.at().rowsIntoTransaction(),
                added.at().number(),
                storable(added.event().statement()),
                DdlCodec.encode(added.event()),
                added.outlines());
    }

    /** Returns whether it stood there as begun. */
    public final boolean end(S session, DdlRecord ended) throws SQLException {
        return session.update(
                        "UPDATE " + statements + " SET outcome = ?, ended_at = " + now()
                                + " WHERE task = ? AND ordinal = ? AND outcome = 'intent'",
                        ended.outcome().text(),
                        task,
                        ended.ordinal())
                == 1;
    }

    public final void note(S session, long ordinal, String outlines) throws SQLException {
        session.update(
                "UPDATE " + statements + " SET outlines = ? WHERE task = ? AND ordinal = ?", outlines, task, ordinal);
    }

    public final void move(S session, long ordinal, DdlRecord.At at) throws SQLException {
        session.update(
                "UPDATE " + statements + " SET log_id = ?, log_index = ? WHERE task = ? AND ordinal = ?",
                parameter(at.logId()),
                at.logIndex(),
                task,
                ordinal);
    }

    // ---- shapes

    public final List<FollowedTable> followed(S session) throws SQLException {
        return session.rows(
                "SELECT shape FROM " + shapes + " WHERE task = ? ORDER BY source_schema, source_table",
                row -> FollowedTable.decode(row.getBytes(1)),
                task);
    }

    public final void keep(S session, Collection<FollowedTable> kept) throws SQLException {
        for (FollowedTable table : kept) {
            session.update(
                    keeping(), task, table.table().namespace(), table.table().name(), table.encode());
        }
    }

    public final void forgetAll(S session) throws SQLException {
        session.update("DELETE FROM " + shapes + " WHERE task = ?", task);
    }

    public final void forget(S session, Collection<TableId> gone) throws SQLException {
        for (TableId table : gone) {
            session.update(
                    "DELETE FROM " + shapes + " WHERE task = ? AND source_schema = ? AND source_table = ?",
                    task,
                    table.namespace(),
                    table.name());
        }
    }

    // ---- rows that are left

    public final List<LeftRows> left(S session) throws SQLException {
        return session.rows(
                "SELECT source_schema, source_table, target_schema, target_table FROM " + left + " WHERE task = ?",
                row -> new LeftRows(
                        new TableId(row.getString(1), row.getString(2)),
                        new TableId(row.getString(3), row.getString(4))),
                task);
    }

    /** These and no others are left from here on. */
    public final void leave(S session, Collection<LeftRows> all) throws SQLException {
        Set<LeftRows> found = new HashSet<>(left(session));
        for (LeftRows rows : found) {
            if (!all.contains(rows)) {
                remove(session, rows);
            }
        }
        for (LeftRows rows : all) {
            if (found.add(rows)) {
                session.update(
                        "INSERT INTO " + left
                                + " (task, source_schema, source_table, target_schema, target_table)"
                                + " VALUES (?, ?, ?, ?, ?)",
                        task,
                        rows.source().namespace(),
                        rows.source().name(),
                        rows.target().namespace(),
                        rows.target().name());
            }
        }
    }

    /** Nothing is left in these targets. */
    public final void removeLeft(S session, Collection<TableId> targets) throws SQLException {
        for (LeftRows rows : left(session)) {
            if (targets.contains(rows.target())) {
                remove(session, rows);
            }
        }
    }

    private void remove(S session, LeftRows rows) throws SQLException {
        session.update(
                "DELETE FROM " + left + " WHERE task = ? AND source_schema = ? AND source_table = ?"
                        + " AND target_schema = ? AND target_table = ?",
                task,
                rows.source().namespace(),
                rows.source().name(),
                rows.target().namespace(),
                rows.target().name());
    }
}
