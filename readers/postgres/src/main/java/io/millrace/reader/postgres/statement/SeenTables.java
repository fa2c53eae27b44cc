package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.wal.ChangeSink;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published tables as the committed part of the stream has left them. Begins with what the log keeps of its end; else with what the
 * task knows of the stream's place, by {@link PastColumns}; else, of a task that begins, with the catalog as it was planned by it, of a
 * moment that may lie behind the stream's place: statements that it holds already leave, by this, the tables as they are.
 * Kept over connections, and in the log over processes. Confined to the stream's thread.
 */
public final class SeenTables {
    private static final Logger LOG = LoggerFactory.getLogger(SeenTables.class);

    /** Where the log keeps a reader's words on databases, this one keeps its words on tables. */
    private static final String NOTE = "pg_class ";

    /** And these on names that tables of the stream had, which may be other tables' by now. */
    private static final String LEFT = "left ";

    private final Map<Long, SeenTable> tables = new HashMap<>();
    private final Set<TableId> left = new HashSet<>();
    private ChangeSink sink;
    private final List<SeenTable> looked;
    private final List<KeptNotes> further;
    private boolean isRestored;
    private boolean isBegun;

    /**
     * Of one task.
     *
     * @param looked how the catalog had tables when they were planned, which may be before the first connect
     * @param further kept with them
     */
    public SeenTables(List<SeenTable> looked, List<KeptNotes> further) {
        this.looked = List.copyOf(looked);
        this.further = List.copyOf(further);
    }

    /** Reads what the log keeps, the first time. */
    public void restore(ChangeSink keeper) {
        sink = keeper;
        if (!isRestored) {
            isRestored = true;
            sink.schemas().ifPresent(state -> state.collations().forEach(this::restore));
        }
    }

    /**
     * Takes tables of which the log keeps nothing.
     *
     * @param known what tables are at the stream's place, of those of which the log keeps nothing; else nobody knows better than the catalog
     * @param mustBeCertain whether statements are told by messages, which are compared with it: else a table of which it is not certain is
     *     left out, and a Relation of it tells nothing
     */
    public void begin(
            SqlSession session,
            List<CatalogTable> published,
            List<TableSchema> known,
            PastColumns past,
            boolean mustBeCertain) {
        List<Long> oids = published.stream()
                .map(table -> Integer.toUnsignedLong(table.oid()))
                .filter(oid -> !tables.containsKey(oid))
                .toList();
        if (isBegun && oids.isEmpty()) {
            return;
        }
        Set<TableId> told = new HashSet<>(left);
        tables.values().forEach(table -> told.add(table.id()));
        SeenTable.ofCatalog(session, oids).forEach(table -> tables.put(table.oid(), table));
        looked.stream().filter(table -> oids.contains(table.oid())).forEach(table -> tables.put(table.oid(), table));
        for (TableSchema shape : known) {
            tables.values().stream()
                    .filter(table -> oids.contains(table.oid()) && table.id().equals(shape.table()))
                    .filter(table -> !told.contains(table.id())) // by that name the log has another one
                    .findFirst()
                    .ifPresent(table -> beginBefore(table, shape, past, mustBeCertain));
        }
        published.forEach(table -> left.remove(table.id()));
        keepAll();
        isBegun = true;
    }

    private void keepAll() {
        Map<String, String> all = new HashMap<>();
        tables.forEach((oid, table) -> all.put(note(oid), SeenTableText.of(table)));
        left.forEach(name -> all.put(note(name), "t"));
        further.forEach(each -> all.putAll(each.notes()));
        sink.keepSchemas(new SchemaState(Map.of(), all));
    }

    /** OIDs of all of them; none before it begins. */
    public Set<Long> numbers() {
        return Set.copyOf(tables.keySet());
    }

    /** Of {@link RemadeColumns} they have what the catalog has, from here on. */
    public void take(List<SeenTable> catalog) {
        Map<String, String> taken = new HashMap<>();
        for (SeenTable now : catalog) {
            tables.computeIfPresent(now.oid(), (oid, before) -> RemadeColumns.taken(before, now));
            table(now.oid()).ifPresent(table -> taken.put(note(now.oid()), SeenTableText.of(table)));
        }
        keep(taken);
    }

    /** Keeps notes that hold with the last commit, which may not be durable yet, as all that was found up to it: without that they do not count. */
    public void keep(Map<String, String> notes) {
        TransactionId last = sink.lastTransaction();
        if (last.kind == TransactionId.KIND_NONE) {
            keepAll();
        } else {
            sink.changeSchemas(last, List.of(), List.of(), notes);
        }
    }

    private void beginBefore(SeenTable now, TableSchema shape, PastColumns past, boolean mustBeCertain) {
        try {
            tables.put(now.oid(), past.of(now, shape));
        } catch (MillraceException e) {
            if (mustBeCertain || e.code() != ErrorCode.SCHEMA_MISMATCH) {
                throw e;
            }
            tables.remove(now.oid());
            LOG.warn("statements on a table are not told until it is loaded anew: {}", e.getMessage());
        }
    }

    private void restore(String note, String text) {
        Optional<KeptNotes> own =
                further.stream().filter(each -> note.startsWith(each.prefix())).findFirst();
        if (own.isPresent()) {
            own.get().restore(note, text);
        } else if (note.startsWith(LEFT)) {
            left.add(SeenTableText.parseName(note.substring(LEFT.length())));
        } else if (note.startsWith(NOTE) && !text.isEmpty()) {
            SeenTable table = SeenTableText.parse(text);
            tables.put(table.oid(), table);
        }
    }

    private static String note(long oid) {
        return NOTE + oid;
    }

    private static String note(TableId name) {
        return LEFT + SeenTableText.ofName(name);
    }

    /** Makes what a transaction did durable, ahead of its commit. */
    public void keep(SeenChanges changes, TransactionId transaction) {
        Map<String, String> changed = new HashMap<>();
        changes.forEach((oid, after) -> {
            changed.put(note(oid), after.map(SeenTableText::of).orElse(""));
            nameLeft(oid, after).ifPresent(name -> changed.put(note(name), "t"));
        });
        sink.changeSchemas(transaction, List.of(), List.of(), changed);
    }

    /** What the table was called before the transaction, where it is not any more. */
    private Optional<TableId> nameLeft(long oid, Optional<SeenTable> after) {
        return table(oid)
                .map(SeenTable::id)
                .filter(name -> !after.map(SeenTable::id).equals(Optional.of(name)));
    }

    /** Whether the stream has told of the end of the name for the table that had it: the lanes may have yet to come there. */
    public boolean hasLeft(TableId name) {
        return left.contains(name);
    }

    /** Names by OID; none before it begins. */
    public Map<Long, TableId> names() {
        Map<Long, TableId> names = new HashMap<>();
        tables.forEach((oid, table) -> names.put(oid, table.id()));
        return names;
    }

    public Optional<SeenTable> table(long oid) {
        return Optional.ofNullable(tables.get(oid));
    }

    void commit(SeenChanges changes) {
        changes.forEach((oid, after) -> {
            nameLeft(oid, after).ifPresent(left::add);
            if (after.isPresent()) {
                tables.put(oid, after.get());
            } else {
                tables.remove(oid);
            }
        });
        changes.clear();
    }
}
