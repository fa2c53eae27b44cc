package io.millrace.writer.mysql.type;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.catalog.CatalogColumn;
import io.millrace.writer.mysql.connection.Dialect;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a column that somebody else made can hold a source column's values as they are.
 *
 * <pre>
 * EXACT    every value, unchanged
 * LOUD     most values; one that does not fit is refused, by the encoder or by the server, and never changed
 * LOSSY    values would be rounded, cut, or come to mean something else, without an error or a warning: refused
 * </pre>
 */
public enum TypeFit {
    EXACT,
    LOUD,
    LOSSY;

    /** Texts of PostgreSQL that are not plain ones and tell upper case from lower. */
    private static final Pattern CASED = Pattern.compile("^(character|bpchar|name)\\b");

    /** A double holds every whole number up to 2^53. */
    private static final int DOUBLE_BITS = 54;

    private static final int UUID_CHARACTERS = 36;
    private static final int MAX_FRACTION = 6;

    public static TypeFit of(Column source, CatalogColumn target) {
        return switch (source.type()) {
            case BOOLEAN -> target.dataType().equals("bit") ? EXACT : whole(2, target);
            case INTEGER -> target.dataType().equals("bit") ? LOSSY : whole(signedBits(source.length()), target);
            case UNSIGNED -> whole(signedBits(source.length()) + 1, target);
            case YEAR -> target.dataType().equals("year") ? EXACT : target.isInteger() ? EXACT : LOSSY;
            case FLOAT -> exactIf(isSame(source, target) || isFloat(target) || isDouble(target));
            case DOUBLE -> exactIf(isSame(source, target) || isDouble(target));
            case DECIMAL -> decimal(source, target);
            case BIT -> bits(source, target);
            case DATE, POSTGRES_DATE -> is(target, "date") || is(target, "datetime") ? EXACT : LOSSY;
            case DATETIME, POSTGRES_TIMESTAMP -> is(target, "datetime") ? fraction(source, target, EXACT) : LOSSY;
            case TIMESTAMP, POSTGRES_TIMESTAMPTZ ->
                is(target, "timestamp")
                        ? fraction(source, target, source.type() == ColumnType.TIMESTAMP ? EXACT : LOUD)
                        : is(target, "datetime") ? fraction(source, target, LOUD) : LOSSY;
            case TIME -> is(target, "time") ? fraction(source, target, EXACT) : LOSSY;
            case TEXT -> text(source, target);
            case ENUM, SET -> labels(source, target);
            case JSON -> isJson(target) ? EXACT : target.dataType().endsWith("text") ? room(source, target) : LOSSY;
            case UUID ->
                is(target, "uuid") ? EXACT : target.isText() && target.length() >= UUID_CHARACTERS ? EXACT : LOSSY;
            case BINARY -> binary(source, target);
            case GEOMETRY -> is(target, "geometry") || target.sqlType().equals(source.sourceType()) ? EXACT : LOSSY;
            case VECTOR -> exactIf(target.sqlType().equals(source.sourceType()));
            case OTHER ->
                target.sqlType().equals(source.sourceType()) ? EXACT : varying(target) ? room(source, target) : LOSSY;
            case POSTGRES_TEXT ->
                isJson(target) ? exactIf(TypeMap.isArray(source)) : varying(target) ? room(source, target) : LOSSY;
        };
    }

    /**
     * The same for a column of the key: two values of the source that the target takes for one would become one row (EXACTNESS 21).
     */
    public static TypeFit ofKey(Column source, CatalogColumn target, Dialect dialect) {
        TypeFit fit = of(source, target);
        boolean isWords = switch (source.type()) {
            case TEXT, ENUM, SET -> true;
            case POSTGRES_TEXT -> CASED.matcher(source.sourceType()).find();
            default -> false;
        };
        if (!target.isText() || !isWords) {
            return fit;
        }
        boolean isSame = target.collation().equals(source.collation());
        return isSame || target.collation().equals(dialect.binaryCollation()) ? fit : LOSSY;
    }

    private static TypeFit exactIf(boolean isExact) {
        return isExact ? EXACT : LOSSY;
    }

    private static boolean is(CatalogColumn target, String type) {
        return target.dataType().equals(type);
    }

    private static boolean isSame(Column source, CatalogColumn target) {
        return target.sqlType().equals(source.sourceType().toLowerCase(Locale.ROOT));
    }

    private static boolean isFloat(CatalogColumn target) {
        return is(target, "float") && target.scale() < 0;
    }

