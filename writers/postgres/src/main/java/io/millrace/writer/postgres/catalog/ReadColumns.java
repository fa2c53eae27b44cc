package io.millrace.writer.postgres.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.ReadColumn;
import io.millrace.writer.postgres.connection.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Columns that the server reads to compute others, as it notes itself. Stateless. */
public final class ReadColumns {
    private static final String OF_TABLE = """
            SELECT b.attname, g.attname
            FROM pg_catalog.pg_attrdef e
            JOIN pg_catalog.pg_attribute g ON g.attrelid = e.adrelid AND g.attnum = e.adnum AND g.attgenerated <> ''
            JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = e.oid
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = e.adrelid
              AND d.refobjsubid <> e.adnum
            JOIN pg_catalog.pg_attribute b ON b.attrelid = d.refobjid AND b.attnum = d.refobjsubid
            WHERE e.adrelid = pg_catalog.to_regclass(?)
            ORDER BY g.attnum, b.attnum""";

    private ReadColumns() {}

    public static List<ReadColumn> of(Connection connection, TableId table) throws SQLException {
        List<ReadColumn> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OF_TABLE)) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new ReadColumn(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return found;
    }
}
