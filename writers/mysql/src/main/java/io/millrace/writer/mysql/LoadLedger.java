package io.millrace.writer.mysql;

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
final class LoadLedger {
    static final String NAME = "load_ledger";

    private static final String COLUMNS =
            "source_schema, source_table, chunk, lower_bound, upper_bound, watermark, shape, row_count";

    private final String table;
    private final String task;
    private final Dialect dialect;

    LoadLedger(String controlSchema, String task, Dialect dialect) {
        table = Identifiers.quote(controlSchema) + "." + NAME;
        this.task = task;
        this.dialect = dialect;
    }

    String table() {
        return table;
    }

    String create() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (task varchar(128) NOT NULL,"
                + " source_schema varchar(64) NOT NULL, source_table varchar(64) NOT NULL, chunk int NOT NULL,"
                + " lower_bound longtext, upper_bound longtext, watermark longtext NOT NULL, shape text NOT NULL,"
                + " row_count bigint NOT NULL, loaded_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
                + " PRIMARY KEY (task, source_schema, source_table, chunk)) ENGINE=InnoDB DEFAULT COLLATE="
                + dialect.binaryCollation();
    }

    List<LedgerEntry> read(MySqlSession session) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE task = ? ORDER BY source_schema, source_table, chunk",
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

    /** Of each table that has none. */
    void end(MySqlSession session, SourcePosition end) throws SQLException {
        session.update(
                "INSERT INTO " + table + " (task, " + COLUMNS + ") SELECT task, source_schema, source_table, "
                        + LedgerEntry.END + ", NULL, NULL, ?, '', 0 FROM (SELECT task, source_schema, source_table,"
                        + " MAX(chunk = " + LedgerEntry.END + ") is_ended FROM " + table
                        + " WHERE task = ? GROUP BY task, source_schema, source_table) loaded WHERE is_ended = 0",
                end.text(),
                task);
    }

    void endReloads(MySqlSession session) throws SQLException {
        session.update("DELETE FROM " + table + " WHERE task = ? AND chunk = " + LedgerEntry.RELOADING, task);
    }

    void insert(MySqlSession session, Collection<LedgerEntry> entries) throws SQLException {
        for (LedgerEntry entry : entries) {
            insert(session, entry);
        }
    }

    void insert(MySqlSession session, LedgerEntry entry) throws SQLException {
        session.update(
                "INSERT INTO " + table + " (task, " + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                task,
                entry.source().namespace(),
                entry.source().name(),
                entry.number(),
                entry.lower().map(KeyBound::text).orElse(null),
                entry.upper().map(KeyBound::text).orElse(null),
                entry.watermark().text(),
                entry.shape(),
                entry.rows());
    }

    /** Tables have other names, which others of them may have had, or none: then what was loaded of them is forgotten. */
    void move(MySqlSession session, Collection<TableId> gone, Map<TableId, TableId> renamed) throws SQLException {
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

    private void move(MySqlSession session, TableId from, Optional<TableId> to) throws SQLException {
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
