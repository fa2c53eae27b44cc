package io.millrace.mapping;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.reader.ForeignKey;
import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** What tables would have at the target if it could hold all that they have at the source. Pure. */
public final class WantedStructures {
    private static final Set<String> KNOWN_ACTIONS =
            Set.of("NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT");

    private final List<TableDetails> tables;
    private final List<TargetTable> targets;
    private final BiFunction<TableId, Column, Optional<String>> given;
    private final Predicate<TableId> isMade;
    private final List<Finding> findings;
    private final Map<TableId, TargetTable> bySource = new HashMap<>();

    private WantedStructures(
            List<TableDetails> tables,
            List<TargetTable> targets,
            BiFunction<TableId, Column, Optional<String>> given,
            Predicate<TableId> isMade,
            List<Finding> findings) {
        this.given = given;
        this.isMade = isMade;
        this.findings = findings;
        this.tables = tables;
        this.targets = targets;
        targets.forEach(target -> bySource.put(target.source().table(), target));
    }

    /**
     * The structures.
     *
     * @param targets in the order of {@code tables}, as are the structures
     * @param given the type that the task gives to a column: a default that suits the source's need not suit that
     * @param isMade whether a target table is made with what its source table has
     * @param findings takes what no target would have
     */
    public static List<TableStructure> of(
            List<TableDetails> tables,
            List<TargetTable> targets,
            BiFunction<TableId, Column, Optional<String>> given,
            Predicate<TableId> isMade,
            List<Finding> findings) {
        return new WantedStructures(tables, targets, given, isMade, findings).all();
    }

