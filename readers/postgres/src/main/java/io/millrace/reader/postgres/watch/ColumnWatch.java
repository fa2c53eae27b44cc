package io.millrace.reader.postgres.watch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.statement.RemadeColumns;
import io.millrace.reader.postgres.statement.RowFiles;
import io.millrace.reader.postgres.statement.SeenTable;
import io.millrace.reader.postgres.statement.SeenTables;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares tables as the stream has left them with the catalog: all of them once, and then those of which the catalog has written a column anew since
 * the look before, until they are as the stream has left them. What it finds are {@link RemadeColumns}, and values written anew ({@link RowFiles}).
 *
 * <p>Of one connection. Confined to the stream's thread.
 */
public final class ColumnWatch implements CatalogWatch {
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
    private final RowFiles files;
    private final Set<Long> watched = new HashSet<>();
    private String since = "";

    public ColumnWatch(SqlSession session, SeenTables seen, RowFiles files) {
        this.session = session;
        this.seen = seen;
        this.files = files;
    }

    @Override
    public void require() {
        String now = session.value(NOW);
        Set<Long> written = written();
        watched.addAll(written);
        if (!since.isEmpty() && !written.isEmpty()) { // at the first look they were looked at already
            files.look(session, written);
        }
        since = now;
        StringBuilder remade = new StringBuilder(files.rewritten().collect(Collectors.joining("; ")));
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

    @Override
    public void take() {
        seen.take(watched());
        seen.keep(files.take());
    }

    private Set<Long> written() {
        Set<Long> all = seen.numbers();
        if (since.isEmpty() || all.isEmpty()) {
            return all;
        }
        String list = SqlText.numbers(all);
        return Set.copyOf(session.rows(WRITTEN, row -> row.getLong(1), list, list, since));
    }

    private List<SeenTable> watched() {
        return watched.isEmpty() ? List.of() : SeenTable.ofCatalog(session, List.copyOf(watched));
    }
}
