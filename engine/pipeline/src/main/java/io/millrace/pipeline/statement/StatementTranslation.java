package io.millrace.pipeline.statement;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.LabelledColumns;
import io.millrace.mapping.TablePlan;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.DdlPolicy;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.transform.AddedKeys;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Makes of a statement's effects what it is at the target, or says which part of it has no counterpart there: rendered from the parsed
 * form (EXACTNESS 42), and only where rows that are there come out as the source's did. Pure. One instance a statement.
 */
public final class StatementTranslation {
    private static final String UNTOLD = ", and no text of its key tells whose a row is";

    private final TaskSpec task;
    private final DdlEvent event;
    private final BiFunction<TableSchema, TableId, TargetTable> planner;
    private final boolean isSkipped;
    private final JoinedMembers members;
    private final RowsLeft left;
    private final Map<TableId, FollowedTable> before = new LinkedHashMap<>();
    private final Map<TableId, FollowedTable> next = new LinkedHashMap<>();
    private final List<TargetChange> changes = new ArrayList<>();
    private final List<TableId> gone = new ArrayList<>();
    /** Names that tables have got by the statement. */
    private final Set<TableId> arrived = new HashSet<>();

    private final SourceNames names;
    private final Map<TableId, TableId> renamed = new LinkedHashMap<>();
    private final Set<TableId> emptied = new HashSet<>();
    private final Set<DdlPolicy> policies = EnumSet.noneOf(DdlPolicy.class);

    /**
     * Of one statement.
     *
     * @param tables the task's, before it
     * @param left rows of tables that are the task's no more
     * @param planner what a source table is at the target, by shape and name
     * @param isSkipped whether a person has asked to pass it: nothing of it is carried out
     */
    public StatementTranslation(
            TaskSpec task,
            DdlEvent event,
            Collection<FollowedTable> tables,
            Collection<LeftRows> left,
            BiFunction<TableSchema, TableId, TargetTable> planner,
            boolean isSkipped) {
        this.task = task;
        this.event = event;
        this.planner = planner;
        this.isSkipped = isSkipped;
        names = new SourceNames(event);
        members = new JoinedMembers(task);
        this.left = new RowsLeft(task, left, tables);
        tables.forEach(table -> before.put(table.table(), table));
    }

    /**
     * The plan.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE and the reason where there is none
     */
    public StatementPlan plan() {
        for (TableEffect effect : event.effects()) {
            FollowedTable table = now(effect.table());
            if (table == null && !isNewName(effect)) {
                notHeld(effect);
                continue;
            }
            switch (effect.kind()) {
                case ALTERED, RESHAPED -> altered(effect, table);
                case TRUNCATED -> truncated(effect, table);
                case DROPPED -> dropped(effect);
                case RENAMED_AWAY -> renamed(effect, table);
                case RENAMED_HERE -> {} // with the name that went
                case SWAPPED -> swapped(effect, table);
                case CREATED -> throw refused(effect, "it was made anew, with other rows");
                case UNKNOWN -> throw refused(effect, "the statement could not be read");
            }
        }
        return new StatementPlan(changes, List.copyOf(next.values()), gone, renamed, emptied, left.kept(), policies);
    }

    private FollowedTable now(TableId table) {
        return next.getOrDefault(table, before.get(table));
    }

    /** Whether a table that the task holds takes this name by the same statement. */
    private boolean isNewName(TableEffect effect) {
        boolean isTaken = effect.kind() == TableEffect.Kind.RENAMED_HERE || effect.kind() == TableEffect.Kind.SWAPPED;
        return isTaken && names.before(effect.table(), before.keySet()).isPresent();
    }

