package io.millrace.writer.mysql.batch;

import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.sql.TableMarks;
import java.sql.SQLException;
import java.util.IdentityHashMap;

/**
 * The tables that one session has compiled, and which of them are not as new as the lane believes. Confined to the lane's
 * thread.
 */
final class CompiledTables {
    private final Dialect dialect;
    private final IdentityHashMap<TargetTable, CompiledTable> compiled = new IdentityHashMap<>();
    private final TableMarks upserted = new TableMarks();
    private final TableMarks notLoaded = new TableMarks();

    CompiledTables(Dialect dialect) {
        this.dialect = dialect;
    }

    CompiledTable of(TargetTable table, MySqlSession session) throws SQLException {
        CompiledTable found = compiled.get(table);
        if (found == null) {
            found = CompiledTable.compile(table, dialect, session);
            compiled.put(table, found);
        }
        return found;
    }

    /** Whether a unique index that the server named is the key of a table that this session has compiled. */
    boolean isKey(TargetTable table, String index) {
        CompiledTable found = compiled.get(table);
        return found != null && found.isKeyIndex(index);
    }

    /** A new session, or a table that has changed under it: everything is to be looked at again. */
    void clear() {
        compiled.clear();
    }

    void nextBatch() {
        upserted.nextBatch();
        notLoaded.nextBatch();
    }

    /** An INSERT met an existing key. */
    void upsert(String table) {
        upserted.mark(table);
    }

    boolean isUpserted(TargetTable table) {
        return upserted.isMarked(table);
    }

    /** A LOAD DATA did not do what it should. */
    void doNotLoad(String table) {
        notLoaded.mark(table);
    }

    boolean isLoaded(TargetTable table) {
        return !notLoaded.isMarked(table);
    }
}
