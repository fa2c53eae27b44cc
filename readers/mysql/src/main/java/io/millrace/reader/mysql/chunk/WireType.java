package io.millrace.reader.mysql.chunk;

import io.millrace.schema.Column;

/** How a column's value lies in a row of the binary protocol, and what becomes of it. */
enum WireType {
    INT_1,
    INT_2,
    INT_3,
    INT_4,
    INT_8,
    UINT_1,
    UINT_2,
    UINT_3,
    UINT_4,
    FLOAT,
    DOUBLE,
    YEAR,
    DATE,
    DATETIME,
    TIMESTAMP,
    TIME,
    BIT,
    DECIMAL,
    UUID,
    GEOMETRY,
    BYTES;

    /** The form in which the server sends a column of this shape. */
    static WireType of(Column column) {
        return switch (column.type()) {
            case INTEGER ->
                switch (column.length()) {
                    case 1 -> INT_1;
                    case 2 -> INT_2;
                    case 3 -> INT_3;
                    case 4 -> INT_4;
                    default -> INT_8;
                };
            case UNSIGNED ->
                switch (column.length()) {
                    case 1 -> UINT_1;
                    case 2 -> UINT_2;
                    case 3 -> UINT_3;
                    case 4 -> UINT_4;
                    default -> INT_8;
                };
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case YEAR -> YEAR;
            case DATE -> DATE;
            case DATETIME -> DATETIME;
            case TIMESTAMP -> TIMESTAMP;
            case TIME -> TIME;
            case BIT -> BIT;
            case DECIMAL -> DECIMAL;
            case UUID -> UUID;
            case GEOMETRY -> GEOMETRY;
            case TEXT, BINARY, ENUM, SET, JSON, VECTOR, OTHER -> BYTES;
            case BOOLEAN, POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ, POSTGRES_TEXT ->
                throw new IllegalArgumentException(
                        "column cannot be carried: column=" + column.name() + ", type=" + column.sourceType());
        };
    }

    /** Whether a result set's column of the driver's type name has this form. */
    boolean isSentAs(String typeName) {
        String base = typeName.replace(" UNSIGNED", "");
        return switch (this) {
            case INT_1, UINT_1 -> base.equals("TINYINT");
            case INT_2, UINT_2 -> base.equals("SMALLINT");
            case INT_3, UINT_3 -> base.equals("MEDIUMINT");
            case INT_4, UINT_4 -> base.equals("INTEGER");
            case INT_8 -> base.equals("BIGINT");
            case FLOAT, DOUBLE, YEAR, DATE, DATETIME, TIMESTAMP, TIME, BIT -> base.equals(name());
            case DECIMAL -> base.equals("DECIMAL") || base.equals("OLDDECIMAL");
            case UUID, GEOMETRY, BYTES -> isBytes(base);
        };
    }

    private static boolean isBytes(String base) {
        for (WireType other : values()) {
            boolean isFixed = other != UUID && other != GEOMETRY && other != BYTES;
            if (isFixed && other.isSentAs(base)) {
                return false;
            }
        }
        return true;
    }
}
