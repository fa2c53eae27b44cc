package io.millrace.writer.postgres.structure;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Sequences behind identity and serial columns that the task writes. Replicated rows bring their own numbers, so a sequence stands where it began,
 * and the first INSERT of somebody who takes the table over would get a number that is there.
 *
 * <p>A sequence only ever goes on, to the last number within its bounds that the table has. One whose column no btree index begins with is
 * left alone and named: to find its last number the server would read the whole table.
 */
public final class IdentityCounters {
    private static final String SEQUENCES = """
            SELECT n.nspname, c.relname, a.attname, sn.nspname, s.relname, q.seqincrement > 0, q.seqmin, q.seqmax,
                   EXISTS (SELECT FROM pg_catalog.pg_index i
                           JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                           JOIN pg_catalog.pg_am m ON m.oid = ic.relam
                           WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL
                             AND m.amname = 'btree')
            FROM ROWS FROM (unnest(?::pg_catalog.text[]), unnest(?::pg_catalog.text[])) AS wanted (namespace, name)
            JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.namespace
            JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
            JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid
                 AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
            JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
            JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
            ORDER BY n.nspname, c.relname, a.attnum""";

    private static final String MOVE = """
            SELECT pg_catalog.setval(%s::pg_catalog.regclass, numbers.last)
            FROM (SELECT %s(%s) AS last FROM %s WHERE %3$s BETWEEN %s AND %s) AS numbers, %s AS counter
            WHERE numbers.last %s counter.last_value OR (numbers.last = counter.last_value AND NOT counter.is_called)""";

    private record Sequence(
            TableId table, String column, TableId name, boolean isRising, long least, long most, boolean isIndexed) {
        String moving() {
            String quoted = Identifiers.quote(name);
            return MOVE.formatted(
                    Identifiers.literal(quoted),
                    isRising ? "max" : "min",
                    Identifiers.quote(column),
                    Identifiers.quote(table),
                    Long.toString(least),
                    Long.toString(most),
                    quoted,
                    isRising ? ">" : "<");
        }
    }

    private final PostgresSession session;

    public IdentityCounters(PostgresSession session) {
        this.session = session;
    }

    /** Moves those of these tables; returns how many had to. */
    public int pass(List<TargetTable> tables, List<Finding> findings) throws SQLException {
        Map<TableId, TargetTable> byName = new LinkedHashMap<>();
        tables.forEach(table -> byName.put(table.name(), table));
        int moved = 0;
        for (Sequence each : sequences(session.connection(), byName)) {
            if (each.isIndexed()) {
                moved += move(each, findings);
            } else {
                findings.add(standing(each, ErrorCode.TARGET_TABLE_MISMATCH, "no index begins with its column"));
            }
        }
        return moved;
    }

    private static List<Sequence> sequences(Connection connection, Map<TableId, TargetTable> tables)
            throws SQLException {
        List<Sequence> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(SEQUENCES)) {
            statement.setArray(1, array(connection, tables.keySet().stream().map(TableId::namespace)));
            statement.setArray(2, array(connection, tables.keySet().stream().map(TableId::name)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Sequence each = new Sequence(
                            new TableId(row.getString(1), row.getString(2)),
                            row.getString(3),
                            new TableId(row.getString(4), row.getString(5)),
                            row.getBoolean(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getBoolean(9));
                    if (isWritten(tables.get(each.table()), each.column())) {
                        found.add(each);
                    }
                }
            }
        }
        return found;
    }

    private static Array array(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    /** A number of the target's own is counted there. */
    private static boolean isWritten(TargetTable table, String column) {
        return table.columns().stream().anyMatch(each -> each.name().equals(column));
    }

    private int move(Sequence each, List<Finding> findings) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(each.moving());
                ResultSet row = statement.executeQuery()) {
            return row.next() ? 1 : 0;
        } catch (SQLException e) {
            MillraceException fault = SqlStates.of(e, "moving the sequence " + each.name());
            if (fault.code() != ErrorCode.TARGET_PRIVILEGE) {
                throw e;
            }
            findings.add(standing(each, fault.code(), "the user may not move it"));
            return 0;
        }
    }

    private static Finding standing(Sequence each, ErrorCode code, String why) {
        return new Finding(
                Finding.Severity.WARNING,
                code,
                each.name().toString(),
                "a sequence stands behind the numbers that were replicated: table=" + each.table() + ", column="
                        + each.column() + ", reason=" + why,
                "before others insert into the table, setval() the sequence to the column's last number");
    }
}
