package io.millrace.writer.mysql.structure;

import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.ForeignKeyCatalog;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlErrors;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes tables, and later what they get behind their load. These servers commit each such statement by itself, so the note in the
 * control schema stands before a table is made, and is ended after an item was made: a killed process finds the table missing and notes
 * it anew, or finds the item made and ends its note. Confined to one thread.
 */
public final class StructureMaker {
    /** Names meet, rows contradict, or something that was there is gone: asking again would be answered alike. */
    private static final Set<Integer> REFUSALS = Set.of(
            1005, 1044, 1059, 1061, 1062, 1069, 1071, 1072, 1142, 1146, 1170, 1214, 1215, 1216, 1252, 1283, 1452, 1553,
            1586, 1687, 1795, 1822, 1824, 1826, 1830, 3667, 3734, 3780, 6125);

    private final StructureLedger ledger;
    private final Dialect dialect;

    public StructureMaker(StructureLedger ledger, Dialect dialect) {
        this.ledger = ledger;
        this.dialect = dialect;
    }

    public void create(MySqlSession session, TableStructure structure) throws SQLException {
        Catalog.createSchema(session, structure.table().name().namespace());
        session.inTransaction(() -> {
            ledger.forget(session, structure.table().name());
            for (StructureItem item : structure.items()) {
                if (!item.isEarly()) {
                    ledger.insert(session, item);
                }
            }
            return null;
        });
        for (String sql : StructureSql.behindDatabase(structure, dialect)) {
            session.execute(sql);
        }
    }

    /** Why the item was refused; empty where it was made. */
    public Optional<String> make(MySqlSession session, StructureItem item) throws SQLException {
        try {
            if (!isMade(session, item)) {
                session.execute(StructureSql.item(item, name(session, item)));
            }
            ledger.end(session, item, Optional.empty());
            return Optional.empty();
        } catch (SQLException e) {
            if (!REFUSALS.contains(e.getErrorCode())) {
                throw e;
            }
            String why = SqlErrors.description(e);
            ledger.end(session, item, Optional.of(why));
            return Optional.of(why);
        }
    }

    private static boolean isMade(MySqlSession session, StructureItem item) throws SQLException {
        if (item.kind() == StructureItem.Kind.FOREIGN_KEY) {
            return ForeignKeyCatalog.of(session, item.table()).stream()
                    .anyMatch(key -> key.columns().equals(item.columns())
                            && key.reference().equals(item.reference()));
        }
        List<String> columns = session.rows(
                "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " AND INDEX_NAME = ? AND NON_UNIQUE = ? ORDER BY SEQ_IN_INDEX",
                row -> row.getString(1),
                item.table().namespace(),
                item.table().name(),
                item.name(),
                item.kind() == StructureItem.Kind.UNIQUE ? 0 : 1);
        return columns.equals(item.columns());
    }

    /** Names of foreign keys are a database's, those of indexes a table's own. */
    private static Optional<String> name(MySqlSession session, StructureItem item) throws SQLException {
        if (!Identifiers.fits(item.name()) || item.name().equalsIgnoreCase("PRIMARY")) {
            return Optional.empty();
        }
        TableId table = item.table();
        List<String> taken = item.kind() == StructureItem.Kind.FOREIGN_KEY
                ? session.rows(
                        "SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS"
                                + " WHERE CONSTRAINT_SCHEMA = ? AND CONSTRAINT_NAME = ?",
                        row -> row.getString(1),
                        table.namespace(),
                        item.name())
                : session.rows(
                        "SELECT INDEX_NAME FROM information_schema.STATISTICS"
                                + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_NAME = ?",
                        row -> row.getString(1),
                        table.namespace(),
                        table.name(),
                        item.name());
        return taken.isEmpty() ? Optional.of(item.name()) : Optional.empty();
    }
}
