package io.millrace.reader.mysql.schema;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.reader.mysql.catalog.OnlineSchemaChange;
import io.millrace.reader.mysql.schema.SchemaTracker.Outcome;
import io.millrace.reader.mysql.schema.SchemaTracker.Tracked;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Follows one statement through the tables that it touches, in its order, over what was known before. One instance a statement. */
final class ChangeOutcome {
    private static final String ACTING_COPY = "the copy that took its place has a foreign key with an action";
    private static final String MOVED_COPY = "the copy that took its place was altered by more than its columns";

    private final SchemaTracker tracker;
    private final SchemaRules rules;
    private final boolean isStrict;
    private final TableEvolution evolution;
    private final Map<TableId, Optional<Tracked>> changed = new LinkedHashMap<>();
    private final Map<String, String> collations = new LinkedHashMap<>();
    private final List<TableEffect> effects = new ArrayList<>();
    private final Set<TableId> sameDefaults = new HashSet<>();
    private final Set<TableId> newDefaults = new HashSet<>();
    private final Map<TableId, List<AlterStep>> copies = new LinkedHashMap<>();
    private final List<TableChange> further = new ArrayList<>();
    /** Where a table that a RENAME touched came from. */
    private final Map<TableId, TableId> origins = new LinkedHashMap<>();

    /** @param isStrict whether the session's statements fail where a value does not fit */
    ChangeOutcome(SchemaTracker tracker, SchemaRules rules, boolean isStrict) {
        this.tracker = tracker;
        this.rules = rules;
        this.isStrict = isStrict;
        this.evolution = new TableEvolution(rules);
    }

    Outcome of(List<TableChange> changes) {
        for (TableChange change : changes) {
            if (change instanceof TableChange.Create create) {
                create(create);
            } else if (change instanceof TableChange.Alter alter) {
                alter(alter);
            } else if (change instanceof TableChange.Rename rename) {
                rename(rules.fold(rename.table()), rules.fold(rename.to()));
            } else if (change instanceof TableChange.Drop drop) {
                drop(rules.fold(drop.table()));
            } else if (change instanceof TableChange.Truncate truncate) {
                same(TableEffect.Kind.TRUNCATED, rules.fold(truncate.table()));
            } else if (change instanceof TableChange.Repair repair) {
                same(TableEffect.Kind.ALTERED, rules.fold(repair.table()));
            } else if (change instanceof TableChange.DropDatabase drop) {
                tracker.tablesIn(rules.fold(drop.database())).forEach(this::drop);
            } else if (change instanceof TableChange.DatabaseCharset database) {
                database(database);
            }
        }
        renameEffects();
        changed.keySet().stream().filter(table -> !sameDefaults.contains(table)).forEach(newDefaults::add);
        return new Outcome(effects, changed, collations, newDefaults, copies, further);
    }

    private Optional<Tracked> now(TableId table) {
        Optional<Tracked> next = changed.get(table);
        return next == null ? tracker.tracked(table) : next;
    }

    private String collationOf(TableId table) {
        String next = collations.get(table.namespace());
        return next == null ? tracker.collationOf(table.namespace()) : next;
    }

    private void effect(
            TableEffect.Kind kind,
            TableId table,
            Optional<TableSchema> before,
            Optional<TableSchema> after,
            boolean movesRows) {
        if (tracker.isSelected(table)) {
            effects.add(new TableEffect(kind, table, before, after, movesRows));
        }
    }

    private void database(TableChange.DatabaseCharset database) {
        boolean isSaid = !database.charset().isEmpty() || !database.collation().isEmpty();
        if (database.isNew() || isSaid) {
            String inherited = rules.defaultOf("utf8mb4");
            collations.put(
                    rules.fold(database.database()),
                    rules.collation(database.charset(), database.collation(), inherited));
        }
    }

    private void same(TableEffect.Kind kind, TableId table) {
        Optional<TableSchema> schema = now(table).flatMap(Tracked::proven);
        effect(kind, table, schema, schema, true);
    }

    private void drop(TableId table) {
        effect(TableEffect.Kind.DROPPED, table, now(table).flatMap(Tracked::proven), Optional.empty(), true);
        if (tracker.matters(table)) {
            changed.put(table, Optional.empty());
        }
    }

    // ---- CREATE

    private void create(TableChange.Create create) {
        TableId table = rules.fold(create.table());
        if (!tracker.matters(table)) {
            return;
        }
        Optional<Tracked> before = now(table);
        if (before.isPresent() && create.ifNotExists() && !create.orReplace()) {
            return; // it was there, or is there in the end as it is thought to be
        }
        boolean isThere = before.map(Tracked::isProven).orElse(false);
        if (tracker.isGhost(table)) {
            copies.put(table, List.of());
        }
        Tracked made = made(create, table);
        changed.put(table, Optional.of(made));
        effect(
                TableEffect.Kind.CREATED,
                table,
                isThere ? before.flatMap(Tracked::proven) : Optional.empty(),
                made.proven(),
                create.orReplace() || create.hasQuery());
    }

