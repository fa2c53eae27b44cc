package io.millrace.writer.postgres.type;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.Oids;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a column that somebody else made can hold a source column's values as they are.
 *
 * <pre>
 * EXACT    every value, unchanged
 * LOUD     most values; one that does not fit is refused, by the encoder or by the server, and never changed
 * LOSSY    values would be rounded, cut, or come to mean something else, without an error: refused
 * </pre>
 */
public enum TypeFit {
    EXACT,
    LOUD,
    LOSSY;

    private static final int TYPE_NAME = 19;
    private static final int TYPE_CHAR = 18;
    private static final int TYPE_TIME = 1083;
    private static final int TYPE_REAL_ARRAY = 1021;

    /** The header that the server counts into the modifiers of varchar and numeric. */
    private static final int MODIFIER_HEADER = 4;

    /** Texts of PostgreSQL that are not plain ones and tell upper case from lower. */
    private static final Pattern CASED = Pattern.compile("^(character|bpchar|name)\\b");

    /** A double holds every whole number up to 2^53. */
    private static final int DOUBLE_BITS = 54;

    private static final int UUID_CHARACTERS = 36;
    private static final int MAX_TEXT_OF_NUMBER = 72;

    public static TypeFit of(Column source, CatalogColumn target) {
        int oid = target.typeOid();
        int modifier = target.typeModifier();
        if (source.type() == ColumnType.POSTGRES_TEXT && target.sqlType().equals(source.sourceType())) {
            return EXACT;
        }
        if (isText(oid) && source.type() != ColumnType.BINARY && source.type() != ColumnType.GEOMETRY) {
            return ofText(source, oid, modifier);
        }
        return switch (source.type()) {
            case BOOLEAN -> oid == Oids.BOOL ? EXACT : whole(2, oid, modifier);
            case YEAR -> whole(bits(4), oid, modifier);
            case INTEGER -> whole(signedBits(source.length()), oid, modifier);
            case UNSIGNED -> whole(unsignedBits(source.length()), oid, modifier);
            case FLOAT -> exactIf(oid == Oids.FLOAT4 || oid == Oids.FLOAT8);
            case DOUBLE -> exactIf(oid == Oids.FLOAT8);
            case DECIMAL -> decimal(source, oid, modifier);
            case DATE -> exactIf(oid == Oids.DATE || oid == Oids.TIMESTAMP);
            case DATETIME -> oid == Oids.TIMESTAMP ? fraction(source, modifier, EXACT) : LOSSY;
            case TIMESTAMP ->
                oid == Oids.TIMESTAMPTZ
                        ? fraction(source, modifier, EXACT)
                        : oid == Oids.TIMESTAMP ? fraction(source, modifier, LOUD) : LOSSY;
            case TIME ->
                oid == Oids.INTERVAL
                        ? interval(source, modifier)
                        : oid == TYPE_TIME ? fraction(source, modifier, LOUD) : LOSSY;
            case BIT -> bits(source, oid, modifier);
            case TEXT, ENUM, SET, OTHER -> ofWords(oid);
            case JSON -> exactIf(oid == Oids.JSON || oid == Oids.JSONB);
            case BINARY, GEOMETRY -> exactIf(oid == Oids.BYTEA);
            case UUID -> exactIf(oid == Oids.UUID);
            case VECTOR -> exactIf(oid == TYPE_REAL_ARRAY);
            case POSTGRES_DATE -> exactIf(oid == Oids.DATE);
            case POSTGRES_TIMESTAMP -> oid == Oids.TIMESTAMP ? fraction(source, modifier, EXACT) : LOSSY;
            case POSTGRES_TIMESTAMPTZ -> oid == Oids.TIMESTAMPTZ ? fraction(source, modifier, EXACT) : LOSSY;
            case POSTGRES_TEXT -> LOSSY; // another type than the very same
        };
    }

    /**
     * The same for a column of the key: two values of the source that the target takes for one would become one row, and what comes to the one
     * could be removed with the other (EXACTNESS 21).
     */
    public static TypeFit ofKey(Column source, CatalogColumn target) {
        TypeFit fit = of(source, target);
        boolean isWords = switch (source.type()) {
            case TEXT, ENUM, SET -> true;
            case POSTGRES_TEXT ->
                CASED.matcher(source.sourceType()).find() && !target.sqlType().equals(source.sourceType());
            default -> false;
        };
        return isWords && !target.isBytewise() && !isCoarse(source) ? LOSSY : fit;
    }

    /** Whether the source itself takes values for one that differ by case; PostgreSQL's texts name a collation where it does not. */
    private static boolean isCoarse(Column source) {
        return source.collation().contains("_ci")
                || (source.type() == ColumnType.TEXT && source.collation().isEmpty());
    }

    private static TypeFit exactIf(boolean isExact) {
        return isExact ? EXACT : LOSSY;
    }

    public static boolean isText(int oid) {
        return oid == Oids.TEXT || oid == Oids.VARCHAR || oid == Oids.BPCHAR;
    }

    /** The most characters of a varchar or char; -1 where there is no limit. */
    public static int characters(int modifier) {
        return modifier < MODIFIER_HEADER ? -1 : modifier - MODIFIER_HEADER;
    }

