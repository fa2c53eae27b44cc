package io.millrace.writer.mysql.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Which tables of the server foreign keys tie to which. Asked for all at once, and kept for a moment: MariaDB looks into every table
 * to answer for one, and a task asks for each of its own. Confined to one thread at a time.
 */
public final class ForeignKeyPairs {
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final String PAIRS = "SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME, REFERENCED_TABLE_SCHEMA,"
            + " REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL";

    private final Map<TableId, Set<TableId>> others = new HashMap<>();
    private boolean isAsked;
    private long askedAt;

    /** The tables at the other end of a table's foreign keys, in either direction. */
    public List<TableId> of(TableId table, MySqlSession session) throws SQLException {
        if (!isAsked || System.nanoTime() - askedAt > KEPT_NANOS) {
            forget();
            for (TableId[] pair : session.rows(PAIRS, row -> new TableId[] {
                new TableId(row.getString(1), row.getString(2)), new TableId(row.getString(3), row.getString(4))
            })) {
                others.computeIfAbsent(pair[0], name -> new TreeSet<>()).add(pair[1]);
                others.computeIfAbsent(pair[1], name -> new TreeSet<>()).add(pair[0]);
            }
            isAsked = true;
            askedAt = System.nanoTime();
        }
        return List.copyOf(others.getOrDefault(table, Set.of()));
    }

    /** Somebody made or removed a key. */
    public void forget() {
        others.clear();
        isAsked = false;
    }
}
