package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.row.KeyHasher;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a wanted structure this server can hold; what it cannot is told. Changes nothing. */
final class StructureFit {
    /** An entry of a btree is at most a third of a page; what is larger would make a row fail that has nothing wrong. */
    private static final int MAX_INDEX_BYTES = 2_600;

    private static final int FIXED_BYTES = 16;
    private static final int MAX_BYTES_A_CHARACTER = 4;
    private static final int MAX_INDEX_COLUMNS = 32;

    private final PostgresSession session;
    private final Map<TableId, TableStructure> wanted = new HashMap<>();
    private final Map<TableId, CatalogTable> parents;
    private final Set<TableId> existing;
    private final List<Finding> findings;

    private StructureFit(
            PostgresSession session,
            List<TableStructure> wanted,
            Set<TableId> existing,
            Map<TableId, CatalogTable> parents,
            List<Finding> findings) {
        this.session = session;
        this.parents = parents;
        this.existing = existing;
        this.findings = findings;
        wanted.forEach(each -> this.wanted.put(each.table().name(), each));
    }

    /** Asks the server for all tables that are there and that new ones refer to. */
    static StructureFit of(
            PostgresSession session, List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings)
            throws SQLException {
        Set<TableId> parents = wanted.stream()
                .filter(each -> !existing.contains(each.table().name()))
                .flatMap(each -> each.items().stream())
                .flatMap(item -> item.reference().stream())
                .map(Reference::table)
                .filter(existing::contains)
                .collect(Collectors.toSet());
        return new StructureFit(
                session,
                wanted,
                existing,
                parents.isEmpty() ? Map.of() : Catalog.tables(session.connection(), parents),
                findings);
    }

    TableStructure of(TableStructure structure) throws SQLException {
        TargetTable table = structure.table();
        if (existing.contains(table.name())) {
            if (structure.partitioning().isPresent()) {
                PartitionFit.ofExisting(
                                session, table.name(), structure.partitioning().get())
                        .ifPresent(findings::add);
            }
            return structure.withItems(List.of());
        }
        structure
                .partitioning()
                .flatMap(division -> PartitionFit.ofNew(table, division))
                .ifPresent(findings::add);
        Map<String, String> defaults = new HashMap<>();
        for (TargetColumn column : table.columns()) {
            String text = structure.defaults().get(column.name());
            if (text != null) {
                Optional<String> sql =
                        DefaultSql.of(column, table.source().columns().get(column.sourceColumn()), text);
                sql.ifPresentOrElse(
                        each -> defaults.put(column.name(), each),
                        () -> note(
                                table.name() + "." + column.name(),
                                "the default is left out: it is none of the literals and functions that are carried",
                                "set it at the target, if anything but the task shall write there"));
            }
        }
        structure
                .identity()
                .filter(name -> !canBeIdentity(table, name))
                .ifPresent(name -> note(
                        table.name() + "." + name,
                        "the target does not number the column by itself, as the source does: column=" + name,
                        "number it at the target, if anything but the task shall write there"));
        List<StructureItem> items = new ArrayList<>();
        for (StructureItem item : structure.items()) {
            Optional<String> obstacle = item.kind() == StructureItem.Kind.FOREIGN_KEY
                    ? ofForeignKey(table, item)
                    : ofIndex(structure, item);
            obstacle.ifPresentOrElse(
                    why -> note(
                            item.table().toString(),
                            "not made at the target: " + what(item) + "=" + item.name() + ", columns=" + item.texts()
                                    + ", reason=" + why,
                            "make it at the target by hand, if it is needed there"),
                    () -> items.add(ascending(item)));
        }
        return new TableStructure(
                table,
                structure.comment(),
                structure.columnComments(),
                defaults,
                structure.identity().filter(name -> canBeIdentity(table, name)),
                items,
                structure.partitioning());
    }

    static String what(StructureItem item) {
        return switch (item.kind()) {
            case INDEX, FULLTEXT, SPATIAL, HASH, GIN, GIST, SPGIST, BRIN -> "index";
            case UNIQUE -> "uniqueKey";
            case FOREIGN_KEY -> "foreignKey";
        };
    }

    private void note(String subject, String message, String fix) {
        findings.add(new Finding(Finding.Severity.INFO, ErrorCode.TARGET_TABLE_MISMATCH, subject, message, fix));
    }

    private static boolean canBeIdentity(TargetTable table, String name) {
        return table.columns().stream()
                .anyMatch(column -> column.name().equals(name)
                        && List.of("smallint", "integer", "bigint").contains(column.sqlType()));
    }

    private static Optional<TargetColumn> column(TargetTable table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
    }

