package io.millrace.writer.postgres.batch;

import io.millrace.schema.TableId;
import io.millrace.writer.Batch;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.sql.TableMarks;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables that one session has compiled, and which of them are not as new as the lane believes. Confined to the lane's
 * thread.
 */
final class CompiledTables {
    private final TypeOptions options;
    private final IdentityHashMap<TargetTable, CompiledTable> compiled = new IdentityHashMap<>();
    private final TableMarks upserted = new TableMarks();
    private final TableMarks single = new TableMarks();

    CompiledTables(TypeOptions options) {
        this.options = options;
    }

    CompiledTable of(TargetTable table, PostgresSession session) throws SQLException {
        CompiledTable found = compiled.get(table);
        if (found == null) {
            found = compile(table, Catalog.table(session.connection(), table.name()), session);
        }
        return found;
    }

    /** Compiles what a batch needs and the session has not met: the catalog is asked of all together. */
    void prepare(Batch batch, PostgresSession session) throws SQLException {
        List<TargetTable> missing = missing(batch);
        if (missing.size() < 2) {
            return;
        }
        Map<TableId, CatalogTable> catalog = Catalog.tables(
                session.connection(), missing.stream().map(TargetTable::name).toList());
        for (TargetTable table : missing) {
            compile(table, Optional.ofNullable(catalog.get(table.name())), session);
        }
    }

    private List<TargetTable> missing(Batch batch) {
        List<TargetTable> missing = List.of();
        for (int run = 0; run < batch.runCount(); run++) {
            TargetTable table = batch.run(run).table();
            if (!compiled.containsKey(table)) {
                missing = missing.isEmpty() ? new ArrayList<>() : missing;
                missing.add(table);
            }
        }
        return missing.stream().distinct().toList();
    }

    private CompiledTable compile(TargetTable table, Optional<CatalogTable> catalog, PostgresSession session) {
        CompiledTable made = CompiledTable.compile(table, catalog, options, session);
        compiled.put(table, made);
        return made;
    }

    /** A new session, or a table that has changed under it: everything is to be looked at again. */
    void clear() {
        compiled.clear();
    }

    void nextBatch() {
        upserted.nextBatch();
        single.nextBatch();
    }

    /** An INSERT met an existing key. */
    void upsert(String table) {
        upserted.mark(table);
    }

    boolean isUpserted(TargetTable table) {
        return upserted.isMarked(table);
    }

    /** One statement met a row twice, since keys that differ at the source are equal here, or a unique value that the row before it leaves. */
    void single(String table) {
        single.mark(table);
    }

    boolean isSingle(TargetTable table) {
        return single.isMarked(table);
    }
}
