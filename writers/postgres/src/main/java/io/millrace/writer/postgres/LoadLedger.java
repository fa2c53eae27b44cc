package io.millrace.writer.postgres;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import io.millrace.writer.LedgerEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.core.Query;

/** The load ledger's statements: rows to records and back. */
final class LoadLedger {
    private static final String COLUMNS =
            "source_schema, source_table, chunk, lower_bound, upper_bound, watermark, shape, rows";

    private final String table;
    private final String task;

    LoadLedger(String controlSchema, String task) {
        table = Identifiers.quote(controlSchema) + ".load_ledger";
        this.task = task;
    }

    String table() {
        return table;
    }

    String create() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (task text NOT NULL, source_schema text NOT NULL,"
                + " source_table text NOT NULL, chunk integer NOT NULL, lower_bound text, upper_bound text,"
                + " watermark text NOT NULL, shape text NOT NULL, rows bigint NOT NULL,"
                + " loaded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),"
                + " PRIMARY KEY (task, source_schema, source_table, chunk))";
    }

    List<LedgerEntry> read(PostgresSession session) throws SQLException {
        List<LedgerEntry> entries = new ArrayList<>();
        try (PreparedStatement statement = session.connection()
                .prepareStatement("SELECT " + COLUMNS + " FROM " + table
                        + " WHERE task = ? ORDER BY source_schema, source_table, chunk")) {
            statement.setString(1, task);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    entries.add(new LedgerEntry(
                            new TableId(rows.getString(1), rows.getString(2)),
                            rows.getInt(3),
                            Optional.ofNullable(rows.getString(4)).map(KeyBound::parse),
                            Optional.ofNullable(rows.getString(5)).map(KeyBound::parse),
                            SourcePosition.parse(rows.getString(6)),
                            rows.getString(7),
                            rows.getLong(8)));
                }
            }
        }
        return entries;
    }

    /** Of each table that has none. Parameters: the end, the task. */
    String end() {
        return "INSERT INTO " + table + " (task, " + COLUMNS + ") SELECT task, source_schema, source_table, "
                + LedgerEntry.END + ", NULL, NULL, ?, '', 0 FROM " + table
                + " WHERE task = ? GROUP BY task, source_schema, source_table HAVING NOT bool_or(chunk = "
                + LedgerEntry.END + ")";
    }

    /** Parameter: the task. */
    String endReloads() {
        return "DELETE FROM " + table + " WHERE chunk = " + LedgerEntry.RELOADING + " AND task = ?";
    }

    boolean hasAny(PostgresSession session, Collection<LedgerEntry> entries) throws SQLException {
        List<LedgerEntry> standing = read(session);
        return entries.stream()
                .anyMatch(entry -> standing.stream()
                        .anyMatch(each ->
                                each.number() == entry.number() && each.source().equals(entry.source())));
    }

    /** Entries of no chunk, or of chunks in whose place nothing is written now. */
    void insert(PostgresSession session, Collection<LedgerEntry> entries) throws SQLException {
        Query query = session.prepare(insert());
        session.pipeline().reset();
        for (LedgerEntry entry : entries) {
            insert(session.pipeline(), query, entry);
        }
        if (!entries.isEmpty()) {
            session.pipeline().flush();
        }
    }

    /** NULLIF, because a parameter of the pipeline is never NULL. */
    String insert() {
        return "INSERT INTO " + table + " (task, " + COLUMNS
                + ") VALUES (?, ?, ?, ?, NULLIF(?, ''), NULLIF(?, ''), ?, ?, ?)";
    }

    void insert(Pipeline pipeline, Query query, LedgerEntry entry) {
        pipeline.begin(query);
        pipeline.parameter(task, Oids.TEXT);
        pipeline.parameter(entry.source().namespace(), Oids.TEXT);
        pipeline.parameter(entry.source().name(), Oids.TEXT);
        pipeline.output().putInt(entry.number());
        pipeline.parameter(Oids.INT4);
        pipeline.parameter(entry.lower().map(KeyBound::text).orElse(""), Oids.TEXT);
        pipeline.parameter(entry.upper().map(KeyBound::text).orElse(""), Oids.TEXT);
        pipeline.parameter(entry.watermark().text(), Oids.TEXT);
        pipeline.parameter(entry.shape(), Oids.TEXT);
        pipeline.output().putLong(entry.rows());
        pipeline.parameter(Oids.INT8);
    }

    /** Tables have other names, which others of them may have had, or none: then what was loaded of them is forgotten. */
    void move(PostgresSession session, Collection<TableId> gone, Map<TableId, TableId> renamed) throws SQLException {
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

    private void move(PostgresSession session, TableId from, Optional<TableId> to) throws SQLException {
        String sql = to.isPresent()
                ? "UPDATE " + table + " SET source_schema = ?, source_table = ?"
                : "DELETE FROM " + table;
        try (PreparedStatement statement = session.connection()
                .prepareStatement(sql + " WHERE task = ? AND source_schema = ? AND source_table = ?")) {
            int i = 1;
            if (to.isPresent()) {
                statement.setString(i++, to.get().namespace());
                statement.setString(i++, to.get().name());
            }
            statement.setString(i++, task);
            statement.setString(i++, from.namespace());
            statement.setString(i, from.name());
            statement.executeUpdate();
        }
    }
}
