package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.schema.IndexPart;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What of a wanted structure this server can hold; what it cannot is told. Changes nothing. */
final class StructureFit {
    /** InnoDB's limit of an index entry. */
    static final int MAX_INDEX_BYTES = 3_072;

    private static final int FIXED_BYTES = 16;
    private static final int MAX_BYTES_A_CHARACTER = 4;
    private static final int MAX_INDEX_COLUMNS = 16;
    private static final Pattern WORDS = Pattern.compile("(var)?char\\(.*|(tiny|medium|long)?text\\b.*");
    private static final Pattern BYTES = Pattern.compile("(var)?binary\\(.*|(tiny|medium|long)?blob\\b.*");
    private static final Pattern SIZED = Pattern.compile("(char|varchar|binary|varbinary)\\(([0-9]+)\\).*");

    private final MySqlSession session;
    private final Map<TableId, TableStructure> wanted = new HashMap<>();
    private final Map<TableId, CatalogTable> parents;
    private final Set<TableId> existing;
    private final List<Finding> findings;

    private StructureFit(
            MySqlSession session,
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
            MySqlSession session, List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings)
            throws SQLException {
        Set<TableId> parents = wanted.stream()
                .filter(each -> !existing.contains(each.table().name()))
                .flatMap(each -> each.items().stream())
                .flatMap(item -> item.reference().stream())
                .map(Reference::table)
                .filter(existing::contains)
                .collect(Collectors.toSet());
        return new StructureFit(
                session, wanted, existing, parents.isEmpty() ? Map.of() : Catalog.tables(session, parents), findings);
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
                DefaultSql.of(column, table.source().columns().get(column.sourceColumn()), text)
                        .ifPresentOrElse(
                                each -> defaults.put(column.name(), each),
                                () -> note(
                                        table.name() + "." + column.name(),
                                        "the default is left out: it is none of the literals and functions that are"
                                                + " carried",
                                        "set it at the target, if anything but the task shall write there"));
            }
        }
        structure
                .identity()
                .filter(name -> !canCount(table, name))
                .ifPresent(name -> note(
                        table.name() + "." + name,
                        "the target does not number the column by itself, as the source does: column=" + name,
                        "number it at the target, if anything but the task shall write there"));
        List<StructureItem> items = new ArrayList<>();
        for (StructureItem item : structure.items()) {
            Optional<String> obstacle = item.kind() == StructureItem.Kind.FOREIGN_KEY
                    ? ofForeignKey(structure, item)
                    : ofIndex(structure, item);
            obstacle.ifPresentOrElse(
                    why -> note(
                            item.table().toString(),
                            "not made at the target: " + what(item) + "=" + item.name() + ", columns=" + item.texts()
                                    + ", reason=" + why,
                            "make it at the target by hand, if it is needed there"),
                    () -> items.add(fitted(table, item)));
        }
        return new TableStructure(
                table,
                structure.comment(),
                structure.columnComments(),
                defaults,
                structure.identity().filter(name -> canCount(table, name)),
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

    /** AUTO_INCREMENT wants a whole number that is first in a key. */
    private static boolean canCount(TargetTable table, String name) {
        return !table.key().isEmpty()
                && table.columns().get(table.key().get(0)).name().equals(name)
                && table.columns().get(table.key().get(0)).sqlType().matches("(tiny|small|medium|big)?int\\b.*");
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
        Optional<String> obstacle = ofMethod(structure, item);
        if (obstacle.isPresent()
                || item.kind() == StructureItem.Kind.FULLTEXT
                || item.kind() == StructureItem.Kind.SPATIAL) {
            return obstacle;
        }
        if (item.columns().size() > MAX_INDEX_COLUMNS) {
            return Optional.of("too many columns");
        }
        long bytes = 0;
        for (int i = 0; i < item.columns().size(); i++) {
            Optional<TargetColumn> column = column(table, item.columns().get(i));
            if (column.isEmpty()) {
                return Optional.of("an expression, a prefix or a column that is not carried");
            }
            String type = column.get().sqlType();
            int prefix = item.parts().isEmpty() ? 0 : item.parts().get(i).prefix();
            if (prefix > 0
                    && !WORDS.matcher(type).matches()
                    && !BYTES.matcher(type).matches()) {
                return Optional.of("a column of which it holds a prefix has another type here: column="
                        + column.get().name());
            }
            bytes += bytesOf(type, prefix);
        }
        return bytes > MAX_INDEX_BYTES
                ? Optional.of("larger than an entry of an index can be: bytes=" + MAX_INDEX_BYTES)
                : Optional.empty();
    }

    private static Optional<String> ofMethod(TableStructure structure, StructureItem item) {
        return switch (item.kind()) {
            case INDEX, UNIQUE, FOREIGN_KEY -> Optional.empty();
            case HASH, GIN, GIST, SPGIST, BRIN ->
                Optional.of("this server has no index of that kind: kind=" + item.kind());
            case FULLTEXT, SPATIAL ->
                structure.partitioning().isPresent()
                        ? Optional.of("a table that is divided has no index of that kind: kind=" + item.kind())
                        : item.columns().stream()
                                .filter(name -> column(structure.table(), name)
                                        .filter(column -> isIndexedBy(item.kind(), column))
                                        .isEmpty())
                                .findFirst()
                                .map(name -> "an index of that kind cannot hold the column: kind=" + item.kind()
                                        + ", column=" + name);
        };
    }

    private static boolean isIndexedBy(StructureItem.Kind kind, TargetColumn column) {
        return kind == StructureItem.Kind.FULLTEXT
                ? WORDS.matcher(column.sqlType()).matches()
                : !column.nullable() && TypeMap.isGeometry(column.sqlType());
    }

    /** A prefix that is not shorter than the column is the column. */
    private static StructureItem fitted(TargetTable table, StructureItem item) {
        return item.withParts(item.parts().stream()
                .map(part -> {
                    Matcher sized = SIZED.matcher(
                            column(table, part.column()).orElseThrow().sqlType());
                    boolean isWhole = sized.matches() && part.prefix() >= Long.parseLong(sized.group(2));
                    return isWhole ? new IndexPart(part.column(), 0, part.isDescending()) : part;
                })
                .toList());
    }

    private static long bytesOf(String sqlType, int prefix) {
        if (prefix == 0) {
            return bytesOf(sqlType);
        }
        long ofPrefix = WORDS.matcher(sqlType).matches() ? (long) prefix * MAX_BYTES_A_CHARACTER : prefix;
        return SIZED.matcher(sqlType).matches() ? Math.min(ofPrefix, bytesOf(sqlType)) : ofPrefix;
    }

    private static long bytesOf(String sqlType) {
        Matcher sized = SIZED.matcher(sqlType);
        if (sized.matches()) {
            long length = Long.parseLong(sized.group(2));
            return sized.group(1).endsWith("char") ? length * MAX_BYTES_A_CHARACTER : length;
        }
        boolean isLong = sqlType.contains("text") || sqlType.contains("blob");
        boolean isNoKey = sqlType.equals("json") || sqlType.contains("geom") || sqlType.startsWith("vector");
        return isLong || isNoKey ? MAX_INDEX_BYTES + 1 : FIXED_BYTES;
    }

    private Optional<String> ofForeignKey(TableStructure structure, StructureItem item) {
        TargetTable table = structure.table();
        Reference to = item.reference().orElseThrow();
        TableStructure parent = wanted.get(to.table());
        if (parent == null) {
            return Optional.of("the parent is not carried");
        }
        if (structure.partitioning().isPresent() || parent.partitioning().isPresent()) {
            return Optional.of("a table that is divided has no foreign keys at this server");
        }
        for (int i = 0; i < item.columns().size(); i++) {
            Optional<TargetColumn> child = column(table, item.columns().get(i));
            Optional<TargetColumn> of = column(parent.table(), to.columns().get(i));
            if (child.isEmpty() || of.isEmpty()) {
                return Optional.of("a column is not carried");
            }
        }
        return isUnique(parent, to.columns())
                ? Optional.empty()
                : Optional.of("no unique key is on the parent's columns");
    }

    private boolean isUnique(TableStructure parent, List<String> columns) {
        if (existing.contains(parent.table().name())) {
            return Optional.ofNullable(parents.get(parent.table().name()))
                    .filter(table -> table.hasKeyIndex(columns))
                    .isPresent();
        }
        List<String> key = parent.table().key().stream()
                .map(i -> parent.table().columns().get(i).name())
                .toList();
        return key.equals(columns)
                || parent.items().stream()
                        .anyMatch(item -> item.kind() == StructureItem.Kind.UNIQUE
                                && ofIndex(parent, item).isEmpty()
                                && !item.hasPrefix()
                                && item.columns().equals(columns));
    }
}