    /** Of a table that the task takes and does not hold nothing was ever carried; one that comes in with rows must be loaded. */
    private void notHeld(TableEffect effect) {
        if (isLeftOut(effect)) {
            isCarriedOut(effect.table(), DdlKind.CREATE_TABLE);
            return;
        }
        if (isTakenIn(effect)) {
            isCarriedOut(effect.table(), DdlKind.CREATE_TABLE);
            next.put(effect.table(), FollowedTable.of(effect.after().orElseThrow()));
            return;
        }
        boolean isGone = effect.after().isEmpty() && effect.kind() != TableEffect.Kind.UNKNOWN;
        boolean isNothing = isGone
                || effect.kind() == TableEffect.Kind.TRUNCATED
                || event.leavesRowsAlone(effect)
                || !task.tables().isSelected(effect.table());
        if (!isNothing) {
            throw refused(effect, "the task does not hold the table");
        }
    }

    /** Whether a table that is made is none of the task's, by policy. */
    private boolean isLeftOut(TableEffect effect) {
        return effect.kind() == TableEffect.Kind.CREATED
                && task.tables().isSelected(effect.table())
                && task.ddl(effect.table()).leavesOut(DdlKind.CREATE_TABLE);
    }

    /** Whether a table that is made is made at the target, and loaded, as the statement leaves it. */
    private boolean isTakenIn(TableEffect effect) {
        return effect.kind() == TableEffect.Kind.CREATED
                && task.has(Step.FULL)
                && task.tables().isSelected(effect.table())
                && !effect.movesRows()
                && effect.after().filter(schema -> !schema.key().isEmpty()).isPresent();
    }

    private boolean isCarriedOut(TableId table, DdlKind kind) {
        if (isSkipped) {
            policies.add(DdlPolicy.IGNORE);
            return false;
        }
        DdlPolicy policy = task.ddl(table).of(kind);
        if (policy == DdlPolicy.ERROR) {
            throw refusal(
                    "table=" + table + ", policy=error, kind=" + kind.name().toLowerCase(Locale.ROOT));
        }
        if (policy == DdlPolicy.NORMAL && task.target().isAppend() && kind != DdlKind.CREATE_TABLE) {
            throw refusal("table=" + table + ", kind=" + kind.name().toLowerCase(Locale.ROOT)
                    + ", reason=every change is a row, and no statement is carried out on those that are there: its policy can be"
                    + " ignore");
        }
        policies.add(policy);
        return policy == DdlPolicy.NORMAL;
    }

    private boolean isLenient() {
        return task.ddl().isLenient();
    }

    private TableId targetOf(FollowedTable table) {
        return task.targetOf(table.seen().table());
    }

    private void altered(TableEffect effect, FollowedTable table) {
        if (event.leavesRowsAlone(effect)
                && !LabelledColumns.areRelabelled(
                        planner.apply(table.seen(), targetOf(table)),
                        effect,
                        column -> table.places().get(column))) {
            tell(effect);
            return;
        }
        if (event.kinds().contains(DdlKind.OTHER)) {
            tell(effect);
        }
        if (effect.movesRows() && !isSkipped) {
            throw refused(effect, "rows may have come, gone or changed by it, and no row event tells");
        }
        if (effect.before().isEmpty() || effect.after().isEmpty()) {
            throw refused(effect, "the table's columns at this place are not certain");
        }
        Optional<String> difference =
                TablePlan.difference(table.rows(), effect.before().get());
        if (difference.isPresent()) {
            throw refused(effect, "the table was not what the task carries: " + difference.get());
        }
        TableId name = targetOf(table);
        List<FollowedTable> others = others(table);
        TableTranslation translation = new TableTranslation(
                ColumnMatch.of(event, effect),
                table,
                effect.before().get(),
                effect.after().get(),
                kind -> isCarriedOut(effect.table(), kind),
                (seen, to) -> isLenient() || members.areAllCalled(others, seen, to),
                isLenient());
        List<FollowedTable> renamedOthers = JoinedMembers.renamed(others, translation.renamed());
        if (!members.areFollowed(translation.next(), renamedOthers)) {
            throw leftOutOfRewritten(effect);
        }
        if (!translation.changed().isEmpty() && !isSkipped) {
            throw refused(
                    effect,
                    "where their type stays as it is at the target, it would round or cut values: columns="
                            + translation.changed());
        }
        List<TargetChange> own = translation.changes(schema -> planner.apply(schema, name));
        SteppedColumns.require(task, table, translation.next(), own, translation.renamed());
        for (int i = 0; i < others.size(); i++) {
            SteppedColumns.require(task, others.get(i), renamedOthers.get(i), List.of(), translation.renamed());
        }
        requireNoKeyMoved(effect, table, others);
        changes.addAll(
                others.isEmpty()
                        ? own
                        : new JoinedChanges(
                                        effect.table(),
                                        renamedOthers,
                                        other -> planner.apply(other.seen(), targetOf(other)),
                                        members.rowsOf(table, others))
                                .of(own));
        next.put(effect.table(), translation.next());
        if (!translation.renamed().isEmpty()) {
            renamedOthers.forEach(other -> next.put(other.table(), other));
        }
    }

