package io.millrace.reader.postgres;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The published tables as the committed part of the stream has left them. Begins with the catalog, of a moment that may lie behind the
 * stream's place: statements that it holds already leave, by this, the tables as they are. Kept over connections. Confined to the stream's
 * thread.
 */
final class SeenTables {
    private final Map<Long, SeenTable> tables = new HashMap<>();
    private boolean isBegun;

    /** Reads the catalog the first time. */
    void begin(SqlSession session, List<CatalogTable> published) {
        if (isBegun) {
            return;
        }
        List<Long> oids = published.stream()
                .map(table -> Integer.toUnsignedLong(table.oid()))
                .toList();
        SeenTable.ofCatalog(session, oids).forEach(table -> tables.put(table.oid(), table));
        isBegun = true;
    }

    Optional<SeenTable> table(long oid) {
        return Optional.ofNullable(tables.get(oid));
    }

    void commit(SeenChanges changes) {
        changes.forEach((oid, after) -> {
            if (after.isPresent()) {
                tables.put(oid, after.get());
            } else {
                tables.remove(oid);
            }
        });
        changes.clear();
    }
}
