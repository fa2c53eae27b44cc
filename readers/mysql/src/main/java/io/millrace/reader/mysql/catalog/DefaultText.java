package io.millrace.reader.mysql.catalog;

import java.util.Locale;
import java.util.Optional;

/**
 * Gives the defaults of both servers one form, that of standard SQL: numbers and expressions as they are, other literals in
 * quotes, with quotes inside doubled and no other escapes. MariaDB's catalog quotes literals, MySQL's does not and marks
 * expressions elsewhere.
 */
final class DefaultText {
    private DefaultText() {}

    /** The default as it would stand in a CREATE TABLE; DEFAULT NULL is none. */
    static Optional<String> of(ColumnTypes.Entry entry, String text, boolean isMariaDb) {
        if (isMariaDb) {
            boolean isLiteral = text.startsWith("'");
            return text.equals("NULL")
                    ? Optional.empty()
                    : Optional.of(
                            isLiteral
                                    ? quoted(ColumnTypes.members("(" + text + ")")
                                            .get(0))
                                    : text);
        }
        return Optional.of(isSql(entry) ? text : quoted(text));
    }

    private static String quoted(String literal) {
        return "'" + literal.replace("'", "''") + "'";
    }

    private static boolean isSql(ColumnTypes.Entry entry) {
        if (entry.extra().contains("DEFAULT_GENERATED")) {
            return true;
        }
        return switch (entry.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year" ->
                true;
            case "binary", "varbinary" -> true; // in hexadecimal
            default -> false;
        };
    }
}
