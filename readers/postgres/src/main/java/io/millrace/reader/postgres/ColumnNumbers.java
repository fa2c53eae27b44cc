package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The numbers that the catalog gives to columns, and to none twice. A column that was dropped and made anew by the same name and type is
 * told by it: no row shows that, and what the target has of the old one would stay. So would values of a column that is computed otherwise now,
 * in one partition maybe, of which no event trigger tells either. Kept over connections. Confined to the stream's thread.
 */
final class ColumnNumbers {
    private static final String NUMBERS =
            """
            SELECT a.attrelid::bigint, n.nspname, c.relname, a.attname, a.attnum::int, :mark
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY (?::bigint[]::pg_catalog.oid[])
              AND :carried""".replace(":mark", GeneratedColumns.MARK).replace(":carried", GeneratedColumns.IS_CARRIED);

    /** Each partition may have expressions of its own. */
    private static final String PARTITIONS = """
            SELECT DISTINCT t.relid::oid::bigint
            FROM pg_catalog.unnest(?::bigint[]::pg_catalog.oid[]) AS root (oid)
            CROSS JOIN LATERAL pg_catalog.pg_partition_tree(root.oid::pg_catalog.regclass) t WHERE t.level > 0""";

    private final Map<Place, Numbered> known = new HashMap<>();

    private record Place(long oid, String column) {}

    /** @param computed what tells its expression from others; empty where it has none */
    private record Numbered(Place place, TableId table, int number, String computed) {
        boolean isRecomputed(Numbered before) {
            return !computed.isEmpty() && !before.computed.isEmpty() && !computed.equals(before.computed);
        }

        String what() {
            return "table=" + table + ", column=" + place.column();
        }
    }

    /**
     * Takes what it sees for the first time, and compares the rest.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where a column has another number, or another expression
     */
    void require(SqlSession session, List<CatalogTable> tables) {
        compare(
                session,
                tables.stream()
                        .map(table -> Integer.toUnsignedLong(table.oid()))
                        .toList());
        requirePartitions(session, tables);
    }

    /** The same of partitions alone, of which nobody else tells. */
    void requirePartitions(SqlSession session, List<CatalogTable> tables) {
        List<Long> roots = tables.stream()
                .filter(table -> table.isPartitioned() && table.hasComputed())
                .map(table -> Integer.toUnsignedLong(table.oid()))
                .toList();
        if (!roots.isEmpty()) {
            compare(session, session.rows(PARTITIONS, row -> row.getLong(1), list(roots)));
        }
    }

    private void compare(SqlSession session, List<Long> oids) {
        List<Numbered> found = session.rows(
                NUMBERS,
                row -> new Numbered(
                        new Place(row.getLong(1), row.getString(4)),
                        new TableId(row.getString(2), row.getString(3)),
                        row.getInt(5),
                        Optional.ofNullable(row.getString(6)).orElse("")),
                list(oids));
        for (Numbered each : found) {
            Numbered before = known.putIfAbsent(each.place(), each);
            if (before != null && before.number() != each.number()) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a column was dropped and made anew: " + each.what() + ", number=" + each.number() + ", before="
                                + before.number());
            }
            if (before != null && each.isRecomputed(before)) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a column is computed by another expression, in rows that are there, too: " + each.what());
            }
        }
    }

    private static String list(List<Long> oids) {
        return oids.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }
}
