package io.millrace.schema;

/**
 * How a column's value lies in a row image. {@link #isFixed() Fixed} types are the 8 bytes of the column's slot; for the
 * others the slot holds offset and length of bytes behind the slots. No type depends on a zone, locale or charset of the JVM.
 *
 * <pre>
 * type       slot or bytes
 * BOOLEAN    0 or 1
 * INTEGER    signed 64-bit
 * UNSIGNED   unsigned 64-bit
 * FLOAT      IEEE 754 single, raw bits in the low 32
 * DOUBLE     IEEE 754 double, raw bits
 * YEAR       the year, 0 for the zero year
 * DATE       civil: see {@link CivilTime}; zero and partial dates are representable
 * DATETIME   civil: see {@link CivilTime}
 * TIMESTAMP  instant: microseconds since 1970-01-01T00:00Z; {@link CivilTime#ZERO_TIMESTAMP} is MySQL's zero timestamp
 * TIME       signed microseconds
 * BIT        the bits, right-aligned, unsigned (1 to 64 bits)
 * DECIMAL    bytes: exact ASCII digits, [-]digits[.digits], scale as declared; or NaN, Infinity, -Infinity
 * TEXT       bytes: UTF-8
 * BINARY     bytes
 * ENUM       bytes: UTF-8 label
 * SET        bytes: UTF-8 labels, joined by comma in the order of declaration
 * JSON       bytes: UTF-8 JSON text
 * UUID       bytes: 16, in text order
 * GEOMETRY   bytes: EWKB with SRID
 * VECTOR     bytes: little-endian IEEE 754 singles
 * OTHER      bytes: UTF-8, the server's own text of the value
 *
 * POSTGRES_DATE         signed: days since 2000-01-01; the least and the largest int are the infinities
 * POSTGRES_TIMESTAMP    signed: microseconds since 2000-01-01 00:00, no zone; the least and the largest long are the infinities
 * POSTGRES_TIMESTAMPTZ  the same, in UTC
 * POSTGRES_TEXT         bytes: UTF-8, PostgreSQL's own text of a value of one of its built-in types, which the column's source
 *                       type names
 * </pre>
 *
 * PostgreSQL's times have types of their own, for its years go further than {@link CivilTime}'s and it has infinities.
 */
public enum ColumnType {
    BOOLEAN(true),
    INTEGER(true),
    UNSIGNED(true),
    FLOAT(true),
    DOUBLE(true),
    YEAR(true),
    DATE(true),
    DATETIME(true),
    TIMESTAMP(true),
    TIME(true),
    BIT(true),
    DECIMAL(false),
    TEXT(false),
    BINARY(false),
    ENUM(false),
    SET(false),
    JSON(false),
    UUID(false),
    GEOMETRY(false),
    VECTOR(false),
    OTHER(false),
    POSTGRES_DATE(true),
    POSTGRES_TIMESTAMP(true),
    POSTGRES_TIMESTAMPTZ(true),
    POSTGRES_TEXT(false);

    private final boolean fixed;

    ColumnType(boolean fixed) {
        this.fixed = fixed;
    }

    /** Whether the value is the slot itself. */
    public boolean isFixed() {
        return fixed;
    }
}
