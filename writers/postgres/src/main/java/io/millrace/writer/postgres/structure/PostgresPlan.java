package io.millrace.writer.postgres.structure;

import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.type.EnumType;
import io.millrace.writer.postgres.type.GivenType;
import io.millrace.writer.postgres.type.TypeFit;
import io.millrace.writer.postgres.type.TypeMap;
import io.millrace.writer.sql.PlanDialect;
import io.millrace.writer.sql.PlannedColumn;
import io.millrace.writer.sql.PlannedType;
import io.millrace.writer.sql.TablePlanner;
import java.util.List;

/** Names and types of tables that are made here. Immutable. */
public final class PostgresPlan implements PlanDialect {
    /** The server's limit of columns in a table. */
    private static final int MAX_COLUMNS = 1600;

    /** The server's limit of columns in an index. */
    private static final int MAX_KEY_COLUMNS = 32;

    private final TypeMap types;

    public PostgresPlan(TypeMap types) {
        this.types = types;
    }

    @Override
    public int maxColumns() {
        return MAX_COLUMNS;
    }

    @Override
    public int maxKeyColumns() {
        return MAX_KEY_COLUMNS;
    }

    @Override
    public void requireTable(TableSchema source, TableId name) {
        requireOrdinary(source, name.namespace());
        requireName(source, name.namespace(), "schema");
        requireName(source, name.name(), "table");
    }

    @Override
    public PlannedType typeOf(PlannedColumn column) {
        if (column.given().isPresent()) {
            return new PlannedType(
                    given(column.source(), column.column(), column.given().get(), column.isKey()), false);
        }
        return types.isEnum(column.column())
                ? new PlannedType(labels(column.source(), column.column(), column.table(), column.name()), true)
                : new PlannedType(types.sqlType(column.column()), false);
    }

    private static String labels(TableSchema source, Column column, TableId table, String name) {
        EnumType.obstacle(column).ifPresent(why -> {
            throw TablePlanner.refused(source, "no enum type can be made: column=" + column.name() + ", reason=" + why);
        });
        return Identifiers.quote(EnumType.name(table, name));
    }

    /** A type that the task gives, of which no value of the source can become another one. */
    private static String given(TableSchema source, Column column, String text, boolean isKey) {
        String what = "column=" + column.name() + ", source=" + column.sourceType() + ", type=" + text;
        CatalogColumn type = GivenType.parse(column.name(), text)
                .orElseThrow(() -> TablePlanner.refused(
                        source, "not a type that a column can be given: " + what + ", expected=" + GivenType.names()));
        TypeFit fit = TypeFit.of(column, type);
        if (fit == TypeFit.LOSSY) {
            throw TablePlanner.refused(source, "the type would change values: " + what);
        }
        if (isKey && fit != TypeFit.EXACT) {
            throw TablePlanner.refused(source, "not every value of the key fits the type: " + what);
        }
        return type.sqlType();
    }

    @Override
    public void requireColumn(TableSchema source, String name, List<TargetColumn> columns) {
        requireName(source, name, "column");
        if (Identifiers.isSystemColumn(name)) {
            throw TablePlanner.refused(source, "every table of the target has such a column: column=" + name);
        }
        if (columns.stream().anyMatch(other -> other.name().equals(name))) {
            throw TablePlanner.refused(source, "two columns have one name at the target: column=" + name);
        }
    }

    /** The server keeps these for itself, and lets no other schema begin so. */
    private static void requireOrdinary(TableSchema source, String schema) {
        if (schema.startsWith("pg_") || schema.equals("information_schema")) {
            throw TablePlanner.refused(source, "the schema is the server's own: schema=" + schema);
        }
    }

    private static void requireName(TableSchema source, String name, String what) {
        if (!Identifiers.fits(name)) {
            throw TablePlanner.refused(
                    source,
                    "name does not fit the target: " + what + "=" + name + ", mostBytes=" + Identifiers.MAX_BYTES);
        }
    }
}
