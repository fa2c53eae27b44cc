package io.millrace.reader.postgres.catalog;

import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A table as a list of the catalog has it.
 *
 * @param identity the letter of REPLICA IDENTITY
 * @param rows as its statistics say
 * @param ancestors tables whose partition it is
 */
record ListedTable(
        long oid,
        TableId id,
        boolean isPartitioned,
        boolean isUnlogged,
        char identity,
        long rows,
        String comment,
        List<Long> ancestors) {
    /** Ordinary tables and roots of partitions; of partitions those that two lists name, of schemas and of tables. */
    static final String QUESTION = """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind = 'p', c.relpersistence = 'u', c.relreplident::text,
                   c.reltuples::bigint, COALESCE(pg_catalog.obj_description(c.oid, 'pg_class'), ''),
                   CASE WHEN c.relispartition THEN ARRAY(SELECT a.relid::pg_catalog.oid::bigint
                     FROM pg_catalog.pg_partition_ancestors(c.oid) a WHERE a.relid <> c.oid) ELSE '{}' END
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
              AND (NOT c.relispartition OR (n.nspname, c.relname) IN (
                SELECT * FROM ROWS FROM (pg_catalog.unnest(?::pg_catalog.name[]), pg_catalog.unnest(?::pg_catalog.name[])) x))
              AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
            ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\"""";

    static ListedTable read(ResultSet row) throws SQLException {
        return new ListedTable(
                row.getLong(1),
                new TableId(row.getString(2), row.getString(3)),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getString(6).charAt(0),
                row.getLong(7),
                row.getString(8),
                List.of((Long[]) row.getArray(9).getArray()));
    }
}
