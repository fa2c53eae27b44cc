package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a wanted structure a server can hold; what it cannot is told. Changes nothing. */
public final class StructureFit {
    private final FitDialect dialect;
    private final Map<TableId, TableStructure> wanted = new HashMap<>();
    private final Set<TableId> existing;
    private final List<Finding> findings;

    private StructureFit(
            FitDialect dialect, List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings) {
        this.dialect = dialect;
        this.existing = existing;
        this.findings = findings;
        wanted.forEach(each -> this.wanted.put(each.table().name(), each));
    }

    /** Tables that are there and that new ones refer to: what a server is asked of them is asked at once. */
    public static Set<TableId> standingParents(List<TableStructure> wanted, Set<TableId> existing) {
        return wanted.stream()
                .filter(each -> !existing.contains(each.table().name()))
                .flatMap(each -> each.items().stream())
                .flatMap(item -> item.reference().stream())
                .map(Reference::table)
                .filter(existing::contains)
                .collect(Collectors.toSet());
    }

    /** The same tables, each with what of it can be made; why the rest is not stands among the findings. */
    public static List<TableStructure> adapt(
            FitDialect dialect, List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings)
            throws SQLException {
        StructureFit fit = new StructureFit(dialect, wanted, existing, findings);
        List<TableStructure> adapted = new ArrayList<>();
        for (TableStructure structure : wanted) {
            adapted.add(existing.contains(structure.table().name()) ? fit.ofStanding(structure) : fit.ofNew(structure));
        }
        return List.copyOf(adapted);
    }

    private TableStructure ofStanding(TableStructure structure) throws SQLException {
        if (structure.partitioning().isPresent()) {
            dialect.ofStandingPartitions(
                            structure.table().name(), structure.partitioning().get())
                    .ifPresent(findings::add);
        }
        return structure.withItems(List.of());
    }

    private TableStructure ofNew(TableStructure structure) {
        TargetTable table = structure.table();
        structure
                .partitioning()
                .flatMap(division -> dialect.ofNewPartitions(table, division))
                .ifPresent(findings::add);
        Map<String, String> defaults = defaults(structure);
        Optional<String> identity = structure.identity().filter(name -> dialect.canBeIdentity(table, name));
        if (identity.isEmpty()) {
            structure
                    .identity()
                    .ifPresent(name -> findings.add(note(
                            table.name() + "." + name,
                            "the target does not number the column by itself, as the source does: column=" + name,
                            "number it at the target, if anything but the task shall write there")));
        }
        return new TableStructure(
                table,
                structure.comment(),
                structure.columnComments(),
                defaults,
                identity,
                items(structure),
                structure.partitioning());
    }

    private Map<String, String> defaults(TableStructure structure) {
        TargetTable table = structure.table();
        Map<String, String> defaults = new HashMap<>();
        for (TargetColumn column : table.columns()) {
            String text = structure.defaults().get(column.name());
            if (text != null) {
                dialect.defaultOf(column, table.source().columns().get(column.sourceColumn()), text)
                        .ifPresentOrElse(
                                each -> defaults.put(column.name(), each),
                                () -> findings.add(note(
                                        table.name() + "." + column.name(),
                                        "the default is left out: it is none of the literals and functions that are"
                                                + " carried",
                                        "set it at the target, if anything but the task shall write there")));
            }
        }
        return defaults;
    }

    private List<StructureItem> items(TableStructure structure) {
        List<StructureItem> items = new ArrayList<>();
        for (StructureItem item : structure.items()) {
            Optional<String> obstacle = item.kind() == StructureItem.Kind.FOREIGN_KEY
                    ? ofForeignKey(structure, item)
                    : ofIndex(structure, item);
            obstacle.ifPresentOrElse(
                    why -> findings.add(notMade(
                            item, what(item) + "=" + item.name() + ", columns=" + item.texts() + ", reason=" + why)),
                    () -> items.add(dialect.fitted(structure.table(), item, findings)));
        }
        return items;
    }

    /** What an item is called to people. */
    public static String what(StructureItem item) {
        return switch (item.kind()) {
            case INDEX, FULLTEXT, SPATIAL, HASH, GIN, GIST, SPGIST, BRIN -> "index";
            case UNIQUE -> "uniqueKey";
            case FOREIGN_KEY -> "foreignKey";
        };
    }

    /** That something of an item is not made. */
    public static Finding notMade(StructureItem item, String what) {
        return note(
                item.table().toString(),
                "not made at the target: " + what,
                "make it at the target by hand, if it is needed there");
    }

    private static Finding note(String subject, String message, String fix) {
        return new Finding(Finding.Severity.INFO, ErrorCode.TARGET_TABLE_MISMATCH, subject, message, fix);
    }

    private Optional<String> ofIndex(TableStructure structure, StructureItem item) {
        boolean lacksDivision = structure
                .partitioning()
                .filter(division -> !item.columns().contains(division.column()))
                .isPresent();
        return item.kind() == StructureItem.Kind.UNIQUE && lacksDivision
                ? Optional.of("a unique key of a table that is divided holds the column by which it is")
                : dialect.ofIndex(structure, item);
    }

    private Optional<String> ofForeignKey(TableStructure structure, StructureItem item) {
        TargetTable table = structure.table();
        Reference to = item.reference().orElseThrow();
        TableStructure parent = wanted.get(to.table());
        if (parent == null) {
            return Optional.of("the parent is not carried");
        }
        Optional<String> obstacle = dialect.ofForeignKey(structure, parent);
        for (int i = 0; i < item.columns().size() && obstacle.isEmpty(); i++) {
            Optional<Column> child = source(table, item.columns().get(i));
            Optional<Column> of = source(parent.table(), to.columns().get(i));
            obstacle = child.isEmpty() || of.isEmpty()
                    ? Optional.of("a column is not carried")
                    : dialect.ofForeignKey(child.get(), of.get());
        }
        return obstacle.isPresent() || isUnique(parent, to.columns())
                ? obstacle
                : Optional.of("no unique key is on the parent's columns");
    }

    private static Optional<Column> source(TargetTable table, String name) {
        return table.column(name).map(column -> table.source().columns().get(column.sourceColumn()));
    }

    private boolean isUnique(TableStructure parent, List<String> columns) {
        if (existing.contains(parent.table().name())) {
            return dialect.hasStandingKey(parent.table().name(), columns);
        }
        List<String> key = parent.table().key().stream()
                .map(i -> parent.table().columns().get(i).name())
                .toList();
        return dialect.isSameKey(key, columns)
                || parent.items().stream()
                        .anyMatch(item -> item.kind() == StructureItem.Kind.UNIQUE
                                && ofIndex(parent, item).isEmpty()
                                && !item.hasPrefix()
                                && dialect.isSameKey(item.columns(), columns));
    }
}
