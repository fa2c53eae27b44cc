package io.millrace.pipeline.check;

import io.millrace.ddl.DdlKind;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.mapping.ChangeFilters;
import io.millrace.mapping.ColumnCheck;
import io.millrace.mapping.JoinedStructures;
import io.millrace.mapping.JoinedTables;
import io.millrace.mapping.KeyActionPlan;
import io.millrace.mapping.NameCheck;
import io.millrace.mapping.PartitionPlan;
import io.millrace.mapping.RowPolicies;
import io.millrace.mapping.TaskPlan;
import io.millrace.mapping.WantedStructures;
import io.millrace.pipeline.statement.JoinedShapes;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.reader.TableSelection;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DmlSpec;
import io.millrace.task.OnNoKey;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.transform.TransformCompiler;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a task finds before a row moves: the selected tables, their targets, and every reason why it cannot run. Changes nothing.
 * Immutable.
 *
 * @param selection the task's, without tables that are left out for want of a key
 * @param tables of the source, as its catalog was, with the shapes of the place where the task stands
 * @param targets in the order of {@code tables}, by the shape that rows have when they are written
 * @param transforms what becomes of rows, by the source's name
 * @param states by the target's name
 * @param structures of each target once: what those that are made shall have
 * @param items that tie rows or will: those of tables that are made, and foreign keys
 * @param unlogged foreign keys whose actions the source does not tell, and which are followed
 * @param ignored foreign keys whose actions the source does not tell, and which are not followed
 * @param policies what becomes of the row changes of a source table
 * @param heeded source tables of which somebody wants to be told of statements that leave their rows as they are
 * @param findings of source, tables and target
 */
