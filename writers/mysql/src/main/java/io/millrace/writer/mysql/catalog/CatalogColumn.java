package io.millrace.writer.mysql.catalog;

/**
 * A column as the server has it.
 *
 * @param dataType the type's name alone
 * @param sqlType the server's own text of the type
 * @param length in characters of texts, in bytes of binaries; -1 where it has none
 * @param precision of numbers, in digits, and of BIT, in bits; -1 where it has none
 * @param scale of numbers, and the digits of a fraction of times; -1 where it has none
 * @param collation or the empty string
 * @param isFilled whether the server fills it where no value is given
 * @param isAutoIncrement whether it numbers rows by itself, those that are given NULL, too
 * @param isGenerated whether the server computes it
 * @param isTouched whether an update of other columns changes it: ON UPDATE CURRENT_TIMESTAMP
 * @param isZeroByDefault whether its default is the number 0
 */
public record CatalogColumn(
        String name,
        String dataType,
        String sqlType,
        long length,
        int precision,
        int scale,
        String collation,
        boolean isNotNull,
        boolean isFilled,
        boolean isAutoIncrement,
        boolean isGenerated,
        boolean isTouched,
        boolean isZeroByDefault) {
    public boolean isUnsigned() {
        return sqlType.contains("unsigned");
    }

    public boolean isText() {
        return switch (dataType) {
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> true;
            default -> false;
        };
    }

    public boolean isBinary() {
        return switch (dataType) {
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> true;
            default -> false;
        };
    }

    public boolean isInteger() {
        return switch (dataType) {
            case "tinyint", "smallint", "mediumint", "int", "bigint" -> true;
            default -> false;
        };
    }
}
