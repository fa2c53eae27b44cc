package io.millrace.writer.mysql.structure;

import io.millrace.error.Finding;
import io.millrace.schema.Column;
import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.mysql.catalog.Catalog;
import io.millrace.writer.mysql.catalog.CatalogTable;
import io.millrace.writer.mysql.connection.MySqlSession;
import io.millrace.writer.mysql.type.TypeMap;
import io.millrace.writer.sql.FitDialect;
import io.millrace.writer.sql.StructureFit;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of a structure can be made here. Changes nothing. */
public final class MySqlFit implements FitDialect {
    /** InnoDB's limit of an index entry. */
    public static final int MAX_INDEX_BYTES = 3_072;

    private static final int FIXED_BYTES = 16;
    private static final int MAX_BYTES_A_CHARACTER = 4;
    private static final int MAX_INDEX_COLUMNS = 16;
    private static final Pattern WORDS = Pattern.compile("(var)?char\\(.*|(tiny|medium|long)?text\\b.*");
    private static final Pattern BYTES = Pattern.compile("(var)?binary\\(.*|(tiny|medium|long)?blob\\b.*");
    private static final Pattern SIZED = Pattern.compile("(char|varchar|binary|varbinary)\\(([0-9]+)\\).*");

    private final MySqlSession session;
    private final Map<TableId, CatalogTable> parents;

    private MySqlFit(MySqlSession session, Map<TableId, CatalogTable> parents) {
        this.session = session;
        this.parents = parents;
    }

    /** Asks the server for all tables that are there and that new ones refer to. */
    public static MySqlFit of(MySqlSession session, List<TableStructure> wanted, Set<TableId> existing)
            throws SQLException {
        Set<TableId> parents = StructureFit.standingParents(wanted, existing);
        return new MySqlFit(session, parents.isEmpty() ? Map.of() : Catalog.tables(session, parents));
    }

    @Override
    public Optional<Finding> ofNewPartitions(TargetTable table, Partitioning partitioning) {
        return PartitionFit.ofNew(table, partitioning);
    }

    @Override
    public Optional<Finding> ofStandingPartitions(TableId table, Partitioning partitioning) throws SQLException {
        return PartitionFit.ofExisting(session, table, partitioning);
    }

    @Override
    public Optional<String> defaultOf(TargetColumn column, Column source, String text) {
        return DefaultSql.of(column, source, text);
    }

    @Override
    public boolean hasStandingKey(TableId table, List<String> columns) {
        return Optional.ofNullable(parents.get(table))
                .filter(parent -> parent.hasKeyIndex(columns))
                .isPresent();
    }

    /** AUTO_INCREMENT wants a whole number that is first in a key. */
    @Override
    public boolean canBeIdentity(TargetTable table, String name) {
        return !table.key().isEmpty()
                && table.columns().get(table.key().get(0)).name().equals(name)
                && table.columns().get(table.key().get(0)).sqlType().matches("(tiny|small|medium|big)?int\\b.*");
    }

    @Override
    public Optional<String> ofForeignKey(TableStructure child, TableStructure parent) {
        return child.partitioning().isPresent() || parent.partitioning().isPresent()
                ? Optional.of("a table that is divided has no foreign keys at this server")
                : Optional.empty();
    }

    @Override
    public Optional<String> ofForeignKey(Column child, Column parent) {
        return Optional.empty();
    }

    @Override
    public boolean isSameKey(List<String> key, List<String> named) {
        return key.equals(named);
    }

    @Override
    public Optional<String> ofIndex(TableStructure structure, StructureItem item) {
        TargetTable table = structure.table();
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
            Optional<TargetColumn> column = table.column(item.columns().get(i));
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
                                .filter(name -> structure
                                        .table()
                                        .column(name)
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
    @Override
    public StructureItem fitted(TargetTable table, StructureItem item, List<Finding> findings) {
        return item.withParts(item.parts().stream()
                .map(part -> {
                    Matcher sized = SIZED.matcher(
                            table.column(part.column()).orElseThrow().sqlType());
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
}
