package io.millrace.writer.postgres.batch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.catalog.ForeignKeyCatalog;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.value.Fault;
import io.millrace.writer.postgres.value.TextEncoder;
import io.millrace.writer.sql.KeyActions;
import io.millrace.writer.sql.ParentRows;
import io.millrace.writer.sql.RowFault;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Actions of foreign keys at PostgreSQL: a statement is of any number of parents, whose keys are arrays of text. */
final class PostgresKeyActions extends KeyActions<CompiledTable> {
    private final Map<StructureItem, List<String>> types = new HashMap<>();
    private final BinaryOutput text = new BinaryOutput(1024);
    private final PostgresSession session;
    private final TypeOptions options;

    PostgresKeyActions(
            PostgresSession session, List<StructureItem> keys, List<StructureItem> told, TypeOptions options) {
        super(keys, told, Integer.MAX_VALUE);
        this.session = session;
        this.options = options;
    }

    @Override
    protected Children children(StructureItem key, List<List<String>> keys, Set<String> columns) throws SQLException {
        ParentRows rows = new ParentRows(columns);
        List<Integer> numbers = new ArrayList<>();
        try (PreparedStatement statement =
                session.connection().prepareStatement(KeyActionSql.select(key, types(key), rows.names()))) {
            bind(statement, 1, keys);
            try (ResultSet found = statement.executeQuery()) {
                int count = found.getMetaData().getColumnCount();
                while (found.next()) {
                    numbers.add(found.getInt(1) - 1);
                    List<String> values = new ArrayList<>();
                    for (int i = 2; i <= count; i++) {
                        values.add(found.getString(i));
                    }
                    rows.add(values);
                }
            }
        }
        return new Children(numbers, rows);
    }

    @Override
    protected boolean exists(StructureItem key, List<List<String>> keys) throws SQLException {
        try (PreparedStatement statement =
                session.connection().prepareStatement(KeyActionSql.exists(key, types(key)))) {
            int next = bind(statement, 1, keys);
            if (KeyActionSql.isOwn(key)) {
                bind(statement, next, keys);
            }
            try (ResultSet found = statement.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        }
    }

    @Override
    protected void delete(StructureItem key, List<List<String>> keys) throws SQLException {
        execute(KeyActionSql.delete(key, types(key)), keys);
    }

    @Override
    protected void update(StructureItem key, List<List<String>> keys, List<List<String>> next) throws SQLException {
        execute(KeyActionSql.update(key, types(key)), keys, next);
    }

    @SafeVarargs
    private void execute(String sql, List<List<String>>... keys) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            int parameter = 1;
            for (List<List<String>> each : keys) {
                parameter = bind(statement, parameter, each);
            }
            statement.executeUpdate();
        }
    }

    private int bind(PreparedStatement statement, int first, List<List<String>> keys) throws SQLException {
        int width = keys.get(0).size();
        for (int i = 0; i < width; i++) {
            String[] column = new String[keys.size()];
            for (int row = 0; row < column.length; row++) {
                column[row] = keys.get(row).get(i);
            }
            Array array = session.connection().createArrayOf("text", column);
            statement.setArray(first + i, array);
        }
        return first + width;
    }

    /** The types of the child's columns, without length or precision: a value that does not fit shall fail, not be cut. */
    private List<String> types(StructureItem key) throws SQLException {
        List<String> known = types.get(key);
        if (known == null) {
            CatalogTable table = Catalog.table(session.connection(), key.table())
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.TARGET_TABLE_MISSING, "a table is missing at the target: table=" + key.table()));
            List<String> found = new ArrayList<>();
            for (String name : key.columns()) {
                found.add(table.column(name)
                        .orElseThrow(() -> new MillraceException(
                                ErrorCode.TARGET_TABLE_MISMATCH,
                                "a column is missing at the target: table=" + key.table() + ", column=" + name))
                        .typeName());
            }
            known = List.copyOf(found);
            types.put(key, known);
        }
        return known;
    }

    /** Behind a lock that keeps keys from coming and going until the transaction ends. */
    @Override
    protected Collection<StructureItem> enforced(TableId table) throws SQLException {
        session.execute("LOCK TABLE ONLY " + Identifiers.quote(table) + " IN ROW EXCLUSIVE MODE");
        return ForeignKeyCatalog.of(session, table);
    }

    @Override
    protected int sourceColumn(CompiledTable table, String name) {
        return table.columns().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .sourceColumn();
    }

    /** As text that the server casts to the column's type. */
    @Override
    protected String value(ImageFlyweight image, CompiledTable table, String name, int row) {
        int number = sourceColumn(table, name);
        text.clear();
        int fault = new TextEncoder(table.plan().source().columns().get(number), options).put(image, number, text);
        if (fault != Fault.NONE) {
            throw new RowFault("column=" + name + ", reason=" + Fault.reason(fault), row);
        }
        return new String(text.bytes(), Integer.BYTES, text.length() - Integer.BYTES, StandardCharsets.UTF_8);
    }
}