    private Tracked made(TableChange.Create create, TableId table) {
        if (tracker.isGhost(table) && create.foreignKeys().stream().anyMatch(ForeignKeyDefinition::hasAction)) {
            return Tracked.unknown(ACTING_COPY);
        }
        if (create.hasQuery() || (create.like().isEmpty() && create.columns().isEmpty())) {
            return Tracked.unknown("CREATE TABLE … SELECT does not name all columns");
        }
        if (create.like().isPresent()) {
            Optional<TableState> model = now(rules.fold(create.like().get()))
                    .filter(Tracked::isProven)
                    .flatMap(Tracked::state);
            return model.map(state -> Tracked.of(TableEvolution.renamed(state, table), true))
                    .orElseGet(() -> Tracked.unknown("CREATE TABLE … LIKE a table that is not followed"));
        }
        return Tracked.of(evolution.create(create, table, collationOf(table), tracker.declaredKey(table)), true);
    }

    // ---- ALTER

    private void alter(TableChange.Alter alter) {
        TableId table = rules.fold(alter.table());
        Optional<TableState> known = now(table).flatMap(Tracked::state);
        boolean movesRows = alter.ignoresErrors() || alter.steps().stream().anyMatch(step -> movesRows(step, known));
        for (AlterStep step : alter.steps()) {
            if (step instanceof AlterStep.Partition partition) {
                partition.other().ifPresent(other -> same(TableEffect.Kind.ALTERED, rules.fold(other)));
            }
        }
        if (tracker.matters(table)) {
            alter(alter, table, movesRows);
        }
        for (AlterStep step : alter.steps()) {
            if (step instanceof AlterStep.RenameTo rename) {
                rename(table, rules.fold(rename.to()));
            }
        }
    }

    private void alter(TableChange.Alter alter, TableId table, boolean movesRows) {
        Optional<Tracked> before = now(table);
        if (before.isEmpty() && alter.ifExists()) {
            return;
        }
        if (tracker.isGhost(table) && movesRows) {
            changed.put(table, Optional.of(Tracked.unknown(MOVED_COPY)));
            return;
        }
        if (tracker.isGhost(table)) {
            List<AlterStep> steps = new ArrayList<>(stepsOf(table));
            steps.addAll(alter.steps());
            copies.put(table, steps);
        }
        Optional<TableState> state = before.flatMap(Tracked::state);
        if (state.isPresent() && isApartFromColumns(alter.steps())) {
            Optional<TableSchema> schema = state.map(TableState::schema);
            if (alter.steps().stream().noneMatch(AlterStep.AlterDefault.class::isInstance)) {
                sameDefaults.add(table);
            }
            changed.put(table, Optional.of(altered(before.get(), state.get(), alter)));
            effect(TableEffect.Kind.ALTERED, table, schema, schema, movesRows);
            return;
        }
        Tracked after = state.filter(known -> before.get().isProven())
                .map(known -> altered(before.get(), known, alter))
                .orElseGet(() -> Tracked.unknown(before.map(Tracked::reason)
                        .filter(reason -> !reason.isEmpty())
                        .orElse("ALTER TABLE of a table whose shape is not certain")));
        changed.put(table, Optional.of(after));
        boolean mayLose = !isStrict && mayLoseValues(before, Optional.of(after), alter.steps());
        effect(TableEffect.Kind.ALTERED, table, before.flatMap(Tracked::proven), after.proven(), movesRows || mayLose);
    }

    private static boolean mayLoseValues(Optional<Tracked> before, Optional<Tracked> after, List<AlterStep> steps) {
        Optional<TableSchema> then = before.flatMap(Tracked::proven);
        Optional<TableSchema> now = after.flatMap(Tracked::proven);
        return then.isPresent() && now.isPresent() && ValueLoss.isPossible(then.get(), now.get(), steps);
    }

    private List<AlterStep> stepsOf(TableId copy) {
        List<AlterStep> steps = copies.get(copy);
        return steps == null ? tracker.stepsOf(copy) : steps;
    }

    private Tracked altered(Tracked before, TableState state, TableChange.Alter alter) {
        TableId table = state.table();
        return evolution
                .alter(state, alter.steps(), collationOf(table), tracker.declaredKey(table))
                .map(after -> Tracked.of(after, before.isProven()))
                .orElseGet(() -> Tracked.unknown("ALTER TABLE names columns that are not there"));
    }