public record Preparation(
        TableSelection selection,
        List<TableDetails> tables,
        List<TargetTable> targets,
        Map<TableId, TableTransform> transforms,
        Map<TableId, TargetState> states,
        List<TableStructure> structures,
        List<StructureItem> items,
        List<StructureItem> unlogged,
        List<StructureItem> ignored,
        Function<TableId, RowPolicies> policies,
        Predicate<TableId> heeded,
        List<Finding> findings) {

    /**
     * Asks source and target.
     *
     * @param shapes that the source's tables have where the task stands
     */
    public static Preparation of(TaskSpec task, Source source, Target target, FollowedShapes shapes) {
        List<Finding> findings = new ArrayList<>();
        List<TableDetails> all = shapes.over(source.tables(task.tables()), task.tables());
        if (all.isEmpty()) {
            throw new MillraceException(ErrorCode.NO_TABLE_SELECTED, "no table is selected: task=" + task.name());
        }
        List<TableDetails> keyed = withKeys(task, takenIn(task, shapes, all, findings), findings);
        Set<TableId> left =
                all.stream().map(table -> table.schema().table()).collect(Collectors.toCollection(HashSet::new));
        keyed.forEach(table -> left.remove(table.schema().table()));
        // The stream has nothing of them before they are taken in, or has them by other names.
        Set<TableId> awaited = source.tellsOfNewTables() ? Set.of() : shapes.left();
        left.addAll(awaited);
        TableSelection selection = new Selection(task.tables(), left, awaited);
        findings.addAll(source.check(keyed, request(task, selection)));
        findings.addAll(NameCheck.of(
                task, keyed.stream().map(table -> table.schema().table()).toList()));
        findings.addAll(ColumnCheck.of(task, keyed));
        List<TableDetails> tables = new ArrayList<>();
        List<TargetTable> plans = new ArrayList<>();
        Map<TableId, TableTransform> transforms = new HashMap<>();
        Map<TableId, Set<String>> unsent = unsent(task, source, keyed);
        Map<TableId, Set<String>> unsentByDeletes = unsentByDeletes(task, source, keyed);
        PolicyCheck.of(task, keyed, unsent, unsentByDeletes, findings);
        if (task.target().isAppend()) {
            AppendCheck.ofTask(task, findings);
            AppendCheck.ofTables(task, keyed, unsent, unsentByDeletes, findings);
        }
        TransformCompiler compiler = new TransformCompiler(
                task, task.target().isAppend() ? AppendCheck.union(unsent, unsentByDeletes) : unsent, findings);
        JoinedShapes joined = shapes.joined(task);
        for (TableDetails table : keyed) {
            TableSchema schema = table.schema();
            Optional<TableSchema> common = joined.shape(schema.table());
            Optional<TableTransform> rows =
                    joined.transform(schema, compiler.of(common.orElse(schema), task.targetOf(schema.table())));
            rows.ifPresent(transform -> transforms.put(schema.table(), transform));
            FollowedShapes followed = common.isPresent() ? FollowedShapes.none() : shapes;
            Optional<TargetTable> fitting = planned(task, target, followed, schema, rows, findings);
            if (fitting.isEmpty()) {
                continue;
            }
            tables.add(table);
            plans.add(fitting.get());
        }
        compiler.warnOfUnused();
        List<TargetTable> joinedTargets = JoinedTables.of(plans, findings);
        Map<TableId, TargetTable> distinct = new LinkedHashMap<>();
        joinedTargets.forEach(planned -> distinct.putIfAbsent(planned.name(), planned));
        List<TargetTable> inspected = List.copyOf(distinct.values());
        Map<TableId, TargetState> states = target.inspect(inspected);
        List<TargetTable> targets = joinedTargets.stream()
                .map(planned -> planned.without(states.get(planned.name()).computed()))
                .toList();
        ComputedCheck.of(task, tables, targets, unfollowed(task, source, tables), findings);
        inspected.forEach(each -> findings.addAll(states.get(each.name()).findings()));
        findings.addAll(target.check(inspected, states));
        if (task.target().isAppend()) {
            AppendCheck.ofTargets(states, findings);
        }
        Set<TableId> existing = states.entrySet().stream()
                .filter(state -> state.getValue().exists())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Map<TableId, List<StructureItem>> has = existing.isEmpty() ? Map.of() : target.foreignKeys(existing);
        boolean isAppend = task.target().isAppend();
        List<TableStructure> ofSource = WantedStructures.of(
                tables, targets, task::typeOf, name -> !isAppend && !existing.contains(name), findings);
        List<TableStructure> wanted = task.target().isAppend() ? AppendCheck.plain(ofSource) : ofSource;
        KeyActionPlan actions = KeyActionPlan.of(task, tables, wanted, target, existing, has, findings);
        List<TableStructure> divided =
                new PartitionPlan(task, source, existing, LocalDateTime.now(ZoneOffset.UTC), findings).divided(wanted);
        List<TableStructure> ofSources = new ArrayList<>();
        List<StructureItem> keys = new ArrayList<>(actions.unlogged());
        for (int i = 0; i < wanted.size(); i++) {
            TableStructure made = actions.made(divided.get(i), tables.get(i));
            ofSources.add(made);
            keys.addAll(has.getOrDefault(made.table().name(), List.of()));
        }
        List<TableStructure> toBeMade = JoinedStructures.of(ofSources, actions.unlogged(), findings);
        List<TableStructure> structures = target.adapt(toBeMade, existing, findings);
        actions.requireMade(structures);
        structures.forEach(structure -> keys.addAll(structure.items()));
        MarkCheck.of(task, targets, keys, findings);
        KeyStepCheck.of(targets, transforms, keys, findings);
        return new Preparation(
                selection,
                List.copyOf(tables),
                List.copyOf(targets),
                Map.copyOf(transforms),
                Map.copyOf(states),
                structures,
                binding(task, keys, actions.unlogged()),
                actions.unlogged(),
                actions.ignored(),
                table -> policies(task, table),
                table -> task.ddl(table).of(DdlKind.OTHER) != DdlPolicy.IGNORE,
                findings.stream().distinct().toList());
    }

    private static RowPolicies policies(TaskSpec task, TableId table) {
        DmlSpec dml = task.dmlOf(table);
        return new RowPolicies(
                dml.ignoresInserts(),
                dml.ignoresUpdates(),
                dml.ignoresDeletes(),
                dml.mark().isPresent(),
                task.conflicts(),
                new ChangeFilters(dml.insertFilter(), dml.updateFilter(), dml.deleteFilter()),
                task.target().isAppend());
    }

    /** A table with the column that deletes set, where they do. */
    public static TargetTable marked(TaskSpec task, TableId source, TargetTable planned) {
        return task.dmlOf(source).mark().map(planned::withMark).orElse(planned);
    }

    /** A table's plan; empty where the target can have no such table, which is found with all else that is wrong. */
    private static Optional<TargetTable> planned(
            TaskSpec task,
            Target target,
            FollowedShapes shapes,
            TableSchema schema,
            Optional<TableTransform> rows,
            List<Finding> findings) {
        try {
            return Optional.of(marked(task, schema.table(), shapes.plan(schema, rows, task, target)));
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.TABLE_REFUSED) {
                throw e;
            }
            findings.add(
                    new Finding(
                            Finding.Severity.ERROR,
                            e.code(),
                            schema.table().toString(),
                            e.getMessage(),
                            "exclude the table, or give what is named another name: to, mapping.rename_tables, columns.rename"));
            return Optional.empty();
        }
    }

    /** Nobody asks where nothing but changes that are followed could lack columns, and nothing looks at them. */
    private static Map<TableId, Set<String>> unsent(TaskSpec task, Source source, List<TableDetails> tables) {
        boolean isLookedAt = !task.transforms().steps().isEmpty()
                || tables.stream()
                        .anyMatch(table -> !task.dmlOf(table.schema().table())
                                .updateFilter()
                                .isEmpty());
        return task.has(Step.INCREMENTAL) && (isLookedAt || task.target().isAppend())
                ? source.unsent(tables)
                : Map.of();
    }

    /** A load alone reads what there is. */
    private static Map<TableId, Set<String>> unfollowed(TaskSpec task, Source source, List<TableDetails> tables) {
        return task.has(Step.INCREMENTAL) ? source.unfollowed(tables) : Map.of();
    }

    /** The same of deletes. */
    private static Map<TableId, Set<String>> unsentByDeletes(TaskSpec task, Source source, List<TableDetails> tables) {
        boolean isLookedAt = tables.stream()
                .anyMatch(table ->
                        !task.dmlOf(table.schema().table()).deleteFilter().isEmpty());
        return task.has(Step.INCREMENTAL) && (isLookedAt || task.target().isAppend())
                ? source.unsentByDeletes(tables)
                : Map.of();
    }

    /** Foreign keys that rest bind nothing, but for those whose actions we run. */
    private static List<StructureItem> binding(TaskSpec task, List<StructureItem> keys, List<StructureItem> unlogged) {
        return keys.stream()
                .distinct()
                .filter(key -> !task.target().isReplica()
                        || key.kind() != StructureItem.Kind.FOREIGN_KEY
                        || unlogged.contains(key))
                .toList();
    }

    /** A selection without some tables. */
    private record Selection(TableSelection task, Set<TableId> left, Set<TableId> awaited) implements TableSelection {
        @Override
        public boolean isSelected(TableId table) {
            return task.isSelected(table) && !left.contains(table);
        }

        @Override
        public List<String> declaredKey(TableId table) {
            return task.declaredKey(table);
        }

        @Override
        public Set<TableId> named() {
            return task.named();
        }

        @Override
        public boolean isAwaited(TableId table) {
            return awaited.contains(table);
        }
    }

    /** All but tables that were made since the task began and that its policy leaves out. */
    private static List<TableDetails> takenIn(
            TaskSpec task, FollowedShapes shapes, List<TableDetails> all, List<Finding> findings) {
        List<TableDetails> taken = new ArrayList<>();
        for (TableDetails table : all) {
            TableId name = table.schema().table();
            boolean isNew = !shapes.isEmpty() && !shapes.has(name);
            if (!isNew || !task.ddl(name).leavesOut(DdlKind.CREATE_TABLE)) {
                taken.add(table);
            } else if (task.ddl(name).of(DdlKind.CREATE_TABLE) == DdlPolicy.ALERT) {
                findings.add(new Finding(
                        Finding.Severity.WARNING,
                        ErrorCode.DDL_ON_SELECTED_TABLE,
                        name.toString(),
                        "a table that is new at the source is left out: policy=alert, kind=create_table",
                        "take it in by ddl.create_table: normal at the next start, or exclude it"));
            }
        }
        return taken;
    }

    private static List<TableDetails> withKeys(TaskSpec task, List<TableDetails> all, List<Finding> findings) {
        List<TableDetails> tables = new ArrayList<>();
        for (TableDetails table : all) {
            TableId name = table.schema().table();
            if (!table.schema().key().isEmpty() || AppendCheck.needsNoKey(task)) {
                tables.add(table);
            } else {
                boolean isLeftOut = task.tables().onNoKey(name) == OnNoKey.SKIP;
                findings.add(new Finding(
                        isLeftOut ? Finding.Severity.WARNING : Finding.Severity.ERROR,
                        ErrorCode.TABLE_WITHOUT_KEY,
                        name.toString(),
                        isLeftOut ? "left out: the table has no key" : "the table has no key",
                        ErrorCode.TABLE_WITHOUT_KEY.advice()));
            }
        }
        return tables;
    }

    public static ChangeRequest request(TaskSpec task, TableSelection selection) {
        return new ChangeRequest(
                task.name(),
                task.serverId(),
                selection,
                task.source().heartbeat(),
                task.source().slot(),
                task.source().publication(),
                task.source().isTwoPhase());
    }

    /** Foreign keys at the target with actions which the source tells. */
    public List<StructureItem> told() {
        return items.stream()
                .filter(item -> item.hasAction() && !unlogged.contains(item))
                .toList();
    }

    /** The plan; two source tables with one target are an error. */
    public TaskPlan plan() {
        return TaskPlan.of(targets, states, items, unlogged, ignored, policies)
                .selecting(selection::isSelected)
                .telling(heeded)
                .transformedBy(transforms);
    }

    /**
     * Throws the first error, with all of them in its message.
     *
     * @param findings any
     */
    public static void requireNoError(Collection<Finding> findings) {
        List<Finding> errors = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            StringBuilder message = new StringBuilder();
            for (Finding error : errors) {
                message.append(message.isEmpty() ? "" : "; ").append(error.message());
                if (!error.message().contains(error.subject())) {
                    message.append(": subject=").append(error.subject());
                }
            }
            throw new MillraceException(errors.get(0).code(), message.toString());
        }
    }
}
