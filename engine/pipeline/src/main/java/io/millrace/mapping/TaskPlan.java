package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.KeyHasher;
import io.millrace.schema.TableId;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * All tables of a task, with the groups that share a lane because the target ties their rows together. Immutable and
 * thread-safe.
 */
public final class TaskPlan {
    private final List<TablePlan> tables;
    private final Map<TableId, TablePlan> bySource;
    private final int layoutVersion;
    private final List<List<String>> tieGroups;
    private final List<TableId> loadOrder;
    private final Set<TableId> families;
    private final Predicate<TableId> selection;
    private final Predicate<TableId> told;

    private TaskPlan(
            List<TablePlan> tables,
            int layoutVersion,
            List<List<String>> tieGroups,
            List<TableId> loadOrder,
            Set<TableId> families,
            Predicate<TableId> selection,
            Predicate<TableId> told) {
        this.tables = List.copyOf(tables);
        this.families = Set.copyOf(families);
        this.selection = selection;
        this.told = told;
        this.loadOrder = loadOrder;
        this.tieGroups = tieGroups;
        this.layoutVersion = layoutVersion;
        bySource = new HashMap<>();
        for (TablePlan table : tables) {
            bySource.put(table.source().table(), table);
        }
    }

    /**
     * Joins tables with what the target says of them.
     *
     * @param states by the target's name
     * @throws MillraceException with TABLES_COLLIDE where two source tables have one target and are not joined
     */
    public static TaskPlan of(List<TargetTable> targets, Map<TableId, TargetState> states) {
        return of(targets, states, List.of(), List.of(), List.of());
    }

    /**
     * Joins tables with what the target says of them, and with what it will say of those that are made.
     *
     * @param states by the target's name
     * @param items that tables get which are made now, and all foreign keys with actions
     * @param unlogged foreign keys whose actions the source does not tell
     * @param ignored likewise, and nobody runs them
     * @throws MillraceException with TABLES_COLLIDE where two source tables have one target and are not joined
     */
    public static TaskPlan of(
            List<TargetTable> targets,
            Map<TableId, TargetState> states,
            List<StructureItem> items,
            List<StructureItem> unlogged,
            List<StructureItem> ignored) {
        return of(targets, states, items, unlogged, ignored, table -> RowPolicies.NORMAL);
    }

    /**
     * The same for tables of which not every change is applied. One whose inserts are
     * ignored or filtered has one lane, so that a change of its key is one statement: whether its row is there nobody else knows.
     *
     * @param policies by the source's name
     */
    public static TaskPlan of(
            List<TargetTable> targets,
            Map<TableId, TargetState> states,
            List<StructureItem> items,
            List<StructureItem> unlogged,
            List<StructureItem> ignored,
            Function<TableId, RowPolicies> policies) {
        requireJoined(targets, policies);
        Set<TableId> unmade = targets.stream()
                .filter(target -> policies.apply(target.source().table()).makeNoRow())
                .map(TargetTable::name)
                .collect(Collectors.toSet());
        TieGroups groups = new TieGroups();
        for (StructureItem item : items) {
            if (item.doesTie()) {
                groups.add(item.table());
                item.reference().ifPresent(to -> groups.join(item.table(), to.table()));
            }
        }
        unmade.forEach(groups::add);
        for (TargetTable target : targets) {
            TargetState state = states.get(target.name());
            if (state != null && state.isTied()) {
                groups.add(target.name());
                state.tiedTo().forEach(other -> groups.join(target.name(), other));
            }
        }
        List<TablePlan> plans = new ArrayList<>();
        TreeMap<String, TableId> ties = new TreeMap<>();
        List<TableId> parentsFirst = ParentsFirst.of(targets, items);
        LoadGroups loads = LoadGroups.of(targets, states, parentsFirst, unlogged);
        Map<TableId, Integer> ranks = new HashMap<>();
        parentsFirst.forEach(name -> ranks.put(name, ranks.size()));
        Map<TableId, List<StructureItem>> referring = byReferred(items);
        Map<TableId, List<StructureItem>> unloggedReferring = byReferred(unlogged);
        Map<TableId, List<StructureItem>> ignoredReferring = byReferred(ignored);
        Map<TableId, List<StructureItem>> uniques = items.stream()
                .filter(item -> item.kind() == StructureItem.Kind.UNIQUE)
                .collect(Collectors.groupingBy(StructureItem::table));
        Map<TableId, List<Integer>> joined = joined(targets);
        for (TargetTable target : targets) {
            Optional<TableId> group = groups.of(target.name());
            group.ifPresent(first -> ties.put(target.name().toString(), first));
            plans.add(new TablePlan(
                    plans.size(),
                    target,
                    group.isPresent(),
                    group.map(TaskPlan::hash).orElse(0L),
                    watched(
                            target,
                            referring.getOrDefault(target.name(), List.of()),
                            unloggedReferring.getOrDefault(target.name(), List.of())),
                    referenced(target, ignoredReferring.getOrDefault(target.name(), List.of())),
                    ranks.get(target.name()),
                    unique(target, states.get(target.name()), uniques.getOrDefault(target.name(), List.of())),
                    loads.groupOf(target.name()),
                    policies.apply(target.source().table()),
                    joined.getOrDefault(target.name(), List.of()),
                    Optional.empty()));
        }
        return new TaskPlan(
                plans,
                layoutVersion(ties, joined.keySet()),
                groups(ties),
                loads.order(),
                families(items),
                table -> true,
                table -> false);
    }

