package io.millrace.writer.mysql.catalog;

import io.millrace.schema.TableId;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.MySqlSession;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which tables hold rows. */
public final class RowPresence {
    /** A statement keeps each table open that it names. */
    private static final int TABLES_A_STATEMENT = 50;

    private RowPresence() {}

    /** Those of the tables that do; all of them may be read. */
    public static Set<TableId> of(MySqlSession session, List<TableId> tables) throws SQLException {
        Set<TableId> found = new HashSet<>();
        for (int from = 0; from < tables.size(); from += TABLES_A_STATEMENT) {
            List<TableId> some = tables.subList(from, Math.min(tables.size(), from + TABLES_A_STATEMENT));
            String sql = IntStream.range(0, some.size())
                    .mapToObj(i -> "(SELECT " + i + " FROM " + Identifiers.quote(some.get(i)) + " LIMIT 1)")
                    .collect(Collectors.joining(" UNION ALL "));
            session.rows(sql, row -> found.add(some.get(row.getInt(1))));
        }
        return found;
    }
}
