package io.millrace.writer.postgres.structure;

import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The items that a task's own tables get behind their load, as rows of the control schema: names only, from which a statement is
 * made anew each time, so that nobody who can write here has us execute a statement.
 */
public final class StructureLedger {
    private static final String COLUMNS = "kind, table_schema, table_name, name, columns, parent_schema, parent_table,"
            + " parent_columns, on_delete, on_update";

    private final String table;
    private final String task;

    public StructureLedger(String controlSchema, String task) {
        table = Identifiers.quote(controlSchema) + ".structure";
        this.task = task;
    }

    public String table() {
        return table;
    }

    public String create() {
        return "CREATE TABLE IF NOT EXISTS " + table
                + " (task text NOT NULL, ordinal bigint NOT NULL GENERATED ALWAYS AS"
                + " IDENTITY, kind text NOT NULL, table_schema text NOT NULL, table_name text NOT NULL,"
                + " name text NOT NULL, columns text[] NOT NULL, parent_schema text, parent_table text,"
                + " parent_columns text[], on_delete text, on_update text, made_at timestamptz, refused text,"
                + " PRIMARY KEY (task, table_schema, table_name, kind, name))";
    }

    /** Notes an item; what was noted of a table of that name before is forgotten first by {@link #forget}. */
    void insert(PostgresSession session, StructureItem item) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "INSERT INTO " + table + " (task, " + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            statement.setString(1, task);
            statement.setString(2, item.kind().name());
            statement.setString(3, item.table().namespace());
            statement.setString(4, item.table().name());
            statement.setString(5, item.name());
            statement.setArray(6, array(session, item.columns()));
            Optional<Reference> to = item.reference();
            statement.setString(7, to.map(each -> each.table().namespace()).orElse(null));
            statement.setString(8, to.map(each -> each.table().name()).orElse(null));
            statement.setArray(9, to.isPresent() ? array(session, to.get().columns()) : null);
            statement.setString(10, to.map(each -> each.onDelete().name()).orElse(null));
            statement.setString(11, to.map(each -> each.onUpdate().name()).orElse(null));
            statement.executeUpdate();
        }
    }

    private static Array array(PostgresSession session, List<String> texts) throws SQLException {
        return session.connection().createArrayOf("text", texts.toArray());
    }

    void forget(PostgresSession session, TableId of) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement("DELETE FROM " + table + " WHERE task = ? AND table_schema = ? AND table_name = ?")) {
            statement.setString(1, task);
            statement.setString(2, of.namespace());
            statement.setString(3, of.name());
            statement.executeUpdate();
        }
    }

    /** Neither made nor refused: indexes first, foreign keys last. */
    public List<StructureItem> pending(PostgresSession session) throws SQLException {
        return read(
                session,
                " AND made_at IS NULL AND refused IS NULL ORDER BY CASE kind WHEN 'FOREIGN_KEY' THEN 2 WHEN 'UNIQUE' THEN 1"
                        + " ELSE 0 END, ordinal");
    }

    /** Everything that was ever noted. */
    public List<StructureItem> all(PostgresSession session) throws SQLException {
        return read(session, " ORDER BY ordinal");
    }

    private List<StructureItem> read(PostgresSession session, String tail) throws SQLException {
        List<StructureItem> items = new ArrayList<>();
        try (PreparedStatement statement = session.connection()
                .prepareStatement("SELECT " + COLUMNS + " FROM " + table + " WHERE task = ?" + tail)) {
            statement.setString(1, task);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    items.add(item(rows));
                }
            }
        }
        return items;
    }

    private static StructureItem item(ResultSet row) throws SQLException {
        Optional<Reference> to = Optional.empty();
        if (row.getString(7) != null) {
            to = Optional.of(new Reference(
                    new TableId(row.getString(6), row.getString(7)),
                    List.of((String[]) row.getArray(8).getArray()),
                    KeyAction.valueOf(row.getString(9)),
                    KeyAction.valueOf(row.getString(10))));
        }
        return new StructureItem(
                StructureItem.Kind.valueOf(row.getString(1)),
                new TableId(row.getString(2), row.getString(3)),
                row.getString(4),
                List.of((String[]) row.getArray(5).getArray()),
                to,
                false);
    }

    /**
     * Notes how an item ended.
     *
     * @param refused why it was not made; empty where it was
     */
    void end(PostgresSession session, StructureItem item, Optional<String> refused) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "UPDATE " + table + " SET made_at = CASE WHEN ?::text IS NULL THEN pg_catalog.now() END,"
                                + " refused = ? WHERE task = ? AND table_schema = ? AND table_name = ? AND kind = ?"
                                + " AND name = ?")) {
            statement.setString(1, refused.orElse(null));
            statement.setString(2, refused.orElse(null));
            statement.setString(3, task);
            statement.setString(4, item.table().namespace());
            statement.setString(5, item.table().name());
            statement.setString(6, item.kind().name());
            statement.setString(7, item.name());
            statement.executeUpdate();
        }
    }
}
