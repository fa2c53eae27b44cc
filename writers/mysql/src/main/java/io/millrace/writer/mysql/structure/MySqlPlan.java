package io.millrace.writer.mysql.structure;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.type.GivenType;
import io.millrace.writer.mysql.type.TypeFit;
import io.millrace.writer.mysql.type.TypeMap;
import io.millrace.writer.sql.PlanDialect;
import io.millrace.writer.sql.PlannedColumn;
import io.millrace.writer.sql.PlannedType;
import io.millrace.writer.sql.TablePlanner;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names and types of tables that are made here. Immutable. */
public final class MySqlPlan implements PlanDialect {
    /** InnoDB's limit of columns in a table. */
    private static final int MAX_COLUMNS = 1017;

    /** The servers' limit of columns in an index. */
    private static final int MAX_KEY_COLUMNS = 16;

    private static final Set<String> OWN_DATABASES = Set.of("mysql", "sys", "information_schema", "performance_schema");

    private final TypeMap types;
    private final boolean isEnumNative;

    public MySqlPlan(TypeMap types, boolean isEnumNative) {
        this.types = types;
        this.isEnumNative = isEnumNative;
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
        requireName(source, name.namespace(), "database");
        requireName(source, name.name(), "table");
    }

    @Override
    public void requireColumn(TableSchema source, String name, List<TargetColumn> before) {
        requireName(source, name, "column");
        requireNew(source, name, before);
    }

    @Override
    public PlannedType typeOf(PlannedColumn column) {
        Column of = column.column();
        String type = column.given().isPresent()
                ? given(column.source(), of, column.given().get(), column.isKey())
                : types.sqlType(of, column.isKey());
        boolean hasLabels = type.startsWith("enum(") || type.startsWith("set(");
        if (isEnumNative && of.type() == ColumnType.ENUM && column.given().isEmpty() && !hasLabels) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a PostgreSQL enum is text at this target: key=types.enum, value=native, column=" + of.name()
                            + ", source=" + column.source().table());
        }
        return new PlannedType(type, hasLabels);
    }

    /** A type that the task gives, of which no value of the source can become another one. */
    private String given(TableSchema source, Column column, String text, boolean isKey) {
        String what = "column=" + column.name() + ", source=" + column.sourceType() + ", type=" + text;
        CatalogColumn type = GivenType.parse(column.name(), text, types.collation(column))
                .orElseThrow(() -> TablePlanner.refused(
                        source, "not a type that a column can be given: " + what + ", expected=" + GivenType.names()));
        TypeFit fit = isKey ? TypeFit.ofKey(column, type, types.dialect()) : TypeFit.of(column, type);
        if (fit == TypeFit.LOSSY) {
            throw TablePlanner.refused(source, "the type would change values: " + what);
        }
        if (isKey && (fit != TypeFit.EXACT || isLong(type))) {
            throw TablePlanner.refused(
                    source, "not every value of the key fits the type, or the type is none of a key: " + what);
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
                throw TablePlanner.refused(
                        source, "two columns have one name at the target: column=" + name + ", column=" + other.name());
            }
        }
    }

    private static void requireOrdinary(TableSchema source, String database) {
        if (OWN_DATABASES.contains(database.toLowerCase(Locale.ROOT))) {
            throw TablePlanner.refused(source, "the database is the server's own: database=" + database);
        }
    }

    private static void requireName(TableSchema source, String name, String what) {
        if (!Identifiers.fits(name)) {
            throw TablePlanner.refused(
                    source,
                    "name does not fit the target: " + what + "=" + name + ", mostCharacters="
                            + Identifiers.MAX_CHARACTERS);
        }
    }
}
