package io.millrace.reader.postgres;

import io.millrace.position.TransactionId;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.wal.ChangeSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The published tables as the committed part of the stream has left them. Begins with what the log keeps of its end, else with the
 * catalog as the task was planned by it, of a moment that may lie behind the stream's place: statements that it holds already leave, by this,
 * the tables as they are.
 * Kept over connections, and in the log over processes. Confined to the stream's thread.
 */
final class SeenTables {
    /** Where the log keeps a reader's words on databases, this one keeps its words on tables. */
    private static final String NOTE = "pg_class ";

    private final Map<Long, SeenTable> tables = new HashMap<>();
    private ChangeSink sink;
    private final List<SeenTable> looked;
    private boolean isRestored;
    private boolean isBegun;

    /** @param looked how the catalog had tables when they were planned, which may be before the first connect */
    SeenTables(List<SeenTable> looked) {
        this.looked = List.copyOf(looked);
    }

    /** Reads what the log keeps, the first time. */
    void restore(ChangeSink keeper) {
        sink = keeper;
        if (!isRestored) {
            isRestored = true;
            sink.schemas().ifPresent(state -> state.collations().forEach(this::restore));
        }
    }

    /** Takes tables of which nothing is known as they were when they were planned, or else from the catalog as it is. */
    void begin(SqlSession session, List<CatalogTable> published) {
        List<Long> oids = published.stream()
                .map(table -> Integer.toUnsignedLong(table.oid()))
                .filter(oid -> !tables.containsKey(oid))
                .toList();
        if (isBegun && oids.isEmpty()) {
            return;
        }
        SeenTable.ofCatalog(session, oids).forEach(table -> tables.put(table.oid(), table));
        looked.stream().filter(table -> oids.contains(table.oid())).forEach(table -> tables.put(table.oid(), table));
        Map<String, String> all = new HashMap<>();
        tables.forEach((oid, table) -> all.put(note(oid), SeenTableText.of(table)));
        sink.keepSchemas(new SchemaState(Map.of(), all));
        isBegun = true;
    }

    private void restore(String note, String text) {
        if (note.startsWith(NOTE) && !text.isEmpty()) {
            SeenTable table = SeenTableText.parse(text);
            tables.put(table.oid(), table);
        }
    }

    private static String note(long oid) {
        return NOTE + oid;
    }

    /** Makes what a transaction did durable, ahead of its commit. */
    void keep(SeenChanges changes, TransactionId transaction) {
        Map<String, String> changed = new HashMap<>();
        changes.forEach((oid, after) ->
                changed.put(note(oid), after.map(SeenTableText::of).orElse("")));
        sink.changeSchemas(transaction, List.of(), List.of(), changed);
    }

    /** Names by OID; none before it begins. */
    Map<Long, TableId> names() {
        Map<Long, TableId> names = new HashMap<>();
        tables.forEach((oid, table) -> names.put(oid, table.id()));
        return names;
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
