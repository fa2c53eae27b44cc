package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a source table would be if this program made it. Immutable. */
final class TablePlanner {
    /** InnoDB's limit of columns in a table. */
    private static final int MAX_COLUMNS = 1017;

    /** The servers' limit of columns in an index. */
    private static final int MAX_KEY_COLUMNS = 16;

    private static final Set<String> OWN_DATABASES = Set.of("mysql", "sys", "information_schema", "performance_schema");

    private final TypeMap types;

    private final boolean isEnumNative;

    TablePlanner(TypeMap types, boolean isEnumNative) {
        this.types = types;
        this.isEnumNative = isEnumNative;
    }

    TargetTable plan(TableSchema source, WantedTable wanted) {
        TableId name = wanted.name();
        requireOrdinary(source, name.namespace());
        requireName(source, name.namespace(), "database");
        requireName(source, name.name(), "table");
        List<TargetColumn> columns = new ArrayList<>();
        List<Integer> key = new ArrayList<>();
        int[] positions = new int[source.columns().size()];
        for (int i = 0; i < source.columns().size(); i++) {
            Column column = source.columns().get(i);
            positions[i] = -1;
            boolean isKey = source.key().contains(i);
            if (isKey && wanted.isDropped(column)) {
                throw refused(source, "a column of the key cannot be dropped: column=" + column.name());
            }
            if (isKey || !wanted.isDropped(column)) {
                String columnName = wanted.nameOf(column);
                requireName(source, columnName, "column");
                requireNew(source, columnName, columns);
                positions[i] = columns.size();
                Optional<String> given = wanted.typeOf(column);
                String type =
                        given.isPresent() ? given(source, column, given.get(), isKey) : types.sqlType(column, isKey);
                boolean hasLabels = type.startsWith("enum(") || type.startsWith("set(");
                if (isEnumNative && column.type() == ColumnType.ENUM && given.isEmpty() && !hasLabels) {
                    throw new MillraceException(
                            ErrorCode.NOT_SUPPORTED_YET,
                            "a PostgreSQL enum is text at this target: key=types.enum, value=native, column="
                                    + column.name() + ", source=" + source.table());
                }
                columns.add(new TargetColumn(columnName, type, column.nullable() && !isKey, i, hasLabels));
            }
        }
        for (int position : source.key()) {
            key.add(positions[position]);
        }
        if (columns.size() > MAX_COLUMNS || key.size() > MAX_KEY_COLUMNS) {
            throw refused(
                    source,
                    "too many columns: columns=" + columns.size() + ", most=" + MAX_COLUMNS + ", keyColumns="
                            + key.size() + ", most=" + MAX_KEY_COLUMNS);
        }
        return new TargetTable(name, source, columns, key);
    }

    /** A type that the task gives, of which no value of the source can become another one. */
    private String given(TableSchema source, Column column, String text, boolean isKey) {
        String what = "column=" + column.name() + ", source=" + column.sourceType() + ", type=" + text;
        CatalogColumn type = GivenType.parse(column.name(), text, types.collation(column))
                .orElseThrow(() -> refused(
                        source, "not a type that a column can be given: " + what + ", expected=" + GivenType.names()));
        TypeFit fit = isKey ? TypeFit.ofKey(column, type, types.dialect()) : TypeFit.of(column, type);
        if (fit == TypeFit.LOSSY) {
            throw refused(source, "the type would change values: " + what);
        }
        if (isKey && (fit != TypeFit.EXACT || isLong(type))) {
            throw refused(source, "not every value of the key fits the type, or the type is none of a key: " + what);
        }
        return type.collation().isEmpty() ? type.sqlType() : type.sqlType() + " COLLATE " + type.collation();
    }

    /** Types that an index holds only in part. */
    private static boolean isLong(CatalogColumn type) {
        return type.dataType().endsWith("text")
                || type.dataType().endsWith("blob")
                || type.dataType().equals("json");
    }

    /** Names of columns that differ by case alone are one here. */
    private static void requireNew(TableSchema source, String name, List<TargetColumn> columns) {
        for (TargetColumn other : columns) {
            if (other.name().equalsIgnoreCase(name)) {
                throw refused(
                        source, "two columns have one name at the target: column=" + name + ", column=" + other.name());
            }
        }
    }

    private static void requireOrdinary(TableSchema source, String database) {
        if (OWN_DATABASES.contains(database.toLowerCase(Locale.ROOT))) {
            throw refused(source, "the database is the server's own: database=" + database);
        }
    }

    private static void requireName(TableSchema source, String name, String what) {
        if (!Identifiers.fits(name)) {
            throw refused(
                    source,
                    "name does not fit the target: " + what + "=" + name + ", mostCharacters="
                            + Identifiers.MAX_CHARACTERS);
        }
    }

    private static MillraceException refused(TableSchema source, String why) {
        return new MillraceException(ErrorCode.TABLE_REFUSED, why + ", source=" + source.table());
    }
}
