package io.millrace.writer.mysql.structure;

import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.NameList;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The items that a task's own tables get behind their load, as rows of the control schema: names, lengths and orders only, from which a
 * statement is made anew each time, so that nobody who can write here has us execute a statement.
 */
public final class StructureLedger {
    static final String NAME = "structure";

    private static final String COLUMNS = "kind, table_schema, table_name, name, column_names, parent_schema,"
            + " parent_table, parent_columns, on_delete, on_update";

    private final String controlSchema;
    private final String table;
    private final String task;
    private final Dialect dialect;

    public StructureLedger(String controlSchema, String task, Dialect dialect) {
        this.controlSchema = controlSchema;
        table = Identifiers.quote(controlSchema) + "." + NAME;
        this.task = task;
        this.dialect = dialect;
    }

    String table() {
        return table;
    }

    public boolean exists(MySqlSession session) throws SQLException {
        return Catalog.exists(session, controlSchema, NAME);
    }

    public String create() {
        return "CREATE TABLE IF NOT EXISTS " + table + " (ordinal bigint NOT NULL AUTO_INCREMENT,"
                + " task varchar(128) NOT NULL, kind varchar(16) NOT NULL, table_schema varchar(64) NOT NULL,"
                + " table_name varchar(64) NOT NULL, name varchar(64) NOT NULL, column_names text NOT NULL,"
                + " parent_schema varchar(64), parent_table varchar(64), parent_columns text, on_delete varchar(16),"
                + " on_update varchar(16), made_at timestamp(6) NULL, refused text,"
                + " PRIMARY KEY (ordinal), UNIQUE KEY item (task, table_schema, table_name, kind, name))"
                + " ENGINE=InnoDB DEFAULT COLLATE=" + dialect.binaryCollation();
    }

    /** Notes an item; what was noted of a table of that name before is forgotten first by {@link #forget}. */
    void insert(MySqlSession session, StructureItem item) throws SQLException {
        Optional<Reference> to = item.reference();
        session.update(
                "INSERT INTO " + table + " (task, " + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                task,
                item.kind().name(),
                item.table().namespace(),
                item.table().name(),
                item.name(),
                IndexColumns.text(item),
                to.map(each -> each.table().namespace()).orElse(null),
                to.map(each -> each.table().name()).orElse(null),
                to.map(each -> NameList.text(each.columns())).orElse(null),
                to.map(each -> each.onDelete().name()).orElse(null),
                to.map(each -> each.onUpdate().name()).orElse(null));
    }

    void forget(MySqlSession session, TableId of) throws SQLException {
        session.update(
                "DELETE FROM " + table + " WHERE task = ? AND table_schema = ? AND table_name = ?",
                task,
                of.namespace(),
                of.name());
    }

    /** Neither made nor refused: indexes first, foreign keys last. */
    public List<StructureItem> pending(MySqlSession session) throws SQLException {
        return read(
                session,
                " AND made_at IS NULL AND refused IS NULL ORDER BY CASE kind WHEN 'FOREIGN_KEY' THEN 2 WHEN 'UNIQUE' THEN 1"
                        + " ELSE 0 END, ordinal");
    }

    /** Everything that was ever noted; nothing where the table is missing. */
    public List<StructureItem> all(MySqlSession session) throws SQLException {
        return exists(session) ? read(session, " ORDER BY ordinal") : List.of();
    }

    private List<StructureItem> read(MySqlSession session, String tail) throws SQLException {
        return session.rows(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE task = ?" + tail, StructureLedger::item, task);
    }

    private static StructureItem item(ResultSet row) throws SQLException {
        Optional<Reference> to = Optional.empty();
        if (row.getString(7) != null) {
            to = Optional.of(new Reference(
                    new TableId(row.getString(6), row.getString(7)),
                    NameList.parse(row.getString(8)),
                    KeyAction.valueOf(row.getString(9)),
                    KeyAction.valueOf(row.getString(10))));
        }
        List<IndexPart> parts = IndexColumns.parse(row.getString(5));
        return new StructureItem(
                        StructureItem.Kind.valueOf(row.getString(1)),
                        new TableId(row.getString(2), row.getString(3)),
                        row.getString(4),
                        parts.stream().map(IndexPart::column).toList(),
                        to,
                        false)
                .withParts(parts);
    }

    /**
     * Notes how an item ended.
     *
     * @param refused why it was not made; empty where it was
     */
    void end(MySqlSession session, StructureItem item, Optional<String> refused) throws SQLException {
        session.update(
                "UPDATE " + table + " SET made_at = IF(? IS NULL, CURRENT_TIMESTAMP(6), NULL), refused = ?"
                        + " WHERE task = ? AND table_schema = ? AND table_name = ? AND kind = ? AND name = ?",
                refused.orElse(null),
                refused.orElse(null),
                task,
                item.table().namespace(),
                item.table().name(),
                item.kind().name(),
                item.name());
    }
}