    /** Rows of tables with one target are given one shape, in which a key stands where the source has it. */
    private void requireNoKeyMoved(TableEffect effect, FollowedTable table, List<FollowedTable> others) {
        List<Integer> key = table.rows().key();
        if (!others.isEmpty()
                && !isSkipped
                && !effect.after().orElseThrow().key().equals(key)) {
            throw refused(
                    effect,
                    "other tables of the task have the same target, and its key's columns move: target="
                            + targetOf(table));
        }
    }

    /** What leaves columns and rows as they are has nothing to be carried out; but somebody may want to be told, or not to go on. */
    private void tell(TableEffect effect) {
        if (task.ddl(effect.table()).of(DdlKind.OTHER) != DdlPolicy.IGNORE) {
            isCarriedOut(effect.table(), DdlKind.OTHER);
        }
    }

    /** Others with the same target, as they are by now. */
    private List<FollowedTable> others(FollowedTable table) {
        Map<TableId, FollowedTable> all = new LinkedHashMap<>(before);
        all.keySet().removeAll(gone);
        all.putAll(next);
        return all.values().stream()
                .filter(other -> !other.table().equals(table.table())
                        && task.tables().isSelected(other.table())
                        && targetOf(other).equals(targetOf(table)))
                .toList();
    }

    private void requireOwnTarget(TableEffect effect, FollowedTable table) {
        if (!others(table).isEmpty() && !isSkipped) {
            throw refused(effect, "other tables of the task have the same target: target=" + targetOf(table));
        }
        if (!left.in(targetOf(table), table.table()).isEmpty() && !isSkipped) {
            throw refused(effect, left.reason(targetOf(table), table.table(), ""));
        }
    }

    /** Tables with one target are emptied, or go, once; of one of them its rows go, where they are told from those of the others. */
    private void empty(TableEffect effect, FollowedTable table, DdlKind kind, TargetChange ofAll) {
        List<FollowedTable> others = others(table);
        List<TableId> staying = left.in(targetOf(table), table.table());
        TargetChange change = staying.isEmpty() && members.areAgreed(event, effect, others, kind)
                ? ofAll
                : new TargetChange.DeleteRows(
                        targetOf(table),
                        members.rowsOf(table, others, staying)
                                .orElseThrow(() -> refused(
                                        effect,
                                        staying.isEmpty()
                                                ? "other tables of the task have the same target" + UNTOLD + ": target="
                                                        + targetOf(table)
                                                : left.reason(targetOf(table), effect.table(), UNTOLD))));
        left.remove(effect.table(), targetOf(table));
        emptied.add(effect.table());
        if (!changes.contains(change)) {
            changes.add(change);
        }
    }

    private void truncated(TableEffect effect, FollowedTable table) {
        if (isCarriedOut(effect.table(), DdlKind.TRUNCATE_TABLE) && !isLenient()) {
            empty(effect, table, DdlKind.TRUNCATE_TABLE, new TargetChange.Truncate(targetOf(table)));
        }
    }

