package io.millrace.reader.postgres.catalog;

import io.millrace.reader.ForeignKey;
import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Foreign keys that mean what their columns say: none that is deferrable, not validated, or of another match than SIMPLE. */
final class ForeignKeyQuery {
    /** Of tables by their numbers. */
    static final String SQL = """
            SELECT k.conrelid::bigint, k.conname, n.nspname, p.relname, k.confdeltype::text, k.confupdtype::text,
                   ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY place),
                   ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY place)
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
            WHERE k.conrelid = ANY (?::pg_catalog.oid[]) AND k.contype = 'f'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o WHERE o.oid = k.conparentid AND o.conrelid = k.conrelid)
              AND NOT k.condeferrable AND k.convalidated AND k.confmatchtype = 's' AND k.confdelsetcols IS NULL
            ORDER BY k.conrelid, k.conname COLLATE "C\"""";

    private ForeignKeyQuery() {}

    static ForeignKey read(ResultSet row) throws SQLException {
        return new ForeignKey(
                row.getString(2),
                Catalog.texts(row, 7),
                new TableId(row.getString(3), row.getString(4)),
                Catalog.texts(row, 8),
                action(row.getString(5)),
                action(row.getString(6)));
    }

    private static String action(String letter) {
        return switch (letter) {
            case "r" -> "RESTRICT";
            case "c" -> "CASCADE";
            case "n" -> "SET NULL";
            case "d" -> "SET DEFAULT";
            default -> "NO ACTION";
        };
    }
}
