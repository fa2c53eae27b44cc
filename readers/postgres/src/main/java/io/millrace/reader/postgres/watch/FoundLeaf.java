package io.millrace.reader.postgres.watch;

import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/**
 * What the catalog says of a partition, and what its rows do.
 *
 * @param at the command by which it became a part, within that transaction
 * @param madeBy the transaction that made it
 * @param isEmpty as its statistics say
 * @param isReadable whether the account may read its rows
 * @param isSilent whether its rows are in no stream: it is unlogged, or a foreign table
 * @param anew columns that were written by the transaction that wrote its entry: the one that gave it its file, or a later one
 * @param writtenBy the transaction that wrote its entry in the catalog, by the command {@code writtenAt} in it
 */
record FoundLeaf(
        long root,
        TableId table,
        SeenLeaf leaf,
        long at,
        String madeBy,
        boolean isEmpty,
        boolean isReadable,
        boolean isSilent,
        String anew,
        String writtenBy,
        long writtenAt) {
    /** With the transaction, and the command in it, by which each came below its root, be it with another one between. */
    private static final String LEAVES = """
            WITH RECURSIVE tree (root, oid, by, at) AS (
              SELECT i.inhparent, i.inhrelid, i.xmin, i.cmin::text::bigint FROM pg_catalog.pg_inherits i
              WHERE i.inhparent = ANY (?::bigint[]::pg_catalog.oid[]) AND NOT i.inhdetachpending
              UNION ALL SELECT t.root, i.inhrelid,
                CASE WHEN :isOwn THEN i.xmin ELSE t.by END, CASE WHEN :isOwn THEN i.cmin::text::bigint ELSE t.at END
              FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid AND NOT i.inhdetachpending)
            SELECT t.root::bigint, c.oid::bigint, n.nspname, c.relname, COALESCE(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint,
              t.by::text, t.at, y.xmin::text, c.reltuples <= 0, pg_catalog.has_table_privilege(c.oid, 'SELECT'),
              c.relkind = 'f' OR c.relpersistence = 'u', l.columns, l.anew, c.xmin::text, c.cmin::text::bigint
            FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind IN ('r', 'f')
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type y ON y.oid = c.reltype
            CROSS JOIN LATERAL (SELECT
                pg_catalog.md5(COALESCE(pg_catalog.string_agg(
                  a.attname || ' ' || a.atttypid::bigint || ' ' || a.atttypmod, ',' ORDER BY a.attnum), '')),
                COALESCE(pg_catalog.string_agg(a.attname, ',' ORDER BY a.attnum) FILTER (WHERE a.xmin = c.xmin), '')
              FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) l (columns, anew)""".replace(":isOwn", "pg_catalog.age(i.xmin) <= pg_catalog.age(t.by)");

    /**
     * Whether rows of before a partition came are in it, by the first of its pages, where they lie. A transaction that makes a table within a
     * savepoint fills it, behind that, with an older number than the table's own.
     */
    private static final String HAS_ROWS_OF_BEFORE = """
            SELECT EXISTS (SELECT FROM ONLY :leaf r WHERE r.ctid < '(1024,0)'::pg_catalog.tid
              AND ((r.xmin = ?::pg_catalog.xid AND r.cmin::text::bigint < ?::bigint)
                OR (pg_catalog.age(r.xmin) > pg_catalog.age(?::pg_catalog.xid)
                  AND pg_catalog.age(r.xmin) <= pg_catalog.age(?::pg_catalog.xid))))""";

    /**
     * Whether a statement wrote all rows anew, and the table's entry with them: SET LOGGED behind SET UNLOGGED, but for ALTERs that are seen otherwise. VACUUM FULL
     * and CLUSTER leave rows the transaction that made them, and rows behind a TRUNCATE of the same transaction are of a later command.
     */
    private static final String IS_WRITTEN_ANEW = """
            SELECT EXISTS (SELECT FROM ONLY :leaf r WHERE r.ctid < '(1,0)'::pg_catalog.tid
              AND r.xmin = ?::pg_catalog.xid AND r.cmin::text::bigint <= ?::bigint)""";

    /** By a statement that may take hours: what is in it is looked at when that has ended. */
    private static final String IS_LOCKED = """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
              WHERE d.datname = pg_catalog.current_database() AND l.relation = ?::bigint::pg_catalog.oid AND l.mode = 'AccessExclusiveLock')""";

    /** All that lie below some roots. */
    static List<FoundLeaf> all(SqlSession session, Collection<Long> roots) {
        return session.rows(LEAVES, FoundLeaf::read, SqlText.numbers(roots));
    }

    private static FoundLeaf read(ResultSet row) throws SQLException {
        return new FoundLeaf(
                row.getLong(1),
                new TableId(row.getString(3), row.getString(4)),
                new SeenLeaf(row.getLong(2), row.getLong(5), row.getString(6), row.getString(12)),
                row.getLong(7),
                row.getString(8),
                row.getBoolean(9),
                row.getBoolean(10),
                row.getBoolean(11),
                row.getString(13),
                row.getString(14),
                row.getLong(15));
    }

    long oid() {
        return leaf.oid();
    }

    boolean isLocked(SqlSession session) {
        return session.value(IS_LOCKED, oid()).equals("t");
    }

    boolean isWrittenAnew(SqlSession session) {
        return session.value(IS_WRITTEN_ANEW.replace(":leaf", SqlText.quoted(table)), writtenBy, writtenAt)
                .equals("t");
    }

    boolean hasRowsOfBefore(SqlSession session) {
        return session.value(
                        HAS_ROWS_OF_BEFORE.replace(":leaf", SqlText.quoted(table)), leaf.by(), at, leaf.by(), madeBy)
                .equals("t");
    }
}