    /** The same for a task that takes these tables only, those that are not there included. */
    public TaskPlan selecting(Predicate<TableId> which) {
        return new TaskPlan(tables, layoutVersion, tieGroups, loadOrder, families, which, told);
    }

    /** The same where somebody is told of statements on these tables that leave their rows as they are: no lane passes them. */
    public TaskPlan telling(Predicate<TableId> which) {
        return new TaskPlan(tables, layoutVersion, tieGroups, loadOrder, families, selection, which);
    }

    /** Whether lanes stop at a statement on a table that leaves its rows as they are. */
    public boolean isTold(TableId table) {
        return told.test(table);
    }

    /** The same with what becomes of rows, by the source's name; targets were planned by the effective shapes. */
    public TaskPlan transformedBy(Map<TableId, TableTransform> transforms) {
        List<TablePlan> transformed = tables.stream()
                .map(table -> table.transformedBy(
                        Optional.ofNullable(transforms.get(table.source().table()))))
                .toList();
        return new TaskPlan(transformed, layoutVersion, tieGroups, loadOrder, families, selection, told);
    }

    private static Set<TableId> families(List<StructureItem> items) {
        Set<TableId> families = new TreeSet<>();
        items.stream().filter(StructureItem::hasAction).forEach(key -> {
            families.add(key.table());
            key.reference().ifPresent(to -> families.add(to.table()));
        });
        return families;
    }

    /** Tables with one target, which are meant to have it, and of which the same becomes. */
    private static void requireJoined(List<TargetTable> targets, Function<TableId, RowPolicies> policies) {
        Map<TableId, TargetTable> sources = new HashMap<>();
        for (TargetTable target : targets) {
            TargetTable other = sources.put(target.name(), target);
            if (other == null) {
                continue;
            }
            TableId one = other.source().table();
            TableId two = target.source().table();
            if (!policies.apply(one).equals(policies.apply(two))) {
                throw new MillraceException(
                        ErrorCode.TABLES_COLLIDE,
                        "tables that are joined have other policies for their rows: target=" + target.name()
                                + ", source=" + one + ", source=" + two);
            }
            if (!(other.isShared() && target.isShared())) {
                throw new MillraceException(
                        ErrorCode.TABLES_COLLIDE,
                        "two tables have the same target: target=" + target.name() + ", source="
                                + other.source().table() + ", source="
                                + target.source().table());
            }
        }
    }

    /** The numbers of tables that share a target, by its name. */
    private static Map<TableId, List<Integer>> joined(List<TargetTable> targets) {
        Map<TableId, List<Integer>> joined = new TreeMap<>();
        for (int i = 0; i < targets.size(); i++) {
            if (targets.get(i).isShared()) {
                joined.computeIfAbsent(targets.get(i).name(), name -> new ArrayList<>())
                        .add(i);
            }
        }
        return joined;
    }

