package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares tables as the stream has left them with the catalog: all of them once, and then those of which the catalog has written a column anew since
 * the look before, until they are as the stream has left them. What it finds are {@link RemadeColumns}.
 *
 * <p>Of one connection. Confined to the stream's thread.
 */
final class ColumnWatch {
    private static final String NOW =
            "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.xid::text";

    /** Of columns and of their expressions; a transaction that runs at the look may write them behind it. */
    private static final String WRITTEN = """
            SELECT DISTINCT w.oid::bigint FROM (
              SELECT a.attrelid AS oid, a.xmin AS by FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = ANY (:tables) AND a.attnum > 0
              UNION ALL SELECT d.adrelid, d.xmin FROM pg_catalog.pg_attrdef d WHERE d.adrelid = ANY (:tables)) w
            WHERE pg_catalog.age(w.by) <= pg_catalog.age(?::pg_catalog.xid)""".replace(":tables", "?::bigint[]::pg_catalog.oid[]");

    private final SqlSession session;
    private final SeenTables seen;
    private final Set<Long> watched = new HashSet<>();
    private String since = "";

    ColumnWatch(SqlSession session, SeenTables seen) {
        this.session = session;
        this.seen = seen;
    }

    /**
     * Looks.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE for what it finds
     */
    void require() {
        String now = session.value(NOW);
        watched.addAll(written());
        since = now;
        StringBuilder remade = new StringBuilder();
        for (SeenTable table : watched()) {
            String found = seen.table(table.oid()).stream()
                    .flatMap(before -> RemadeColumns.of(before, table))
                    .collect(Collectors.joining("; "));
            if (found.isEmpty()) {
                watched.remove(table.oid());
            } else {
                remade.append(remade.isEmpty() ? "" : "; ").append(found);
            }
        }
        if (!remade.isEmpty()) {
            throw new MillraceException(ErrorCode.DDL_ON_SELECTED_TABLE, remade.toString());
        }
    }

    /** They are as the catalog has them from here on, so that it is told once. */
    void take() {
        seen.take(watched());
    }

    private Set<Long> written() {
        Set<Long> all = seen.numbers();
        if (since.isEmpty() || all.isEmpty()) {
            return all;
        }
        String list = all.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
        return Set.copyOf(session.rows(WRITTEN, row -> row.getLong(1), list, list, since));
    }

    private List<SeenTable> watched() {
        return watched.isEmpty() ? List.of() : SeenTable.ofCatalog(session, List.copyOf(watched));
    }
}
