package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The numbers that the catalog gives to columns, and to none twice. A column that was dropped and made anew by the same name and type is
 * told by it: no row shows that, and what the target has of the old one would stay. So would values of a column that is computed otherwise now. Kept over connections. Confined to the stream's
 * thread.
 */
final class ColumnNumbers {
    private static final String NUMBERS =
            """
            SELECT a.attrelid::bigint, a.attname, a.attnum::int, :mark FROM pg_catalog.pg_attribute a
            WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY (?::bigint[]::pg_catalog.oid[])
              AND :carried""".replace(":mark", GeneratedColumns.MARK).replace(":carried", GeneratedColumns.IS_CARRIED);

    private final Map<Place, Numbered> known = new HashMap<>();

    private record Place(long oid, String column) {}

    /** @param computed what tells its expression from others; empty where it has none */
    private record Numbered(Place place, int number, String computed) {
        boolean isRecomputed(Numbered before) {
            return !computed.isEmpty() && !before.computed.isEmpty() && !computed.equals(before.computed);
        }
    }

    /**
     * Takes what it sees for the first time, and compares the rest.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where a column has another number, or another expression
     */
    void require(SqlSession session, List<CatalogTable> tables) {
        String oids = tables.stream()
                .map(table -> Integer.toUnsignedString(table.oid()))
                .collect(Collectors.joining(",", "{", "}"));
        List<Numbered> found = session.rows(
                NUMBERS,
                row -> new Numbered(
                        new Place(row.getLong(1), row.getString(2)),
                        row.getInt(3),
                        Optional.ofNullable(row.getString(4)).orElse("")),
                oids);
        for (Numbered each : found) {
            Numbered before = known.putIfAbsent(each.place(), each);
            if (before != null && before.number() != each.number()) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a column was dropped and made anew: " + what(tables, each) + ", number=" + each.number()
                                + ", before=" + before.number());
            }
            if (before != null && each.isRecomputed(before)) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a column is computed by another expression, in rows that are there, too: "
                                + what(tables, each));
            }
        }
    }

    private static String what(List<CatalogTable> tables, Numbered column) {
        return "table=" + name(tables, column.place().oid()) + ", column="
                + column.place().column();
    }

    private static String name(List<CatalogTable> tables, long oid) {
        return tables.stream()
                .filter(table -> Integer.toUnsignedLong(table.oid()) == oid)
                .map(table -> table.id().toString())
                .findFirst()
                .orElse("?");
    }
}
