package io.millrace.writer.mysql.type;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a source column becomes in a table that we make: of MySQL and MariaDB the same type, word for word where the words are known;
 * of PostgreSQL by SPEC's list. Immutable.
 */
public final class TypeMap {
    /** Longer texts do not lie in the row, which has room for 65,535 bytes of all its columns. */
    public static final int MAX_VARCHAR = 1_024;

    public static final int KEY_CHARACTERS = 255;

    /** An index entry's bytes, four a character. */
    private static final int MAX_KEY_CHARACTERS = 768;

    private static final int MAX_DECIMAL = 65;
    private static final int MAX_SCALE = 30;

    private static final Pattern INTEGER = Pattern.compile(
            "(tinyint|smallint|mediumint|int|bigint)(\\([0-9]+\\))?( unsigned)?( zerofill)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile(
            "(decimal|float|double)(\\([0-9]+(,[0-9]+)?\\))?( unsigned)?( zerofill)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEXT =
            Pattern.compile("(char|varchar)\\([0-9]+\\)|(tiny|medium|long)?text", Pattern.CASE_INSENSITIVE);
    private static final Pattern BINARY =
            Pattern.compile("(binary|varbinary)\\([0-9]+\\)|(tiny|medium|long)?blob", Pattern.CASE_INSENSITIVE);
    private static final Pattern GEOMETRY = Pattern.compile(
            "geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geom(etry)?collection",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern COLLATION = Pattern.compile("[a-z0-9_]+");

    private final Dialect dialect;

    public TypeMap(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * The type, as in a CREATE TABLE.
     *
     * @param isKey whether it is of the key, which has no long types
     */
    public String sqlType(Column column, boolean isKey) {
        return switch (column.type()) {
            case BOOLEAN -> "tinyint(1)";
            case INTEGER -> INTEGER.matcher(column.sourceType()).matches() ? ours(column) : integer(column, "");
            case UNSIGNED ->
                INTEGER.matcher(column.sourceType()).matches() ? ours(column) : integer(column, " unsigned");
            case FLOAT -> NUMBER.matcher(column.sourceType()).matches() ? ours(column) : "float";
            case DOUBLE -> NUMBER.matcher(column.sourceType()).matches() ? ours(column) : "double";
            case YEAR -> "year";
            case DATE, POSTGRES_DATE -> "date";
            case DATETIME, POSTGRES_TIMESTAMP -> "datetime" + fraction(column);
            case TIMESTAMP, POSTGRES_TIMESTAMPTZ -> "timestamp" + fraction(column);
            case TIME -> "time" + fraction(column);
            case BIT -> "bit(" + column.length() + ")";
            case DECIMAL -> decimal(column);
            case TEXT -> text(column, isKey);
            case BINARY -> binary(column, isKey);
            case ENUM, SET -> labels(column, isKey);
            case JSON -> isKey ? refused(column, "is no type of a key") : "json";
            case UUID -> dialect == Dialect.MARIADB ? "uuid" : "char(36) COLLATE ascii_bin";
            case GEOMETRY ->
                GEOMETRY.matcher(column.sourceType()).matches()
                        ? ours(column)
                        : refused(column, "is no geometry of this target");
            case VECTOR -> column.sourceType();
            case OTHER, POSTGRES_TEXT -> other(column, isKey);
        };
    }

    public static boolean isGeometry(String sqlType) {
        return GEOMETRY.matcher(sqlType).matches();
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Of a text type that the task gives to a column: the source's where it has one that we know, else by bytes. */
    public String collation(Column column) {
        return isOfMySql(column) ? column.collation() : dialect.binaryCollation();
    }

    private static String ours(Column column) {
        return column.sourceType().toLowerCase(Locale.ROOT);
    }

    private static String refused(Column column, String why) {
        throw new MillraceException(
                ErrorCode.TABLE_REFUSED,
                "a type " + why + ": column=" + column.name() + ", type=" + column.sourceType());
    }

    private static String integer(Column column, String sign) {
        return switch (column.length()) {
            case 1 -> "tinyint" + sign;
            case 2 -> "smallint" + sign;
            case 3 -> "mediumint" + sign;
            case 4 -> "int" + sign;
            default -> "bigint" + sign;
        };
    }

    private static String fraction(Column column) {
        int digits = column.scale() < 0 ? 6 : Math.min(6, column.scale());
        return digits == 0 ? "" : "(" + digits + ")";
    }

    private static String decimal(Column column) {
        if (NUMBER.matcher(column.sourceType()).matches()) {
            return ours(column);
        }
        boolean fits = column.length() > 0
                && column.length() <= MAX_DECIMAL
                && column.scale() >= 0
                && column.scale() <= MAX_SCALE;
        return fits
                ? "decimal(" + column.length() + "," + column.scale() + ")"
                : "decimal(" + MAX_DECIMAL + "," + MAX_SCALE + ")";
    }

    private String text(Column column, boolean isKey) {
        if (isOfMySql(column)) {
            return ours(column) + " COLLATE " + column.collation();
        }
        String collation = " COLLATE " + dialect.binaryCollation();
        if (column.length() > 0 && column.length() <= (isKey ? MAX_KEY_CHARACTERS : MAX_VARCHAR)) {
            return "varchar(" + column.length() + ")" + collation;
        }
        return isKey ? "varchar(" + KEY_CHARACTERS + ")" + collation : "longtext" + collation;
    }

    /** PostgreSQL's text has no length, its varchar other words, and its columns no name of a collation. */
    private static boolean isOfMySql(Column column) {
        return TEXT.matcher(column.sourceType()).matches()
                && column.length() >= 0
                && !column.collation().isEmpty()
                && !column.collation().equals("binary")
                && COLLATION.matcher(column.collation()).matches();
    }

    private static String binary(Column column, boolean isKey) {
        if (BINARY.matcher(column.sourceType()).matches()) {
            return ours(column);
        }
        return isKey ? "varbinary(" + KEY_CHARACTERS + ")" : "longblob";
    }

    private String labels(Column column, boolean isKey) {
        String type = column.sourceType();
        if ((type.startsWith("enum(") || type.startsWith("set("))
                && COLLATION.matcher(column.collation()).matches()) {
            StringBuilder labels = new StringBuilder(column.type() == ColumnType.ENUM ? "enum(" : "set(");
            for (int i = 0; i < column.members().size(); i++) {
                labels.append(i == 0 ? "" : ",")
                        .append(Identifiers.readable(column.members().get(i)));
            }
            return labels.append(") COLLATE ").append(column.collation()).toString();
        }
        int longest = column.members().stream()
                .mapToInt(label -> label.codePointCount(0, label.length()))
                .max()
                .orElse(0);
        // Room for labels that are yet to come: PostgreSQL's have 63 bytes at most.
        return "varchar(" + Math.max(longest, isKey ? 63 : 64) + ") COLLATE " + dialect.binaryCollation();
    }

    private String other(Column column, boolean isKey) {
        String type = column.sourceType();
        if (column.type() == ColumnType.OTHER
                && dialect == Dialect.MARIADB
                && (type.equals("inet4") || type.equals("inet6"))) {
            return type;
        }
        if (isArray(column)) {
            return isKey ? refused(column, "is no type of a key") : "json";
        }
        return (isKey ? "varchar(" + KEY_CHARACTERS + ")" : "longtext") + " COLLATE " + dialect.binaryCollation();
    }

    public static boolean isArray(Column column) {
        return column.type() == ColumnType.POSTGRES_TEXT && column.sourceType().endsWith("[]");
    }
}
