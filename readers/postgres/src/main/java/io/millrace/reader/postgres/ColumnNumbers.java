package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The numbers that the catalog gives to columns, and to none twice. A column that was dropped and made anew by the same name and type is
 * told by it: no row shows that, and what the target has of the old one would stay. Kept over connections. Confined to the stream's
 * thread.
 */
final class ColumnNumbers {
    private static final String NUMBERS = """
            SELECT a.attrelid::bigint, a.attname, a.attnum::int FROM pg_catalog.pg_attribute a
            WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY (?::bigint[]::pg_catalog.oid[])""";

    private final Map<Place, Integer> known = new HashMap<>();

    private record Place(long oid, String column) {}

    private record Numbered(Place place, int number) {}

    /**
     * Takes what it sees for the first time, and compares the rest.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where a column has another number
     */
    void require(SqlSession session, List<CatalogTable> tables) {
        String oids = tables.stream()
                .map(table -> Integer.toUnsignedString(table.oid()))
                .collect(Collectors.joining(",", "{", "}"));
        List<Numbered> found = session.rows(
                NUMBERS, row -> new Numbered(new Place(row.getLong(1), row.getString(2)), row.getInt(3)), oids);
        for (Numbered each : found) {
            Integer before = known.putIfAbsent(each.place(), each.number());
            if (before != null && before != each.number()) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a column was dropped and made anew: table="
                                + name(tables, each.place().oid()) + ", column="
                                + each.place().column() + ", number=" + each.number() + ", before=" + before);
            }
        }
    }

    private static String name(List<CatalogTable> tables, long oid) {
        return tables.stream()
                .filter(table -> Integer.toUnsignedLong(table.oid()) == oid)
                .map(table -> table.id().toString())
                .findFirst()
                .orElse("?");
    }
}
