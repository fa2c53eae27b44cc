package io.millrace.writer.mysql.value;

import io.millrace.schema.Column;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.type.TypeFit;
import io.millrace.writer.mysql.type.TypeMap;

/** Which encoder a source column has before a column of the target: {@link TypeFit} has said that values stay what they are. */
public final class FieldEncoders {
    private FieldEncoders() {}

    public static FieldEncoder of(Column source, CatalogColumn target) {
        return switch (source.type()) {
            case BOOLEAN, INTEGER -> NumberEncoder.SIGNED;
            case UNSIGNED, BIT -> NumberEncoder.UNSIGNED;
            case FLOAT -> new FloatEncoder(true);
            case DOUBLE -> new FloatEncoder(false);
            case YEAR -> NumberEncoder.YEAR;
            case DATE -> TimeEncoder.DATE;
            case DATETIME -> TimeEncoder.DATETIME;
            case TIMESTAMP -> TimeEncoder.TIMESTAMP;
            case TIME -> TimeEncoder.TIME;
            case POSTGRES_DATE -> TimeEncoder.POSTGRES_DATE;
            case POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> TimeEncoder.POSTGRES_TIMESTAMP;
            case DECIMAL -> target.isText() ? BytesEncoder.TEXT : new DecimalEncoder(Math.max(0, target.scale()));
            case TEXT, ENUM, SET, OTHER -> BytesEncoder.TEXT;
            case JSON -> isOfMySql(target) ? JsonEncoder.JSON : BytesEncoder.TEXT;
            case POSTGRES_TEXT ->
                TypeMap.isArray(source) && TypeFit.isJson(target)
                        ? new ArrayEncoder(elementType(source), isOfMySql(target))
                        : BytesEncoder.TEXT;
            case BINARY, VECTOR -> BytesEncoder.BINARY;
            case UUID -> BytesEncoder.UUID;
            case GEOMETRY -> BytesEncoder.GEOMETRY;
        };
    }

    /** MariaDB's JSON is text, and stays as it is. */
    private static boolean isOfMySql(CatalogColumn target) {
        return target.dataType().equals("json");
    }

    private static String elementType(Column source) {
        String type = source.sourceType();
        return type.substring(0, type.length() - 2);
    }

    /**
     * What turns a field of LOAD DATA, which is text, into the column's value.
     *
     * @return an expression over {@code @v}, or the empty string where the field is the value
     */
    public static String ofField(Column source, CatalogColumn target) {
        return switch (source.type()) {
            case BINARY, VECTOR, GEOMETRY -> "UNHEX(@v)";
            default -> target.dataType().equals("bit") ? "CAST(@v AS UNSIGNED)" : "";
        };
    }
}
