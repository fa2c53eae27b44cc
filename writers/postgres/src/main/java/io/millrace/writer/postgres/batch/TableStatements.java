package io.millrace.writer.postgres.batch;

import io.millrace.writer.postgres.connection.PostgresSession;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.core.Query;

/**
 * The statements that write one table, each made when it is first asked for: a table that is met for the first time costs what
 * its first batch needs, where a database has thousands. Prepared here means parsed by the driver; the server sees a statement on
 * its first use. Confined to the session's thread.
 */
final class TableStatements {
    private final PostgresSession session;
    private final String table;
    private final List<CompiledColumn> columns;
    private final List<CompiledColumn> key;
    private final boolean hasIdentity;
    private final Optional<String> markColumn;
    private final String unmark;
    private final Map<BitSet, Query> updates = new HashMap<>();
    private final Map<BitSet, Query> rekeys = new HashMap<>();
    private Query insert;
    private Query upsert;
    private Query heal;
    private Query delete;
    private Query update;
    private Query mark;
    private Query deleteMarked;

    /**
     * Nothing is made yet.
     *
     * @param table quoted
     * @param key those of the columns that are its key
     * @param hasIdentity whether a column is GENERATED ALWAYS AS IDENTITY
     * @param markColumn what marks a row that the source removed
     */
    TableStatements(
            PostgresSession session,
            String table,
            List<CompiledColumn> columns,
            List<CompiledColumn> key,
            boolean hasIdentity,
            Optional<String> markColumn) {
        this.session = session;
        this.table = table;
        this.columns = columns;
        this.key = key;
        this.hasIdentity = hasIdentity;
        this.markColumn = markColumn;
        unmark = TableSql.unmark(markColumn);
    }

    Query insert() throws SQLException {
        if (insert == null) {
            insert = session.prepare(TableSql.insert(table, columns, hasIdentity));
        }
        return insert;
    }

    Query upsert() throws SQLException {
        if (upsert == null) {
            upsert = session.prepare(TableSql.upsert(table, columns, hasIdentity, unmark));
        }
        return upsert;
    }

    /** Inserts the rows of an update that are not there. */
    Query heal() throws SQLException {
        if (heal == null) {
            heal = session.prepare(TableSql.heal(table, columns, hasIdentity));
        }
        return heal;
    }

    Query delete() throws SQLException {
        if (delete == null) {
            delete = session.prepare(TableSql.delete(table, key));
        }
        return delete;
    }

    /** The update that sets every column outside the key. */
    Query update() throws SQLException {
        if (update == null) {
            update = session.prepare(TableSql.update(table, columns, unmark));
        }
        return update;
    }

    /** The update of those columns. */
    Query update(List<CompiledColumn> some) throws SQLException {
        BitSet set = sourceColumns(some);
        Query query = updates.get(set);
        if (query == null) {
            query = session.prepare(TableSql.update(table, some, unmark));
            updates.put(set, query);
        }
        return query;
    }

    /** The update of those columns, the key's too, of rows that are found by another key, whose columns follow. */
    Query rekey(List<CompiledColumn> some) throws SQLException {
        BitSet set = sourceColumns(some);
        Query query = rekeys.get(set);
        if (query == null) {
            query = session.prepare(TableSql.rekey(table, some, key, unmark));
            rekeys.put(set, query);
        }
        return query;
    }

    /** Whether rows that the source removed stay, marked. */
    boolean doesMark() {
        return markColumn.isPresent();
    }

    /** Of a table whose rows are marked. */
    Query mark() throws SQLException {
        if (mark == null) {
            mark = session.prepare(TableSql.mark(table, key, markColumn.orElseThrow()));
        }
        return mark;
    }

    /** Removes rows that are marked, of a table whose rows are. */
    Query deleteMarked() throws SQLException {
        if (deleteMarked == null) {
            deleteMarked = session.prepare(TableSql.deleteMarked(table, key, markColumn.orElseThrow()));
        }
        return deleteMarked;
    }

    private static BitSet sourceColumns(List<CompiledColumn> columns) {
        BitSet set = new BitSet();
        columns.forEach(column -> set.set(column.sourceColumn()));
        return set;
    }
}
