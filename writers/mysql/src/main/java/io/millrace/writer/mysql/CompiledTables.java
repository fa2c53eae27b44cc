package io.millrace.writer.mysql;

import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The tables that one session has compiled, and which of them are not as new as the lane believes. Confined to the lane's
 * thread.
 */
final class CompiledTables {
    /** How many batches go by before INSERT is tried again on a table where it met an existing key. */
    static final int UPSERTED_BATCHES = 100;

    private final Dialect dialect;
    private final IdentityHashMap<TargetTable, CompiledTable> compiled = new IdentityHashMap<>();
    private final Map<String, Integer> upsertedUntil = new HashMap<>();
    private final Map<String, Integer> notLoadedUntil = new HashMap<>();
    private int batch;

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
        batch++;
    }

    /** An INSERT met an existing key. */
    void upsert(String table) {
        upsertedUntil.put(table, batch + UPSERTED_BATCHES);
    }

    boolean isUpserted(TargetTable table) {
        return !upsertedUntil.isEmpty() && isUntil(upsertedUntil, table.name().toString());
    }

    /** A LOAD DATA did not do what it should. */
    void doNotLoad(String table) {
        notLoadedUntil.put(table, batch + UPSERTED_BATCHES);
    }

    boolean isLoaded(TargetTable table) {
        return notLoadedUntil.isEmpty() || !isUntil(notLoadedUntil, table.name().toString());
    }

    private boolean isUntil(Map<String, Integer> until, String table) {
        Integer last = until.get(table);
        if (last != null && batch > last) {
            until.remove(table);
        }
        return last != null && batch <= last;
    }
}
