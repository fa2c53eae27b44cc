package io.millrace.reader.mysql.schema;

import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnDefinition.Generation;
import io.millrace.ddl.ColumnDefinition.Nullability;
import io.millrace.reader.mysql.catalog.ColumnTypes;
import io.millrace.schema.Column;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes of a column's definition what the server's catalog says of it afterwards, word by word: so that shapes that were followed
 * through statements and those that were read are equal. Stateless.
 */
final class ColumnShaper {
    private static final int NONE = -1;
    private static final long TINY = 255;
    private static final long SHORT = 65_535;
    private static final long MEDIUM = 16_777_215;
    private static final long LONG = 4_294_967_295L;

    private final SchemaRules rules;

    ColumnShaper(SchemaRules rules) {
        this.rules = rules;
    }

    /**
     * The column.
     *
     * @param tableCollation the table's default
     */
    Column column(ColumnDefinition definition, String tableCollation) {
        String type = definition.typeName();
        return switch (type) {
            case "tinyint", "smallint", "mediumint", "int", "bigint" -> number(definition, integerText(definition));
            case "decimal" -> decimal(definition);
            case "float", "double" -> floating(definition);
            case "bit" -> {
                int bits = argument(definition, 0, 1);
                yield of(definition, type, "bit(" + bits + ")", NONE, bits, NONE, 0, "", false);
            }
            case "year" -> of(definition, type, rules.isMariaDb() ? "year(4)" : "year", NONE, NONE, NONE, 0, "", false);
            case "time", "datetime", "timestamp" -> {
                int fraction = argument(definition, 0, 0);
                String text = fraction == 0 ? type : type + "(" + fraction + ")";
                yield of(definition, type, text, NONE, NONE, NONE, fraction, "", false);
            }
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" ->
                text(definition, collation(definition, tableCollation));
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> binary(definition, type);
            case "enum", "set" -> {
                String collation = collation(definition, tableCollation);
                yield of(definition, type, labels(definition), NONE, NONE, NONE, 0, collation, false);
            }
            case "json" ->
                rules.isMariaDb()
                        ? of(definition, "longtext", "longtext", LONG, NONE, NONE, 0, "utf8mb4_bin", true)
                        : of(definition, type, type, NONE, NONE, NONE, 0, "", false);
            case "vector" ->
                of(definition, type, "vector(" + argument(definition, 0, 2048) + ")", NONE, NONE, NONE, 0, "", false);
            default -> of(definition, type, type, NONE, NONE, NONE, 0, "", false);
        };
    }

    private static int argument(ColumnDefinition definition, int index, int otherwise) {
        return definition.arguments().size() > index ? definition.arguments().get(index) : otherwise;
    }

    private static String suffix(ColumnDefinition definition) {
        return (definition.isUnsigned() ? " unsigned" : "") + (definition.isZerofill() ? " zerofill" : "");
    }

    private Column number(ColumnDefinition definition, String text) {
        return of(definition, definition.typeName(), text, NONE, NONE, NONE, 0, "", false);
    }

    /** MySQL prints widths no more, but for zerofill and {@code tinyint(1)}; MariaDB prints each. */
    private String integerText(ColumnDefinition definition) {
        String type = definition.typeName();
        boolean isUnsigned = definition.isUnsigned();
        int width = argument(definition, 0, width(type, isUnsigned));
        boolean isShort = type.equals("tinyint") && width == 1 && !isUnsigned;
        boolean isPrinted = rules.isMariaDb() || definition.isZerofill() || isShort;
        return type + (isPrinted ? "(" + width + ")" : "") + suffix(definition);
    }

    private static int width(String type, boolean isUnsigned) {
        return switch (type) {
            case "tinyint" -> isUnsigned ? 3 : 4;
            case "smallint" -> isUnsigned ? 5 : 6;
            case "mediumint" -> isUnsigned ? 8 : 9;
            case "int" -> isUnsigned ? 10 : 11;
            default -> 20;
        };
    }

    private Column decimal(ColumnDefinition definition) {
        int precision = argument(definition, 0, 10);
        int scale = argument(definition, 1, 0);
        precision = precision == 0 ? 10 : precision;
        String text = "decimal(" + precision + "," + scale + ")" + suffix(definition);
        return of(definition, "decimal", text, NONE, precision, scale, 0, "", false);
    }

    private Column floating(ColumnDefinition definition) {
        boolean hasScale = definition.arguments().size() == 2;
        boolean isDouble = definition.typeName().equals("double") || (!hasScale && argument(definition, 0, 0) > 24);
        String type = isDouble ? "double" : "float";
        String text = hasScale
                ? type + "(" + definition.arguments().get(0) + ","
                        + definition.arguments().get(1) + ")"
                : type;
        return of(definition, type, text + suffix(definition), NONE, NONE, NONE, 0, "", false);
    }

