package io.millrace.writer.mysql.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.catalog.ForeignKeyCatalog;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.sql.KeyActions;
import io.millrace.writer.sql.ParentRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Actions of foreign keys at MySQL and MariaDB: a statement is of one parent, whose key is literals in it. */
final class MySqlKeyActions extends KeyActions<CompiledTable> {
    private final SqlOutput text = new SqlOutput(1024);
    private final MySqlSession session;
    private final Transaction transaction;

    MySqlKeyActions(MySqlSession session, Transaction transaction, List<StructureItem> keys, List<StructureItem> told) {
        super(keys, told, 1);
        this.session = session;
        this.transaction = transaction;
    }

    @Override
    protected Children children(StructureItem key, List<List<String>> keys, Set<String> names) throws SQLException {
        CatalogTable table = Catalog.table(session, key.table())
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.TARGET_TABLE_MISSING, "a table is missing at the target: table=" + key.table()));
        List<CatalogColumn> columns = new ArrayList<>();
        for (String name : names) {
            columns.add(table.column(name)
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            "a column is missing at the target: table=" + key.table() + ", column=" + name)));
        }
        ParentRows rows = new ParentRows(names);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            List<List<String>> found = transaction.ask(KeyActionSql.select(key, keys.get(i), columns));
            found.forEach(rows::add);
            numbers.addAll(Collections.nCopies(found.size(), i));
        }
        return new Children(numbers, rows);
    }

    @Override
    protected boolean exists(StructureItem key, List<List<String>> keys) throws SQLException {
        for (List<String> values : keys) {
            if (!transaction.ask(KeyActionSql.exists(key, values, keys)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected void delete(StructureItem key, List<List<String>> keys) throws SQLException {
        for (List<String> values : keys) {
            transaction.execute(KeyActionSql.delete(key, values));
        }
    }

    @Override
    protected void update(StructureItem key, List<List<String>> keys, List<List<String>> next) throws SQLException {
        for (int i = 0; i < keys.size(); i++) {
            transaction.execute(KeyActionSql.update(key, keys.get(i), next.get(i)));
        }
    }

    /** The transaction has used the table by then, so that keys neither come nor go until its end. */
    @Override
    protected Collection<StructureItem> enforced(TableId table) throws SQLException {
        session.execute("SELECT 1 FROM " + Identifiers.quote(table) + " LIMIT 0");
        return ForeignKeyCatalog.of(session, table);
    }

    @Override
    protected int sourceColumn(CompiledTable table, String name) {
        return column(table, name).sourceColumn();
    }

    private static CompiledColumn column(CompiledTable table, String name) {
        return table.columns().stream()
                .filter(each -> each.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow();
    }

    /** As a literal. */
    @Override
    protected String value(ImageFlyweight image, CompiledTable table, String name, int row) {
        CompiledColumn column = column(table, name);
        int number = column.sourceColumn();
        ColumnType type = table.plan().source().columns().get(number).type();
        text.clear();
        if (type == ColumnType.TEXT || type == ColumnType.BINARY) {
            text.putHex(image.buffer(), image.valueOffset(number), image.valueLength(number));
            String digits = text.ascii().toUpperCase(Locale.ROOT);
            return (type == ColumnType.TEXT ? "_utf8mb4 x'" : "x'") + digits + "'";
        }
        column.putLiteral(image, text, row);
        return text.ascii();
    }
}