    private static boolean isDouble(CatalogColumn target) {
        return is(target, "double") && target.scale() < 0;
    }

    /** MariaDB's JSON is text with a check. */
    public static boolean isJson(CatalogColumn target) {
        return is(target, "json")
                || (is(target, "longtext") && target.collation().equals("utf8mb4_bin"));
    }

    /** Texts that keep blanks at their ends. */
    private static boolean varying(CatalogColumn target) {
        return target.isText() && !is(target, "char");
    }

    private static TypeFit text(Column source, CatalogColumn target) {
        boolean isFixed = source.sourceType().toLowerCase(Locale.ROOT).startsWith("char(");
        if (!varying(target) && !(isFixed && is(target, "char"))) {
            return LOSSY;
        }
        return room(source, target);
    }

    /** By characters; what a charset does not have is refused by the server. */
    private static TypeFit room(Column source, CatalogColumn target) {
        boolean isUnicode =
                target.collation().startsWith("utf8mb4") || target.collation().equals(source.collation());
        boolean isLongest = is(target, "longtext");
        boolean hasRoom = isLongest || (source.length() >= 0 && target.length() >= source.length());
        return hasRoom && isUnicode ? EXACT : LOUD;
    }

    private static TypeFit labels(Column source, CatalogColumn target) {
        if (is(target, "enum") || is(target, "set")) {
            return isSame(source, target)
                    ? EXACT
                    : is(target, "enum") == (source.type() == ColumnType.ENUM) ? LOUD : LOSSY;
        }
        return varying(target) ? LOUD : LOSSY;
    }

    private static TypeFit binary(Column source, CatalogColumn target) {
        if (!target.isBinary()) {
            return LOSSY;
        }
        boolean isFixed = source.sourceType().toLowerCase(Locale.ROOT).startsWith("binary(");
        if (is(target, "binary")) {
            return exactIf(isFixed && target.length() == source.length());
        }
        boolean hasRoom = is(target, "longblob") || (source.length() >= 0 && target.length() >= source.length());
        return hasRoom ? EXACT : LOUD;
    }

    private static int signedBits(int bytes) {
        return bytes < 1 || bytes > 4 ? Long.SIZE : bytes * Byte.SIZE;
    }

    private static int bitsOf(CatalogColumn target) {
        int bits = switch (target.dataType()) {
            case "tinyint" -> 8;
            case "smallint" -> 16;
            case "mediumint" -> 24;
            case "int" -> 32;
            default -> 64;
        };
        return bits + (target.isUnsigned() ? 1 : 0);
    }

    /** A whole number of so many bits, the sign's among them; the server refuses what is out of range. */
    private static TypeFit whole(int bits, CatalogColumn target) {
        if (target.isInteger()) {
            boolean isUnsignedSource = (bits & 1) == 1;
            boolean fits = target.isUnsigned() ? isUnsignedSource && bitsOf(target) >= bits : bitsOf(target) >= bits;
            return fits ? EXACT : LOUD;
        }
        if (is(target, "decimal")) {
            int digits = (int) ((bits - 1) * Math.log10(2)) + 1;
            return !target.isUnsigned() && target.precision() - target.scale() >= digits ? EXACT : LOUD;
        }
        return isDouble(target) ? exactIf(bits <= DOUBLE_BITS) : LOSSY;
    }

    private static TypeFit decimal(Column source, CatalogColumn target) {
        if (varying(target)) {
            return LOUD;
        }
        if (!is(target, "decimal")) {
            return target.isInteger() && source.scale() == 0 ? LOUD : LOSSY;
        }
        // More digits behind the point than the target has are refused by the encoder.
        boolean fits = source.length() > 0
                && target.scale() >= Math.max(0, source.scale())
                && target.precision() - target.scale() >= source.length() - Math.max(0, source.scale())
                && (!target.isUnsigned() || source.sourceType().contains("unsigned"));
        return fits ? EXACT : LOUD;
    }

    private static TypeFit fraction(Column source, CatalogColumn target, TypeFit otherwise) {
        int needed = source.scale() < 0 ? MAX_FRACTION : source.scale();
        return target.scale() < needed ? LOSSY : otherwise;
    }

    private static TypeFit bits(Column source, CatalogColumn target) {
        if (is(target, "bit")) {
            return target.precision() >= source.length() ? EXACT : LOUD;
        }
        return whole(source.length() + 1 | 1, target);
    }
}