    private static Optional<String> ofIndex(TableStructure structure, StructureItem item) {
        TargetTable table = structure.table();
        if (item.kind() == StructureItem.Kind.UNIQUE
                && structure
                        .partitioning()
                        .filter(division -> !item.columns().contains(division.column()))
                        .isPresent()) {
            return Optional.of("a unique key of a table that is divided holds the column by which it is");
        }
        if (item.kind() != StructureItem.Kind.INDEX && item.kind() != StructureItem.Kind.UNIQUE) {
            return ofMethod(table, item);
        }
        if (item.hasPrefix()) {
            return Optional.of("an expression, a prefix or a column that is not carried");
        }
        if (item.columns().size() > MAX_INDEX_COLUMNS) {
            return Optional.of("too many columns");
        }
        long bytes = 0;
        for (String name : item.columns()) {
            Optional<TargetColumn> column = column(table, name);
            if (column.isEmpty()) {
                return Optional.of("an expression, a prefix or a column that is not carried");
            }
            Column source = table.source().columns().get(column.get().sourceColumn());
            bytes += switch (source.type()) {
                case TEXT -> source.length() < 0 ? MAX_INDEX_BYTES + 1 : (long) source.length() * MAX_BYTES_A_CHARACTER;
                case BINARY -> source.length() < 0 ? MAX_INDEX_BYTES + 1 : source.length();
                case ENUM, SET -> 256;
                case JSON, GEOMETRY, VECTOR, OTHER, POSTGRES_TEXT -> MAX_INDEX_BYTES + 1;
                default -> FIXED_BYTES;
            };
        }
        return bytes > MAX_INDEX_BYTES
                ? Optional.of("values may be larger than an entry of an index: bytes=" + MAX_INDEX_BYTES)
                : Optional.empty();
    }

    /** Orders are those of MySQL, which has NULL at another end than this server. */
    private StructureItem ascending(StructureItem item) {
        if (!item.parts().isEmpty()) {
            note(
                    item.table().toString(),
                    "not made at the target: descending=" + item.name()
                            + ", reason=the index is made with ascending columns",
                    "make it at the target by hand, if it is needed there");
        }
        return item.withParts(List.of());
    }

    /** By the operator class that a type has of its own: it must be the source's very type. */
    private static Optional<String> ofMethod(TargetTable table, StructureItem item) {
        if (item.kind() == StructureItem.Kind.FULLTEXT || item.kind() == StructureItem.Kind.SPATIAL) {
            return Optional.of("this server has no index of that kind: kind=" + item.kind());
        }
        return item.columns().stream()
                .filter(name -> column(table, name)
                        .filter(column -> column.sqlType()
                                .equals(table.source()
                                        .columns()
                                        .get(column.sourceColumn())
                                        .sourceType()))
                        .isEmpty())
                .findFirst()
                .map(name -> "a column of it is of another type here, or not carried: kind=" + item.kind() + ", column="
                        + name);
    }

    private Optional<String> ofForeignKey(TargetTable table, StructureItem item) {
        Reference to = item.reference().orElseThrow();
        TableStructure parent = wanted.get(to.table());
        if (parent == null) {
            return Optional.of("the parent is not carried");
        }
        for (int i = 0; i < item.columns().size(); i++) {
            Optional<TargetColumn> child = column(table, item.columns().get(i));
            Optional<TargetColumn> of = column(parent.table(), to.columns().get(i));
            if (child.isEmpty() || of.isEmpty()) {
                return Optional.of("a column is not carried");
            }
            Column childSource = table.source().columns().get(child.get().sourceColumn());
            Column parentSource = parent.table().source().columns().get(of.get().sourceColumn());
            if (!KeyHasher.isHashable(childSource) || !KeyHasher.isHashable(parentSource)) {
                return Optional.of("values that differ here are equal at the source: column=" + childSource.name()
                        + ", type=" + childSource.sourceType() + ", collation=" + childSource.collation());
            }
        }
        return isUnique(parent, to.columns())
                ? Optional.empty()
                : Optional.of("no unique key is on the parent's columns");
    }

    private boolean isUnique(TableStructure parent, List<String> columns) {
        Set<String> sought = new HashSet<>(columns);
        if (existing.contains(parent.table().name())) {
            return Optional.ofNullable(parents.get(parent.table().name()))
                    .filter(table -> table.hasKeyIndex(columns))
                    .isPresent();
        }
        Set<String> key = new HashSet<>();
        parent.table()
                .key()
                .forEach(i -> key.add(parent.table().columns().get(i).name()));
        return key.equals(sought)
                || parent.items().stream()
                        .anyMatch(item -> item.kind() == StructureItem.Kind.UNIQUE
                                && ofIndex(parent, item).isEmpty()
                                && sought.equals(new HashSet<>(item.columns())));
    }
}
