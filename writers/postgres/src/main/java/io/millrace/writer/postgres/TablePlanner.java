package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.WantedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a source table would be if this program made it, and the statements that make it. Immutable. */
final class TablePlanner {
    /** The server's limit of columns in a table. */
    private static final int MAX_COLUMNS = 1600;

    /** The server's limit of columns in an index. */
    private static final int MAX_KEY_COLUMNS = 32;

    private final TypeMap types;

    TablePlanner(TypeMap types) {
        this.types = types;
    }

    TargetTable plan(TableSchema source, WantedTable wanted) {
        TableId name = wanted.name();
        requireOrdinary(source, name.namespace());
        requireName(source, name.namespace(), "schema");
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
                requireColumn(source, columnName, columns);
                positions[i] = columns.size();
                Optional<String> given = wanted.typeOf(column);
                boolean hasLabels = given.isEmpty() && types.isEnum(column);
                String type = given.isPresent()
                        ? given(source, column, given.get(), isKey)
                        : hasLabels ? labels(source, column, name, columnName) : types.sqlType(column);
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

    private static String labels(TableSchema source, Column column, TableId table, String name) {
        EnumType.obstacle(column).ifPresent(why -> {
            throw refused(source, "no enum type can be made: column=" + column.name() + ", reason=" + why);
        });
        return Identifiers.quote(EnumType.name(table, name));
    }

    /** A type that the task gives, of which no value of the source can become another one. */
    private static String given(TableSchema source, Column column, String text, boolean isKey) {
        String what = "column=" + column.name() + ", source=" + column.sourceType() + ", type=" + text;
        CatalogColumn type = GivenType.parse(column.name(), text)
                .orElseThrow(() -> refused(
                        source, "not a type that a column can be given: " + what + ", expected=" + GivenType.names()));
        TypeFit fit = TypeFit.of(column, type);
        if (fit == TypeFit.LOSSY) {
            throw refused(source, "the type would change values: " + what);
        }
        if (isKey && fit != TypeFit.EXACT) {
            throw refused(source, "not every value of the key fits the type: " + what);
        }
        return type.sqlType();
    }

    private static void requireColumn(TableSchema source, String name, List<TargetColumn> columns) {
        requireName(source, name, "column");
        if (Identifiers.isSystemColumn(name)) {
            throw refused(source, "every table of the target has such a column: column=" + name);
        }
        if (columns.stream().anyMatch(other -> other.name().equals(name))) {
            throw refused(source, "two columns have one name at the target: column=" + name);
        }
    }

    /** The server keeps these for itself, and lets no other schema begin so. */
    private static void requireOrdinary(TableSchema source, String schema) {
        if (schema.startsWith("pg_") || schema.equals("information_schema")) {
            throw refused(source, "the schema is the server's own: schema=" + schema);
        }
    }

    private static void requireName(TableSchema source, String name, String what) {
        if (!Identifiers.fits(name)) {
            throw refused(
                    source,
                    "name does not fit the target: " + what + "=" + name + ", mostBytes=" + Identifiers.MAX_BYTES);
        }
    }

    private static MillraceException refused(TableSchema source, String why) {
        return new MillraceException(ErrorCode.TABLE_REFUSED, why + ", source=" + source.table());
    }
}
