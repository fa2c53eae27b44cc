package io.millrace.reader.postgres.catalog;

import io.millrace.schema.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A column as the catalog has it.
 *
 * @param isCarried whether a stream brings it
 * @param isVirtual whether it is computed when it is read
 * @param isIdentity whether the server numbers it
 * @param text of its default, or of what it is computed from
 */
record FoundColumn(
        Column column,
        boolean isCarried,
        boolean isVirtual,
        boolean isIdentity,
        Optional<String> comment,
        Optional<String> text) {
    private static final String QUESTION = """
            SELECT a.attrelid::bigint, a.attname, a.atttypid::bigint, a.atttypmod, a.attnotnull, a.attgenerated::text, a.attidentity <> '',
                   COALESCE(l.collisdeterministic, true), pg_catalog.col_description(a.attrelid, a.attnum),
                   CASE a.attgenerated WHEN '' THEN pg_catalog.pg_get_expr(d.adbin, 0) ELSE :expression END, :carried
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ANY (?::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attrelid, a.attnum""".replace(":carried", GeneratedColumns.IS_CARRIED);

    /**
     * Of tables by their numbers.
     *
     * @param expression of SQL, that shows what a generated column is computed from
     */
    static String question(String expression) {
        return QUESTION.replace(":expression", expression);
    }

    static FoundColumn read(ResultSet row, ColumnTypes types) throws SQLException {
        Column column = types.column(
                row.getString(2), (int) row.getLong(3), row.getInt(4), !row.getBoolean(5), row.getBoolean(8));
        String kind = row.getString(6);
        return new FoundColumn(
                column.generated(!kind.isEmpty()),
                row.getBoolean(11),
                kind.equals("v"),
                row.getBoolean(7),
                Optional.ofNullable(row.getString(9)),
                Optional.ofNullable(row.getString(10)));
    }
}