    private void dropped(TableEffect effect) {
        FollowedTable table = now(effect.table());
        boolean isDone = isCarriedOut(effect.table(), DdlKind.DROP_TABLE) && !isLenient();
        boolean areAllDropped = isDone && members.areAgreed(event, effect, others(table), DdlKind.DROP_TABLE);
        if (isDone) {
            empty(effect, table, DdlKind.DROP_TABLE, new TargetChange.DropTable(targetOf(table)));
        } else {
            left.leave(effect.table(), targetOf(table));
        }
        next.remove(effect.table());
        gone.add(effect.table());
        if (!areAllDropped) {
            goOn(effect, others(table));
        }
    }

    /** The table for which a name was kept may be the one that went. */
    private void goOn(TableEffect effect, List<FollowedTable> others) {
        if (others.isEmpty()) {
            return;
        }
        Map<String, String> columns = isSkipped || isLenient() ? Map.of() : members.agreed(others);
        List<FollowedTable> renamedOthers = JoinedMembers.renamed(others, columns);
        TargetTable was = planner.apply(others.get(0).seen(), targetOf(others.get(0)));
        TargetTable now = planner.apply(renamedOthers.get(0).seen(), was.name());
        changes.addAll(JoinedMembers.renames(was, now));
        for (int i = 0; i < others.size() && !columns.isEmpty(); i++) {
            SteppedColumns.require(task, others.get(i), renamedOthers.get(i), List.of(), columns);
            next.put(others.get(i).table(), renamedOthers.get(i));
        }
        if (!members.areFollowed(renamedOthers.get(0), renamedOthers.subList(1, others.size()))) {
            throw leftOutOfRewritten(effect);
        }
    }

    // ---- names

    /** The name is another table's behind the statement; the one that had it is somewhere else. */
    private void swapped(TableEffect effect, FollowedTable table) {
        if (names.before(effect.table(), before.keySet()).isEmpty()) {
            throw refused(effect, "a table that the task does not hold took its name");
        }
        if (before.containsKey(effect.table())) {
            renamed(effect, arrived.contains(effect.table()) ? before.get(effect.table()) : table);
        }
    }

    private void renamed(TableEffect effect, FollowedTable table) {
        TableId to = names.behind(effect.table());
        if (!task.tables().isSelected(to)) {
            throw refused(
                    effect, "the task does not take its new name, so that its rows cannot be followed: name=" + to);
        }
        if (!AddedKeys.of(task, effect.table(), targetOf(table)).equals(AddedKeys.of(task, to, task.targetOf(to)))) {
            throw refused(effect, "its name is part of the target's key, by which its rows are found: name=" + to);
        }
        RulesByName.difference(task, effect.table(), to).ifPresent(why -> {
            throw refused(effect, why);
        });
        TableSchema rows = named(table.rows(), to);
        TableSchema seen = table.seen();
        if (isCarriedOut(effect.table(), DdlKind.RENAME_TABLE) && !isLenient()) {
            seen = named(seen, to);
            TableId there = targetOf(table);
            if (!there.equals(task.targetOf(to))) {
                requireOwnTarget(effect, table);
                changes.add(new TargetChange.RenameTable(there, task.targetOf(to)));
            }
        }
        if (!rows.table().equals(seen.table()) && members.isRewritten(to)) {
            throw leftOutOfRewritten(effect);
        }
        if (!arrived.contains(effect.table())) {
            next.remove(effect.table());
        }
        next.put(to, new FollowedTable(rows, seen, table.places()));
        arrived.add(to);
        gone.add(effect.table());
        renamed.put(effect.table(), to);
    }

    private static TableSchema named(TableSchema schema, TableId name) {
        return new TableSchema(name, schema.version(), schema.columns(), schema.key());
    }

    private static MillraceException leftOutOfRewritten(TableEffect effect) {
        return refused(effect, "its rows are rewritten, and what is left out of a statement cannot be followed then");
    }

    private static MillraceException refused(TableEffect effect, String why) {
        return refusal("table=" + effect.table() + ", reason=" + why);
    }

    /** Why a statement has no counterpart; {@code StatementStep} adds which. */
    static MillraceException refusal(String why) {
        return new MillraceException(ErrorCode.DDL_ON_SELECTED_TABLE, why);
    }
}
