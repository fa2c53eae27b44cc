package io.millrace.writer.postgres.structure;

import io.millrace.error.Finding;
import io.millrace.row.KeyHasher;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.writer.Partitioning;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.catalog.CatalogTable;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.sql.FitDialect;
import io.millrace.writer.sql.StructureFit;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of a structure can be made here. Changes nothing. */
public final class PostgresFit implements FitDialect {
    /** An entry of a btree is at most a third of a page; what is larger would make a row fail that has nothing wrong. */
    private static final int MAX_INDEX_BYTES = 2_600;

    private static final int FIXED_BYTES = 16;
    private static final int MAX_BYTES_A_CHARACTER = 4;
    private static final int MAX_INDEX_COLUMNS = 32;

    private final PostgresSession session;
    private final Map<TableId, CatalogTable> parents;

    private PostgresFit(PostgresSession session, Map<TableId, CatalogTable> parents) {
        this.session = session;
        this.parents = parents;
    }

    /** Asks the server for all tables that are there and that new ones refer to. */
    public static PostgresFit of(PostgresSession session, List<TableStructure> wanted, Set<TableId> existing)
            throws SQLException {
        Set<TableId> parents = StructureFit.standingParents(wanted, existing);
        return new PostgresFit(session, parents.isEmpty() ? Map.of() : Catalog.tables(session.connection(), parents));
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

    @Override
    public boolean canBeIdentity(TargetTable table, String name) {
        return table.column(name)
                .filter(column -> List.of("smallint", "integer", "bigint").contains(column.sqlType()))
                .isPresent();
    }

    @Override
    public Optional<String> ofForeignKey(TableStructure child, TableStructure parent) {
        return Optional.empty();
    }

    @Override
    public Optional<String> ofForeignKey(Column child, Column parent) {
        return KeyHasher.isHashable(child) && KeyHasher.isHashable(parent)
                ? Optional.empty()
                : Optional.of("values that differ here are equal at the source: column=" + child.name() + ", type="
                        + child.sourceType() + ", collation=" + child.collation());
    }

    /** In any order. */
    @Override
    public boolean isSameKey(List<String> key, List<String> named) {
        return Set.copyOf(key).equals(Set.copyOf(named));
    }

    @Override
    public Optional<String> ofIndex(TableStructure structure, StructureItem item) {
        TargetTable table = structure.table();
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
            Optional<TargetColumn> column = table.column(name);
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
    @Override
    public StructureItem fitted(TargetTable table, StructureItem item, List<Finding> findings) {
        if (!item.parts().isEmpty()) {
            findings.add(StructureFit.notMade(
                    item, "descending=" + item.name() + ", reason=the index is made with ascending columns"));
        }
        return item.withParts(List.of());
    }

    /** By the operator class that a type has of its own: it must be the source's very type. */
    private static Optional<String> ofMethod(TargetTable table, StructureItem item) {
        if (item.kind() == StructureItem.Kind.FULLTEXT || item.kind() == StructureItem.Kind.SPATIAL) {
            return Optional.of("this server has no index of that kind: kind=" + item.kind());
        }
        return item.columns().stream()
                .filter(name -> table.column(name)
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
}
