package io.millrace.writer.postgres.catalog;

import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns that are written and their types, as one text: what a table's encoders were chosen for. Rows of COPY BINARY
 * carry no types, so a column that became another type of the same width would take them without an error: the text is
 * compared in the transaction that writes, under the table's lock (EXACTNESS 41).
 *
 * @param table the server's number of the table: one that was dropped and made again is another
 * @param columns their names, in the plan's order
 * @param text type and modifier of each
 */
public record TableShape(long table, List<String> columns, String text) {
    private static final String QUERY = """
            SELECT a.attname, a.atttypid::text || '/' || a.atttypmod
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = ?::pg_catalog.oid AND a.attname = ANY (?) AND NOT a.attisdropped""";

    public TableShape {
        columns = List.copyOf(columns);
    }

    public static TableShape of(TargetTable plan, CatalogTable catalog) {
        List<String> types = new ArrayList<>();
        for (TargetColumn column : plan.columns()) {
            types.add(catalog.column(column.name())
                    .map(found -> Integer.toUnsignedString(found.typeOid()) + "/" + found.typeModifier())
                    .orElse("-"));
        }
        return new TableShape(
                catalog.oid(), plan.columns().stream().map(TargetColumn::name).toList(), String.join(",", types));
    }

    /** Whether the columns are of these very types, whatever their modifiers. */
    public boolean hasTypes(List<Integer> oids) {
        List<String> types = List.of(text.split(",", -1));
        if (types.size() != oids.size()) {
            return false;
        }
        for (int i = 0; i < types.size(); i++) {
            if (!types.get(i).startsWith(Integer.toUnsignedString(oids.get(i)) + "/")) {
                return false;
            }
        }
        return true;
    }

    /** Whether the table still has it, as seen by the session's open transaction. */
    public boolean stands(PostgresSession session) throws SQLException {
        String[] types = new String[columns.size()];
        Array names = session.connection().createArrayOf("text", columns.toArray());
        try (PreparedStatement statement = session.connection().prepareStatement(QUERY)) {
            statement.setLong(1, table);
            statement.setArray(2, names);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types[columns.indexOf(rows.getString(1))] = rows.getString(2);
                }
            }
        } finally {
            names.free();
        }
        return text.equals(String.join(",", types));
    }
}
