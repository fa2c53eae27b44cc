package io.millrace.writer.postgres.type;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.TypeOptions.ZeroDate;
import java.util.Locale;

/** What a source column becomes in a table that we make. Immutable. */
public final class TypeMap {
    private static final int MAX_VARCHAR = 10_485_760;

    private final TypeOptions options;

    public TypeMap(TypeOptions options) {
        this.options = options;
    }

    /** Whether a column has an enum type of its own, which {@link EnumType} makes. */
    public boolean isEnum(Column column) {
        return column.type() == ColumnType.ENUM && options.isEnumNative();
    }

    /** The type, as in a CREATE TABLE. */
    public String sqlType(Column column) {
        return switch (column.type()) {
            case BOOLEAN -> "boolean";
            case INTEGER ->
                column.length() <= 2 && column.length() > 0
                        ? "smallint"
                        : column.length() == 3 || column.length() == 4 ? "integer" : "bigint";
            case UNSIGNED ->
                switch (column.length()) {
                    case 1 -> "smallint";
                    case 2, 3 -> "integer";
                    case 4 -> "bigint";
                    default -> "numeric(20,0)";
                };
            case FLOAT -> "real";
            case DOUBLE -> "double precision";
            case YEAR -> "smallint";
            case DATE -> isDateText() ? "text" : "date";
            case DATETIME -> isDateText() ? "text" : "timestamp" + fraction(column) + " without time zone";
            case TIMESTAMP -> isDateText() ? "text" : "timestamp" + fraction(column) + " with time zone";
            case TIME -> "interval" + fraction(column);
            case BIT -> column.length() == 1 ? "boolean" : "bit(" + column.length() + ")";
            case DECIMAL ->
                column.length() > 0
                        ? "numeric(" + column.length() + "," + Math.max(0, column.scale()) + ")"
                        : "numeric";
            case TEXT -> isVarchar(column) ? "character varying(" + column.length() + ")" : "text";
            case BINARY, GEOMETRY -> "bytea";
            case JSON -> options.isJsonBinary() || column.sourceType().equals("jsonb") ? "jsonb" : "json";
            case UUID -> "uuid";
            case VECTOR -> "real[]";
            case POSTGRES_DATE -> "date";
            case POSTGRES_TIMESTAMP -> "timestamp" + fraction(column) + " without time zone";
            case POSTGRES_TIMESTAMPTZ -> "timestamp" + fraction(column) + " with time zone";
            case POSTGRES_TEXT -> PostgresType.of(column);
            case ENUM, SET, OTHER -> "text";
        };
    }

    private boolean isDateText() {
        return options.zeroDate() == ZeroDate.TEXT;
    }

    private static String fraction(Column column) {
        return column.scale() < 0 ? "" : "(" + column.scale() + ")";
    }

    private static boolean isVarchar(Column column) {
        String type = column.sourceType().toLowerCase(Locale.ROOT);
        return (type.startsWith("char") || type.startsWith("varchar"))
                && column.length() > 0
                && column.length() <= MAX_VARCHAR;
    }
}
