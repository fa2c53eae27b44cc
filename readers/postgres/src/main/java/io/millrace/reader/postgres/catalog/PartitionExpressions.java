package io.millrace.reader.postgres.catalog;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The expressions by which partitions compute columns, which may be others than their root's: neither a Relation nor an event trigger tells of them,
 * and values that the target has would stay. Kept over connections. Confined to the stream's thread.
 */
public final class PartitionExpressions {
    private static final String EXPRESSIONS = """
            SELECT a.attrelid::bigint, n.nspname, c.relname, a.attname, :mark
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN (SELECT DISTINCT t.relid::oid AS oid
              FROM pg_catalog.unnest(?::bigint[]::pg_catalog.oid[]) AS root (oid)
              CROSS JOIN LATERAL :tree t WHERE t.level > 0) p
              ON p.oid = a.attrelid
            WHERE a.attnum > 0 AND NOT a.attisdropped AND :carried""".replace(":tree", PartitionTree.of("root.oid"))
            .replace(":mark", GeneratedColumns.MARK)
            .replace(":carried", GeneratedColumns.IS_CARRIED);

    private final Map<Place, String> known = new HashMap<>();

    private record Place(long oid, String column) {}

    /** @param mark what tells an expression from others; null where there is none */
    private record Computed(Place place, TableId table, String mark) {}

    /**
     * Takes what it sees for the first time, and compares the rest.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE where a column has another expression
     */
    public void require(SqlSession session, List<CatalogTable> tables) {
        String roots = tables.stream()
                .filter(table -> table.isPartitioned() && table.hasComputed())
                .map(table -> Integer.toUnsignedString(table.oid()))
                .collect(Collectors.joining(",", "{", "}"));
        if (roots.length() == 2) {
            return;
        }
        List<Computed> found = session.rows(
                EXPRESSIONS,
                row -> new Computed(
                        new Place(row.getLong(1), row.getString(4)),
                        new TableId(row.getString(2), row.getString(3)),
                        row.getString(5)),
                roots);
        for (Computed each : found) {
            String before = each.mark() == null ? null : known.putIfAbsent(each.place(), each.mark());
            if (before != null && !before.equals(each.mark())) {
                throw new MillraceException(
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        "a column is computed by another expression, in rows that are there, too: table=" + each.table()
                                + ", column=" + each.place().column());
            }
        }
    }
}