    /** From a foreign key's coming to its going rows of the child change with the parent's, and no event tells. */
    private static boolean movesRows(AlterStep step, Optional<TableState> known) {
        return (step instanceof AlterStep.Partition partition && partition.movesRows())
                || (step instanceof AlterStep.Other other && other.movesRows())
                || (step instanceof AlterStep.AddForeignKey add && add.key().hasAction())
                || step instanceof AlterStep.DropForeignKey // which may have had an action
                || (step instanceof AlterStep.DropConstraint drop && !isIndex(drop.name(), known));
    }

    private static boolean isIndex(String name, Optional<TableState> known) {
        return known.stream()
                .flatMap(state -> state.indexes().stream())
                .anyMatch(index -> index.name().equalsIgnoreCase(name));
    }

    /** Whether neither columns nor the key by which rows are told apart can change, whatever the table looks like. */
    static boolean isApartFromColumns(List<AlterStep> steps) {
        return steps.stream()
                .allMatch(step -> step instanceof AlterStep.Other
                        || step instanceof AlterStep.Partition
                        || step instanceof AlterStep.AlterDefault
                        || step instanceof AlterStep.AddForeignKey
                        || step instanceof AlterStep.DropForeignKey
                        || step instanceof AlterStep.DefaultCharset
                        || (step instanceof AlterStep.AddIndex add
                                && add.index().kind() != IndexDefinition.Kind.PRIMARY
                                && add.index().kind() != IndexDefinition.Kind.UNIQUE));
    }

    // ---- RENAME

    private void rename(TableId from, TableId to) {
        boolean isFollowed = tracker.matters(from) || tracker.matters(to) || origins.containsKey(from);
        if (!isFollowed) {
            return;
        }
        Optional<Tracked> moved = now(from);
        Tracked arrived = moved.map(tracked -> new Tracked(
                        tracked.state().map(state -> TableEvolution.renamed(state, to)),
                        tracked.isProven(),
                        tracked.reason()))
                .orElseGet(() -> Tracked.unknown("RENAME of a table that is not followed"));
        TableId origin = origins.getOrDefault(from, from);
        origins.remove(from);
        origins.putIfAbsent(from, null);
        origins.put(to, origin);
        changed.put(from, Optional.empty());
        changed.put(to, Optional.of(arrived));
    }

    private void renameEffects() {
        for (Map.Entry<TableId, TableId> each : origins.entrySet()) {
            TableId table = each.getKey();
            Optional<Tracked> before = tracker.tracked(table);
            Optional<Tracked> after = now(table);
            Optional<TableSchema> then = before.flatMap(Tracked::proven);
            Optional<TableSchema> now = after.flatMap(Tracked::proven);
            if (table.equals(each.getValue())) {
                continue; // there and back
            }
            if (before.isPresent() && after.isPresent()) {
                boolean isOnline = each.getValue() != null && isCopyOf(each.getValue(), table);
                List<AlterStep> steps = isOnline ? stepsOf(each.getValue()) : List.of();
                if (isOnline) {
                    further.add(new TableChange.Alter(table, false, false, steps));
                }
                TableEffect.Kind kind = isOnline ? TableEffect.Kind.RESHAPED : TableEffect.Kind.SWAPPED;
                boolean mayLose =
                        mayLoseRows(before.get(), after.get()) || mayLoseValues(before, after, steps); // INSERT IGNORE
                effect(kind, table, then, now, !isOnline || mayLose);
            } else if (after.isPresent()) {
                effect(TableEffect.Kind.RENAMED_HERE, table, Optional.empty(), now, true);
            } else {
                effect(TableEffect.Kind.RENAMED_AWAY, table, then, Optional.empty(), true);
            }
        }
        changed.keySet().removeIf(table -> !tracker.matters(table));
    }

    private static boolean isCopyOf(TableId copy, TableId table) {
        boolean isCopy = copy.name().endsWith("_gho") || copy.name().endsWith("_new");
        return isCopy && OnlineSchemaChange.bases(copy).contains(table);
    }

    /** A copy is filled without the rows that meet a unique key that the table did not have. */
    private static boolean mayLoseRows(Tracked before, Tracked after) {
        Set<List<TableIndex.Part>> unique = before.state().stream()
                .flatMap(state -> state.indexes().stream())
                .filter(TableIndex::isUnique)
                .map(TableIndex::parts)
                .collect(Collectors.toSet());
        return after.state().isEmpty()
                || after.state().get().indexes().stream()
                        .anyMatch(index -> index.isUnique() && !unique.contains(index.parts()));
    }
}