    private static TypeFit ofText(Column source, int oid, int modifier) {
        int room = characters(modifier);
        if (oid == Oids.BPCHAR && !isFixedText(source)) {
            return LOSSY; // blanks at the end have no meaning there
        }
        if (room < 0) {
            return EXACT;
        }
        int needed = switch (source.type()) {
            case TEXT -> source.length() < 0 ? Integer.MAX_VALUE : source.length();
            case ENUM ->
                source.members().stream()
                        .mapToInt(label -> label.codePointCount(0, label.length()))
                        .max()
                        .orElse(Integer.MAX_VALUE);
            case SET, JSON, OTHER, VECTOR, POSTGRES_TEXT -> Integer.MAX_VALUE;
            case UUID -> UUID_CHARACTERS;
            default -> MAX_TEXT_OF_NUMBER;
        };
        return room >= needed ? EXACT : LOUD;
    }

    /** Whether the source itself has no blanks at the end. */
    private static boolean isFixedText(Column source) {
        return source.type() != ColumnType.TEXT
                || source.sourceType().toLowerCase(Locale.ROOT).startsWith("char");
    }

    /** Words into types that parse them: enum, uuid, inet, citext … What parses is stored as that type understands it. */
    private static TypeFit ofWords(int oid) {
        return switch (oid) {
            case TYPE_NAME, TYPE_CHAR -> LOSSY; // cut without an error
            case Oids.BOOL,
                    Oids.INT2,
                    Oids.INT4,
                    Oids.INT8,
                    Oids.NUMERIC,
                    Oids.FLOAT4,
                    Oids.FLOAT8,
                    Oids.DATE,
                    TYPE_TIME,
                    Oids.TIMESTAMP,
                    Oids.TIMESTAMPTZ,
                    Oids.INTERVAL,
                    Oids.BIT,
                    Oids.VARBIT,
                    Oids.BYTEA -> LOSSY;
            default -> LOUD;
        };
    }

    private static int signedBits(int bytes) {
        return bytes < 1 || bytes > 4 ? Long.SIZE : bytes * Byte.SIZE;
    }

    /** One bit more than the target's signed type of that size has. */
    private static int unsignedBits(int bytes) {
        return signedBits(bytes) + 1;
    }

    /** A whole number of so many bits, the sign's among them; encoders and server refuse what is out of range. */
    private static TypeFit whole(int bits, int oid, int modifier) {
        return switch (oid) {
            case Oids.BOOL -> LOUD;
            case Oids.INT2 -> bits <= Short.SIZE ? EXACT : LOUD;
            case Oids.INT4 -> bits <= Integer.SIZE ? EXACT : LOUD;
            case Oids.INT8 -> bits <= Long.SIZE ? EXACT : LOUD;
            case Oids.FLOAT8 -> exactIf(bits <= DOUBLE_BITS);
            case Oids.NUMERIC -> modifier < 0 || precision(modifier) - scale(modifier) >= digits(bits) ? EXACT : LOUD;
            default -> LOSSY;
        };
    }

    /** Decimal digits of the largest number of so many bits, the sign's among them. */
    private static int digits(int bits) {
        return (int) ((bits - 1) * Math.log10(2)) + 1;
    }

    /** Bits of the largest number of so many decimal digits, and one for its sign. */
    private static int bits(int digits) {
        return (int) Math.ceil(digits / Math.log10(2)) + 1;
    }

    private static TypeFit decimal(Column source, int oid, int modifier) {
        int scale = Math.max(0, source.scale());
        int digits = source.length() < 0 ? Integer.MAX_VALUE : source.length() - scale;
        if (oid == Oids.NUMERIC) {
            if (modifier < 0) {
                return EXACT;
            }
            return scale(modifier) < scale || source.length() < 0
                    ? LOSSY
                    : precision(modifier) - scale(modifier) >= digits ? EXACT : LOUD;
        }
        boolean isWhole = oid == Oids.INT2 || oid == Oids.INT4 || oid == Oids.INT8;
        return isWhole && scale == 0 && source.length() > 0 ? whole(bits(digits), oid, modifier) : LOSSY;
    }

    private static int precision(int modifier) {
        return (modifier - MODIFIER_HEADER) >>> 16 & 0xFFFF;
    }

    /** Eleven bits, signed. */
    private static int scale(int modifier) {
        return ((modifier - MODIFIER_HEADER & 0x7FF) ^ 1024) - 1024;
    }

    private static TypeFit fraction(Column source, int modifier, TypeFit otherwise) {
        int needed = source.scale() < 0 ? 6 : source.scale();
        return modifier >= 0 && modifier < needed ? LOSSY : otherwise;
    }

    /** Precision in the low half, the fields that it keeps in the high one. */
    private static TypeFit interval(Column source, int modifier) {
        if (modifier < 0) {
            return EXACT;
        }
        int precision = modifier & 0xFFFF;
        boolean hasAllFields = (modifier >>> 16 & 0x7FFF) == 0x7FFF;
        return !hasAllFields ? LOSSY : precision == 0xFFFF ? EXACT : fraction(source, precision, EXACT);
    }

    private static TypeFit bits(Column source, int oid, int modifier) {
        return switch (oid) {
            case Oids.BOOL -> exactIf(source.length() == 1);
            case Oids.BIT -> exactIf(modifier == source.length());
            case Oids.VARBIT -> modifier < 0 || modifier >= source.length() ? EXACT : LOUD;
            case Oids.INT8 -> source.length() < Long.SIZE ? EXACT : LOUD;
            case Oids.NUMERIC -> whole(source.length() + 1, oid, modifier);
            default -> LOSSY;
        };
    }
}