    private String collation(ColumnDefinition definition, String tableCollation) {
        String collation = rules.collation(definition.charset(), definition.collation(), tableCollation);
        return definition.isBinaryCollation() && definition.collation().isEmpty()
                ? rules.collation(rules.charsetOf(collation), rules.charsetOf(collation) + "_bin", collation)
                : collation;
    }

    private Column text(ColumnDefinition definition, String collation) {
        String type = definition.typeName();
        String charset = rules.charsetOf(collation);
        if (charset.equals("binary")) {
            return binary(definition, binaryOf(type));
        }
        if (type.equals("char") || type.equals("varchar")) {
            int length = argument(definition, 0, 1);
            return of(definition, type, type + "(" + length + ")", length, NONE, NONE, 0, collation, false);
        }
        String sized = type.equals("text") && argument(definition, 0, 0) > 0
                ? textOf((long) argument(definition, 0, 0) * maxBytes(charset))
                : type;
        long length = bytes(sized) / minBytes(charset);
        return of(definition, sized, sized, length, NONE, NONE, 0, collation, definition.isJson());
    }

    /** A text column in another character set: the type grows where it would no longer hold as many characters. */
    Column converted(Column column, String collation) {
        String type = column.sourceType();
        String charset = rules.charsetOf(collation);
        String old = rules.charsetOf(column.collation());
        boolean isSized = type.endsWith("text");
        String sized = isSized ? textOf(bytes(type) / maxBytes(old) * maxBytes(charset)) : type;
        int length = isSized ? (int) Math.min(Integer.MAX_VALUE, bytes(sized) / minBytes(charset)) : column.length();
        return new Column(
                column.name(),
                column.type(),
                sized,
                column.nullable(),
                length,
                column.scale(),
                collation,
                column.members(),
                column.generated());
    }

    private static String textOf(long bytes) {
        return bytes <= TINY ? "tinytext" : bytes <= SHORT ? "text" : bytes <= MEDIUM ? "mediumtext" : "longtext";
    }

    private static long bytes(String type) {
        return switch (type) {
            case "tinytext", "tinyblob" -> TINY;
            case "text", "blob" -> SHORT;
            case "mediumtext", "mediumblob" -> MEDIUM;
            default -> LONG;
        };
    }

    private static String binaryOf(String type) {
        return switch (type) {
            case "char" -> "binary";
            case "varchar" -> "varbinary";
            default -> type.replace("text", "blob");
        };
    }

    private Column binary(ColumnDefinition definition, String type) {
        if (type.equals("binary") || type.equals("varbinary")) {
            int length = argument(definition, 0, 1);
            return of(definition, type, type + "(" + length + ")", length, NONE, NONE, 0, "", false);
        }
        String sized = type.equals("blob") && argument(definition, 0, 0) > 0
                ? textOf(argument(definition, 0, 0)).replace("text", "blob")
                : type;
        return of(definition, sized, sized, bytes(sized), NONE, NONE, 0, "", false);
    }

    /** Labels as the catalog writes them; blanks at their ends are the server's to strip. */
    private static String labels(ColumnDefinition definition) {
        return definition.members().stream()
                .map(label -> "'" + escaped(label.replaceAll(" +$", "")) + "'")
                .collect(Collectors.joining(",", definition.typeName() + "(", ")"));
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\")
                .replace("'", "''")
                .replace("\0", "\\0")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    static int maxBytes(String charset) {
        return switch (charset) {
            case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030" -> 4;
            case "utf8mb3", "utf8", "ujis", "eucjpms" -> 3;
            case "ucs2", "gbk", "gb2312", "big5", "sjis", "cp932", "euckr" -> 2;
            default -> 1;
        };
    }

    private static int minBytes(String charset) {
        return switch (charset) {
            case "ucs2", "utf16", "utf16le" -> 2;
            case "utf32" -> 4;
            default -> 1;
        };
    }

    private static Column of(
            ColumnDefinition definition,
            String dataType,
            String columnType,
            long length,
            int precision,
            int scale,
            int fraction,
            String collation,
            boolean isJson) {
        boolean isNullable = definition.nullability() != Nullability.NOT_NULL
                && definition.key() != ColumnDefinition.Key.PRIMARY
                && !definition.isAutoIncrement();
        String extra = definition.generation() == Generation.NONE ? "" : definition.generation() + " GENERATED";
        return ColumnTypes.column(
                new ColumnTypes.Entry(
                        definition.name(),
                        dataType,
                        columnType,
                        isNullable,
                        length,
                        precision,
                        scale,
                        fraction,
                        collation,
                        extra),
                isJson);
    }

    /** The same columns, those of a key without NULL. */
    static List<Column> withKey(List<Column> columns, List<String> key) {
        return columns.stream()
                .map(column -> key.stream().anyMatch(column.name()::equalsIgnoreCase) ? column.nullable(false) : column)
                .toList();
    }
}
