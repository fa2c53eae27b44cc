package io.millrace.reader.mysql.schema;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.catalog.OnlineSchemaChange;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.TableMapEvent;
import io.millrace.row.RowEncoder;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import io.millrace.wal.ChangeSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shapes of the selected tables at the stream's place.
 *
 * <pre>
 *  a table's shape is  known by                                                  until
 *  PROVEN              what the log kept; what the task knows at the log's       the next statement, which makes another of it
 *                      beginning; a proof ({@link ShapeProof}); its own CREATE;
 *                      a TABLE_MAP_EVENT that names its columns
 *  ASSUMED             the catalog as it is now, later than the stream           an event that names its columns, or a proof
 *  UNKNOWN             a statement that could not be followed                    its CREATE, or an event that names its columns
 * </pre>
 *
 * Rows of an event without names are decoded by a proven shape only. It outlives a connection. Confined to the stream's thread.
 */
public final class SchemaTracker {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaTracker.class);

    private final TableSelection selection;
    private final TableShapes shapes;
    private final Optional<ShapeProof> proof;
    private final Map<TableId, Tracked> tables = new HashMap<>();
    private final Map<String, String> collations = new HashMap<>();
    private final Map<TableId, List<AlterStep>> copies = new HashMap<>();
    private SchemaRules rules = new SchemaRules(false, false, Map.of(), Map.of());
    private ChangeSink sink;
    private boolean isRead;
    private boolean isKept;

    /**
     * What is known of a table that exists.
     *
     * @param state empty where it is not known
     * @param reason why it is not known
     */
    public record Tracked(Optional<TableState> state, boolean isProven, String reason) {
        static Tracked of(TableState state, boolean isProven) {
            return new Tracked(Optional.of(state), isProven, "");
        }

        static Tracked unknown(String reason) {
            return new Tracked(Optional.empty(), false, reason);
        }

        /** Its shape, where that is certain. */
        Optional<TableSchema> proven() {
            return isProven ? state.map(TableState::schema) : Optional.empty();
        }
    }

    public SchemaTracker(TableSelection selection, TableShapes shapes, Optional<ShapeProof> proof) {
        this.selection = selection;
        this.shapes = shapes;
        this.proof = proof;
    }

    public void use(SchemaRules serverRules) {
        rules = serverRules;
    }

    public SchemaRules rules() {
        return rules;
    }

    /** Takes what an earlier process followed, before the first event; what is followed from here on is kept there too. */
    public void restore(ChangeSink keeper) {
        sink = keeper;
        Optional<SchemaState> kept = isKept || isRead ? Optional.empty() : sink.schemas();
        kept.ifPresent(state -> {
            state.tables().forEach((table, each) -> tables.put(table, Tracked.of(each, true)));
            state.collations().forEach((name, text) -> {
                if (CopyNotes.isNote(name)) {
                    CopyNotes.restore(text, copies);
                } else {
                    collations.put(name, text);
                }
            });
            sink.keepSchemas(state); // without what was cut off
            isRead = true;
            isKept = true;
        });
    }

    /**
     * The task knows what its tables are here: of those of which nothing was kept that is proven, and followed from here on. What only
     * the catalog has, a table's further indexes and its default collation, is taken from there, if it still has the table with that key.
     */
    public void know(List<TableSchema> known) {
        List<TableSchema> news = known.stream()
                .filter(schema -> !isKept || !tables.containsKey(schema.table()))
                .toList();
        if (news.isEmpty()) {
            return;
        }
        readOnce();
        for (TableSchema schema : news) {
            TableState state = TableEvolution.known(schema, ofCatalog(schema.table()), declaredKey(schema.table()));
            tables.put(schema.table(), Tracked.of(state, true));
        }
        keepAll();
    }

    private Optional<TableState> ofCatalog(TableId table) {
        return shapes.states().stream()
                .filter(state -> state.table().equals(table))
                .findFirst();
    }

    private void readOnce() {
        if (isRead) {
            return;
        }
        List<TableState> states = shapes.states(); // an outage leaves it unread
        states.forEach(state -> tables.put(state.table(), Tracked.of(state, proof.isEmpty())));
        collations.putAll(shapes.collations());
        isRead = true;
    }

    // ---- questions

    /** Whether a table's rows are kept: not those of a working table of an online schema change. */
    public boolean isSelected(TableId table) {
        return selection.isSelected(table) && !isGhost(table);
    }

    public boolean isGhost(TableId table) {
        List<TableId> bases = OnlineSchemaChange.bases(table);
        if (bases.isEmpty() || bases.stream().noneMatch(selection::isSelected)) {
            return false;
        }
        readOnce();
        return OnlineSchemaChange.isGhost(table, base -> tables.containsKey(base) && selection.isSelected(base));
    }

    /** Whether a statement that names the table matters: of a selected one, or of the copy that will take its place. */
    public boolean matters(TableId table) {
        TableId folded = rules.fold(table);
        return selection.isSelected(table) || selection.isSelected(folded) || isGhost(folded);
    }

    /** Whether a database may hold a selected table. */
    public boolean mayHaveTablesIn(String database) {
        readOnce();
        return shapes.isCatalog()
                ? tables.keySet().stream().anyMatch(table -> table.namespace().equalsIgnoreCase(database))
                : shapes.mayHaveTablesIn(database);
    }

    /** Whether a table is one that exists and is selected, as far as that is known. */
    public boolean mayBe(TableId table) {
        readOnce();
        TableId folded = rules.fold(table);
        return shapes.isCatalog() ? tables.containsKey(folded) : matters(table);
    }

    // ---- statements

    /**
     * What a statement changes: nothing has changed before {@link #apply}.
     *
     * @param changed what becomes of each table; empty for one that is gone
     * @param newDefaults the tables of which columns may have other defaults from there on
     * @param copies what was done so far to working tables of online schema changes
     * @param further what was done to those that took the place of their table: it is done to that one now
     */
    public record Outcome(
            List<TableEffect> effects,
            Map<TableId, Optional<Tracked>> changed,
            Map<String, String> collations,
            Set<TableId> newDefaults,
            Map<TableId, List<AlterStep>> copies,
            List<TableChange> further) {}

    public Outcome outcome(List<TableChange> changes, SchemaRules ofSession, boolean isStrict) {
        readOnce();
        return new ChangeOutcome(this, ofSession, isStrict).of(changes);
    }

    /** A statement that could not be read: nothing of these tables is known from here on. */
    public Outcome unreadable(List<TableId> touched, String reason) {
        readOnce();
        List<TableEffect> effects = new ArrayList<>();
        Map<TableId, Optional<Tracked>> changed = new HashMap<>();
        for (TableId each : touched) {
            TableId table = rules.fold(each);
            if (isSelected(table)) {
                effects.add(
                        new TableEffect(TableEffect.Kind.UNKNOWN, table, provenSchema(table), Optional.empty(), true));
            }
            if (matters(table)) {
                changed.put(table, Optional.of(Tracked.unknown(reason)));
            }
        }
        return new Outcome(effects, changed, Map.of(), changed.keySet(), Map.of(), List.of());
    }

    private Optional<TableSchema> provenSchema(TableId table) {
        return tracked(table).flatMap(Tracked::proven);
    }

    /** Makes an outcome durable, ahead of the transaction that it belongs to. */
    public void keep(Outcome outcome, TransactionId transaction) {
        boolean isNothing = outcome.changed().isEmpty()
                && outcome.collations().isEmpty()
                && outcome.copies().isEmpty();
        if (!isKept || isNothing) {
            return;
        }
        List<TableState> changed = new ArrayList<>();
        List<TableId> gone = new ArrayList<>();
        outcome.changed()
                .forEach((table, tracked) ->
                        tracked.flatMap(Tracked::state).ifPresentOrElse(changed::add, () -> gone.add(table)));
        Map<String, String> words = new HashMap<>(outcome.collations());
        words.putAll(CopyNotes.of(outcome.copies()));
        sink.changeSchemas(transaction, changed, gone, words);
    }

    /** Goes on from an outcome, behind the transaction that it belongs to. */
    public void apply(Outcome outcome, TransactionId transaction) {
        outcome.newDefaults().forEach(table -> shapes.forgetDefaults(table, transaction));
        outcome.changed().forEach((table, tracked) -> {
            if (tracked.isPresent()) {
                tables.put(table, tracked.get());
            } else {
                tables.remove(table);
            }
        });
        collations.putAll(outcome.collations());
        copies.putAll(outcome.copies());
    }

    /** What was done to a working table since it was made; nothing where that was before the process began. */
    List<AlterStep> stepsOf(TableId copy) {
        return copies.getOrDefault(copy, List.of());
    }

    Optional<Tracked> tracked(TableId table) {
        return Optional.ofNullable(tables.get(table));
    }

    List<TableId> tablesIn(String database) {
        return tables.keySet().stream()
                .filter(table -> table.namespace().equals(database))
                .sorted()
                .toList();
    }

    String collationOf(String database) {
        return collations.getOrDefault(database, rules.defaultOf("utf8mb4"));
    }

    List<String> declaredKey(TableId table) {
        return selection.declaredKey(table);
    }

    // ---- events

    /** Whether keys of selected tables may change rows when one of this table is removed or gets another key. */
    public boolean mayHaveActingChildren(TableId table) {
        return shapes.mayHaveActingChildren(table);
    }

    /** Puts what an INSERT got in a column that it left out; false where that is not proven. */
    public boolean putDefault(TableSchema schema, int column, TransactionId transaction, RowEncoder row) {
        return shapes.putDefault(schema, column, transaction, row);
    }

    /**
     * The shape by which rows behind an event are decoded.
     *
     * @throws MillraceException with SCHEMA_MISMATCH where no shape is certain
     */
    public TableSchema shapeOf(TableMapEvent event, SourceCharsets charsets, EventPlace place) {
        TableId table = event.table();
        readOnce();
        Optional<TableState> state = tracked(table).flatMap(Tracked::state);
        if (state.isEmpty() && !shapes.isCatalog()) {
            state = Optional.ofNullable(shapes.shapeOf(table)).map(schema -> new TableState(schema, "", List.of()));
            state.ifPresent(each -> tables.put(table, Tracked.of(each, true)));
        }
        if (event.hasNames()) {
            if (state.isEmpty() && shapes.isCatalog()) {
                state = ofCatalog(table); // it says more of columns than the event
            }
            TableSchema schema = EventShape.named(event, state, charsets, selection.declaredKey(table), place);
            adopt(table, schema, state);
            return schema;
        }
        boolean isProven = tracked(table).map(Tracked::isProven).orElse(false);
        if (!isProven && proof.isPresent()) {
            prove(place);
        }
        return EventShape.unnamed(event, proven(table, place), charsets);
    }

    private void adopt(TableId table, TableSchema schema, Optional<TableState> state) {
        boolean isKnown = tracked(table).map(Tracked::isProven).orElse(false)
                && state.map(each -> each.schema().hasShapeOf(schema)).orElse(false);
        if (!isKnown) {
            TableState adopted = state.map(each -> new TableState(schema, each.collation(), each.indexes()))
                    .orElseGet(() -> new TableState(schema, "", List.of()));
            tables.put(table, Tracked.of(adopted, true));
        }
    }

    private TableSchema proven(TableId table, EventPlace place) {
        Optional<Tracked> tracked = tracked(table);
        return tracked.flatMap(Tracked::proven)
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.SCHEMA_MISMATCH,
                        "the table's shape at this place is not certain, and the binlog does not name its columns: table="
                                + table + ", reason="
                                + tracked.map(Tracked::reason)
                                        .filter(reason -> !reason.isEmpty())
                                        .orElse("the catalog has no such table")
                                + ", required=binlog_row_metadata=FULL, " + place.text()));
    }

    /** Nothing was kept, and events will not name their columns: what the catalog says must be proven before the first of them. */
    public void proveAtStart(EventPlace place) {
        if (!isKept && proof.isPresent()) {
            prove(place);
        }
    }

    /** Asks for a proof of all that is not certain yet, and keeps what is. */
    private void prove(EventPlace place) {
        ShapeProof.Result result = proof.orElseThrow().prove(place, this);
        result.states().forEach(state -> learn(state.table(), Optional.of(Tracked.of(state, true))));
        result.unproven().forEach((table, reason) -> learn(table, Optional.of(Tracked.unknown(reason))));
        result.absent().forEach(table -> learn(table, Optional.empty()));
        collations.putAll(result.collations());
        isRead = true;
        keepAll();
    }

    private void keepAll() {
        Map<TableId, TableState> states = new HashMap<>();
        tables.forEach((table, tracked) ->
                tracked.state().filter(state -> tracked.isProven()).ifPresent(state -> states.put(table, state)));
        Map<String, String> words = new HashMap<>(collations);
        words.putAll(CopyNotes.of(copies));
        sink.keepSchemas(new SchemaState(states, words));
        isKept = true;
    }

    private void learn(TableId table, Optional<Tracked> found) {
        if (tracked(table).map(Tracked::isProven).orElse(false)) {
            return;
        }
        tables.remove(table);
        found.ifPresent(tracked -> tables.put(table, tracked));
    }

    /**
     * An event does not fit what was followed: the catalog is asked once more, and believed where no statement stands between here
     * and now.
     *
     * @return whether another shape is proven now
     */
    public boolean repair(TableId table, EventPlace place) {
        if (proof.isEmpty()) {
            return false;
        }
        Optional<Tracked> before = tracked(table);
        tables.remove(table);
        prove(place);
        Optional<Tracked> now = tracked(table);
        boolean isOther = now.flatMap(Tracked::proven).isPresent() && !now.equals(before);
        if (isOther) {
            LOG.warn("shape taken from the catalog again: table={}, {}", table, place.text());
        } else {
            before.ifPresent(each -> tables.put(table, each));
        }
        return isOther;
    }
}