    private List<TableStructure> all() {
        List<TableStructure> structures = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            structures.add(of(tables.get(i), targets.get(i)));
        }
        return structures;
    }

    private TableStructure of(TableDetails details, TargetTable target) {
        Map<String, String> comments = new HashMap<>();
        Map<String, String> defaults = new HashMap<>();
        for (TargetColumn column : target.columns()) {
            Column of = target.source().columns().get(column.sourceColumn());
            String source = of.name();
            boolean isGiven = given.apply(target.source().table(), of).isPresent();
            Optional.ofNullable(details.columnComments().get(source))
                    .ifPresent(text -> comments.put(column.name(), text));
            Optional.ofNullable(details.defaults().get(source))
                    .filter(text -> !isGiven)
                    .ifPresent(text -> defaults.put(column.name(), text));
        }
        for (Column column : target.source().columns()) {
            boolean isWritten = targetName(target, column.name()).isPresent();
            if (column.generated() && !isWritten) {
                note(target, "a column that the source computes is not written: column=" + column.name());
            } else if (column.generated() && isMade.test(target.name())) {
                note(
                        target,
                        "the target gets the values of a column that the source computes: column=" + column.name());
            }
        }
        List<StructureItem> items = new ArrayList<>();
        indexes(details, target, items);
        details.foreignKeys().forEach(key -> foreignKey(target, key).ifPresent(items::add));
        if (isMade.test(target.name())) {
            details.omissions()
                    .forEach(each -> leftOut(target, each.what() + "=" + each.name() + ", reason=" + each.why()));
        }
        return new TableStructure(
                target,
                details.comment(),
                comments,
                defaults,
                details.autoIncrement().flatMap(name -> targetName(target, name)),
                items);
    }

    private void indexes(TableDetails details, TargetTable target, List<StructureItem> items) {
        Set<String> key = new HashSet<>();
        target.key().forEach(i -> key.add(target.columns().get(i).name()));
        // A unique one is looked at before one that is not: it does more.
        List<TableDetails.Index> indexes = new ArrayList<>(details.indexes());
        indexes.sort(Comparator.comparing(index -> !index.isUnique()));
        for (TableDetails.Index index : indexes) {
            List<IndexPart> parts = index.parts().stream()
                    .map(part -> new IndexPart(
                            targetName(target, part.column()).orElse(part.column()),
                            part.prefix(),
                            part.isDescending()))
                    .toList();
            List<String> columns = parts.isEmpty()
                    ? index.columns().stream()
                            .map(name -> targetName(target, name).orElse(name))
                            .toList()
                    : parts.stream().map(IndexPart::column).toList();
            StructureItem item = new StructureItem(
                    kind(index), target.name(), index.name(), columns, Optional.empty(), false, parts);
            if (index.isUnique() && !item.hasPrefix() && new HashSet<>(columns).equals(key)) {
                continue;
            }
            Optional<StructureItem> other =
                    items.stream().filter(each -> isServedBy(item, each)).findFirst();
            if (other.isEmpty()) {
                items.add(item);
            } else if (isMade.test(target.name())) {
                leftOut(
                        target,
                        "index=" + item.name() + ", reason=another one has the same columns: index="
                                + other.get().name());
            }
        }
    }

    private static boolean isServedBy(StructureItem item, StructureItem other) {
        boolean doesAsMuch = item.kind() == other.kind()
                || (item.kind() == StructureItem.Kind.INDEX && other.kind() == StructureItem.Kind.UNIQUE);
        return doesAsMuch
                && item.columns().equals(other.columns())
                && item.parts().equals(other.parts());
    }

    private static StructureItem.Kind kind(TableDetails.Index index) {
        return switch (index.method()) {
            case BTREE -> index.isUnique() ? StructureItem.Kind.UNIQUE : StructureItem.Kind.INDEX;
            case FULLTEXT -> StructureItem.Kind.FULLTEXT;
            case SPATIAL -> StructureItem.Kind.SPATIAL;
            case HASH -> StructureItem.Kind.HASH;
            case GIN -> StructureItem.Kind.GIN;
            case GIST -> StructureItem.Kind.GIST;
            case SPGIST -> StructureItem.Kind.SPGIST;
            case BRIN -> StructureItem.Kind.BRIN;
        };
    }

    private void leftOut(TargetTable target, String what) {
        note(target, "not made at the target: " + what);
    }

    /** Of a parent that is not the task's own there is nothing to refer to. */
    private Optional<StructureItem> foreignKey(TargetTable target, ForeignKey key) {
        TargetTable parent = bySource.get(key.parent());
        boolean isKnown = KNOWN_ACTIONS.contains(key.onDelete()) && KNOWN_ACTIONS.contains(key.onUpdate());
        if (parent == null || !isKnown) {
            leftOut(
                    target,
                    "foreignKey=" + key.name() + ", columns=" + key.columns() + ", reason="
                            + (parent == null
                                    ? "its parent is no table of the task: parent=" + key.parent()
                                    : "its actions are not known"));
            return Optional.empty();
        }
        return Optional.of(new StructureItem(
                StructureItem.Kind.FOREIGN_KEY,
                target.name(),
                key.name(),
                key.columns().stream()
                        .map(name -> targetName(target, name).orElse(name))
                        .toList(),
                Optional.of(new StructureItem.Reference(
                        parent.name(),
                        key.parentColumns().stream()
                                .map(name -> targetName(parent, name).orElse(name))
                                .toList(),
                        KeyAction.of(key.onDelete()),
                        KeyAction.of(key.onUpdate()))),
                false));
    }

    private void note(TargetTable target, String message) {
        findings.add(new Finding(
                Finding.Severity.INFO,
                ErrorCode.TARGET_TABLE_MISMATCH,
                target.source().table().toString(),
                message,
                "make it at the target by hand, if it is needed there"));
    }

    private static Optional<String> targetName(TargetTable target, String source) {
        return target.columns().stream()
                .filter(column -> target.source()
                        .columns()
                        .get(column.sourceColumn())
                        .name()
                        .equalsIgnoreCase(source))
                .map(TargetColumn::name)
                .findFirst();
    }
}
