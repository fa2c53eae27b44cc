package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.catalog.GeneratedColumns;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table as a DDL message or the catalog has it, columns by their numbers, which name a column for its life. {@link GeneratedColumns} that no stream
 * carries are none. Immutable.
 */
public record SeenTable(long oid, TableId id, List<SeenColumn> columns) {
    /** The columns of a row that {@link #read} takes, of a {@code jsonb m}. */
    static final String FIELDS = """
            (m->>'oid')::bigint, m->>'schema', m->>'table',
            ARRAY(SELECT (c->>'number')::int FROM pg_catalog.jsonb_array_elements(m->'columns') c),
            ARRAY(SELECT c->>'name' FROM pg_catalog.jsonb_array_elements(m->'columns') c),
            ARRAY(SELECT (c->>'type')::bigint FROM pg_catalog.jsonb_array_elements(m->'columns') c),
            ARRAY(SELECT (c->>'modifier')::int FROM pg_catalog.jsonb_array_elements(m->'columns') c),
            ARRAY(SELECT (c->>'required')::boolean FROM pg_catalog.jsonb_array_elements(m->'columns') c),
            ARRAY(SELECT (c->>'identity')::boolean FROM pg_catalog.jsonb_array_elements(m->'columns') c),
            ARRAY(SELECT COALESCE(c->>'computed', '') FROM pg_catalog.jsonb_array_elements(m->'columns') c)""";

    /** The same fields, of columns as {@link DdlTrigger} tells of them, of many tables at once. */
    private static final String TABLES = """
            SELECT k.oid::bigint, n.nspname, k.relname, :numbers, :names, :types, :modifiers, :required, :identity, :computed
            FROM pg_catalog.pg_class k JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped AND :carried
            LEFT JOIN pg_catalog.pg_index i ON i.indrelid = k.oid
              AND CASE k.relreplident WHEN 'i' THEN i.indisreplident WHEN 'd' THEN i.indisprimary ELSE false END
            WHERE k.oid = ANY (?::bigint[]::pg_catalog.oid[]) GROUP BY k.oid, n.nspname, k.relname""".replace(":numbers", all("a.attnum::int"))
            .replace(":names", all("a.attname::text"))
            .replace(":types", all("a.atttypid::bigint"))
            .replace(":modifiers", all("a.atttypmod::int"))
            .replace(":required", all("a.attnotnull"))
            .replace(
                    ":identity",
                    all("k.relreplident = 'f' OR COALESCE(a.attnum = ANY"
                            + " ((i.indkey::smallint[])[0:i.indnkeyatts - 1]), false)"))
            .replace(":computed", all("COALESCE(" + GeneratedColumns.MARK + ", '')"))
            .replace(":carried", GeneratedColumns.IS_CARRIED);

    private static String all(String field) {
        return "COALESCE(pg_catalog.array_agg(" + field
                + " ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}')";
    }

    /**
     * A column.
     *
     * @param number the catalog's
     * @param type OID, as an unsigned number
     * @param isRequired NOT NULL
     * @param isIdentity whether the WAL has it of a row that is deleted
     * @param computed what tells the expression by which the server computes it from others; empty where it does not, or a trigger of an
     *     earlier version did not say
     */
    record SeenColumn(
            int number, String name, long type, int modifier, boolean isRequired, boolean isIdentity, String computed) {
        /** Whether the server computes it otherwise than another version of it, for rows that are there, too. */
        boolean isRecomputed(SeenColumn before) {
            return !computed.isEmpty() && !before.computed.isEmpty() && !computed.equals(before.computed);
        }
    }

    public SeenTable {
        columns = List.copyOf(columns);
    }

    /** Those of the catalog that are still there. */
    public static List<SeenTable> ofCatalog(SqlSession session, List<Long> oids) {
        String list = oids.toString().replace('[', '{').replace(']', '}');
        return session.rows(TABLES, row -> read(row, 1), list);
    }

    /**
     * Reads {@link #FIELDS} of a row, from a column on.
     *
     * @throws MillraceException with EVENT_UNDECODABLE where something is missing
     */
    static SeenTable read(ResultSet row, int first) throws SQLException {
        Integer[] numbers = (Integer[]) row.getArray(first + 3).getArray();
        String[] names = (String[]) row.getArray(first + 4).getArray();
        Long[] types = (Long[]) row.getArray(first + 5).getArray();
        Integer[] modifiers = (Integer[]) row.getArray(first + 6).getArray();
        Boolean[] required = (Boolean[]) row.getArray(first + 7).getArray();
        Boolean[] identity = (Boolean[]) row.getArray(first + 8).getArray();
        String[] computed = (String[]) row.getArray(first + 9).getArray();
        List<SeenColumn> columns = new ArrayList<>(numbers.length);
        boolean isWhole =
                row.getString(first) != null && row.getString(first + 1) != null && row.getString(first + 2) != null;
        for (int i = 0; i < numbers.length; i++) {
            isWhole &= numbers[i] != null
                    && names[i] != null
                    && types[i] != null
                    && modifiers[i] != null
                    && required[i] != null
                    && identity[i] != null;
        }
        if (!isWhole) {
            throw new MillraceException(ErrorCode.EVENT_UNDECODABLE, "a table without all that a table has");
        }
        for (int i = 0; i < numbers.length; i++) {
            columns.add(new SeenColumn(
                    numbers[i], names[i], types[i], modifiers[i], required[i], identity[i], computed[i]));
        }
        return new SeenTable(
                row.getLong(first), new TableId(row.getString(first + 1), row.getString(first + 2)), columns);
    }

    Optional<SeenColumn> column(int number) {
        return columns.stream().filter(column -> column.number() == number).findFirst();
    }

    Optional<SeenColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}
