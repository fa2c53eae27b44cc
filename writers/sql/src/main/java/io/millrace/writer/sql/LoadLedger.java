package io.millrace.writer.sql;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.LedgerEntry;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The load ledger's statements: rows to records and back. */
public abstract class LoadLedger<S extends SqlSession> {
    public static final String NAME = "load_ledger";

    private final String table;
    private final String task;
    private final String columns;

    /**
     * Of one task.
     *
     * @param table in quotes, with its schema
     * @param rows how the column is called that counts a chunk's rows
     */
    protected LoadLedger(String table, String task, String rows) {
        this.table = table;
        this.task = task;
        columns = "source_schema, source_table, chunk, lower_bound, upper_bound, watermark, shape, " + rows;
    }

    public final String table() {
        return table;
    }

    protected final String task() {
        return task;
    }

    /** All but the task and the moment. */
    protected final String columns() {
        return columns;
    }

    /** The statement that makes the table where it is missing. */
    public abstract String create();

    public final List<LedgerEntry> read(S session) throws SQLException {
        return session.rows(
                "SELECT " + columns + " FROM " + table + " WHERE task = ? ORDER BY source_schema, source_table, chunk",
                row -> new LedgerEntry(
                        new TableId(row.getString(1), row.getString(2)),
                        row.getInt(3),
                        Optional.ofNullable(row.getString(4)).map(KeyBound::parse),
                        Optional.ofNullable(row.getString(5)).map(KeyBound::parse),
                        SourcePosition.parse(row.getString(6)),
                        row.getString(7),
                        row.getLong(8)),
                task);
    }

    /** Notes the load's end, for each table that has none, and that nothing is loaded again any more. */
    public abstract void end(S session, SourcePosition end) throws SQLException;

    /** Entries of no chunk, or of chunks in whose place nothing is written now; in the open transaction. */
    public abstract void insert(S session, Collection<LedgerEntry> entries) throws SQLException;

    /** Adds entries, in a transaction of its own, unless one of them stands there already. */
    public abstract boolean request(S session, Collection<LedgerEntry> entries) throws SQLException;

    /** Tables have other names, which others of them may have had, or none: then what was loaded of them is forgotten. */
    public final void move(S session, Collection<TableId> gone, Map<TableId, TableId> renamed) throws SQLException {
        Map<TableId, TableId> between = new LinkedHashMap<>();
        for (TableId from : gone) {
            Optional<TableId> to = Optional.ofNullable(renamed.get(from));
            TableId none = new TableId("", Integer.toString(between.size())); // no table is called so
            move(session, from, to.map(name -> none));
            to.ifPresent(name -> between.put(none, name));
        }
        for (Map.Entry<TableId, TableId> each : between.entrySet()) {
            move(session, each.getKey(), Optional.of(each.getValue()));
        }
    }

    private void move(S session, TableId from, Optional<TableId> to) throws SQLException {
        String where = " WHERE task = ? AND source_schema = ? AND source_table = ?";
        if (to.isEmpty()) {
            session.update("DELETE FROM " + table + where, task, from.namespace(), from.name());
            return;
        }
        session.update(
                "UPDATE " + table + " SET source_schema = ?, source_table = ?" + where,
                to.get().namespace(),
                to.get().name(),
                task,
                from.namespace(),
                from.name());
    }
}