    /** Names hash versions, ties and joined tables: rows go to other lanes where it differs (EXACTNESS 23). */
    private static int layoutVersion(Map<String, TableId> ties, Set<TableId> joined) {
        if (ties.isEmpty() && joined.isEmpty()) {
            return KeyHasher.VERSION;
        }
        CRC32 crc = new CRC32();
        crc.update(ties.toString().getBytes(StandardCharsets.UTF_8));
        if (!joined.isEmpty()) {
            crc.update(joined.toString().getBytes(StandardCharsets.UTF_8));
        }
        return KeyHasher.VERSION | ((int) crc.getValue() & 0x7FFF_FF00);
    }

    /** The key, where foreign keys with actions refer to the table, and what those refer to whose actions the source does not tell. */
    private static List<Integer> watched(
            TargetTable target, List<StructureItem> referring, List<StructureItem> unlogged) {
        if (referring.stream().noneMatch(StructureItem::hasAction)) {
            return List.of();
        }
        Set<Integer> watched = new TreeSet<>(referenced(target, unlogged));
        target.key().forEach(i -> watched.add(target.columns().get(i).sourceColumn()));
        return List.copyOf(watched);
    }

    private static List<Integer> referenced(TargetTable target, List<StructureItem> keys) {
        Set<String> names = new TreeSet<>();
        keys.forEach(key -> names.addAll(key.reference().orElseThrow().columns()));
        return sourceColumns(target, names);
    }

    private static Map<TableId, List<StructureItem>> byReferred(List<StructureItem> keys) {
        return keys.stream()
                .filter(key -> key.reference().isPresent())
                .collect(Collectors.groupingBy(
                        key -> key.reference().orElseThrow().table()));
    }

    /** What further unique keys look at, those that the target has and those that the task makes. */
    private static List<Integer> unique(TargetTable target, TargetState state, List<StructureItem> made) {
        Set<String> names = new TreeSet<>();
        if (state != null) {
            names.addAll(state.uniqueColumns());
        }
        made.forEach(item -> names.addAll(item.columns()));
        return sourceColumns(target, names);
    }

    private static List<Integer> sourceColumns(TargetTable target, Set<String> names) {
        return target.columns().stream()
                .filter(column -> names.contains(column.name()))
                .map(TargetColumn::sourceColumn)
                .toList();
    }

    private static List<List<String>> groups(Map<String, TableId> ties) {
        Map<TableId, List<String>> groups = new TreeMap<>();
        ties.forEach((table, first) ->
                groups.computeIfAbsent(first, name -> new ArrayList<>()).add(table));
        return groups.values().stream().map(List::copyOf).toList();
    }

    private static long hash(TableId table) {
        CRC32 crc = new CRC32();
        crc.update(table.toString().getBytes(StandardCharsets.UTF_8));
        return crc.getValue() * 0x9E37_79B9_7F4A_7C15L;
    }

    public List<TablePlan> tables() {
        return tables;
    }

    /** The plan of a source table; empty where it is not selected. */
    public Optional<TablePlan> ofSource(TableId source) {
        return Optional.ofNullable(bySource.get(source));
    }

    /** Whether the task takes a source table, planned or not. */
    public boolean isSelected(TableId source) {
        return selection.test(source);
    }

    /** Whether a foreign key with an action is the table's own, or refers to it. */
    public boolean isInFamily(TablePlan table) {
        return families.contains(table.target().name());
    }

    /** The target's names of tables that share a lane, in groups; a table with further unique keys may be one of its own. */
    public List<List<String>> tieGroups() {
        return tieGroups;
    }

    /** The tables that are loaded together, parents before children, by the target's names. */
    public List<TableId> loadOrder() {
        return loadOrder;
    }

    /** The number under which checkpoints store how rows are shared out, the lane count apart. */
    public int layoutVersion() {
        return layoutVersion;
    }
}
