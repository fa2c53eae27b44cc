package io.millrace.pipeline.statement;

import io.millrace.ddl.ColumnDefinition;
import io.millrace.schema.Column;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What rows that are there have in a column that is added: a literal in the form of standard SQL. An expression or a moment would
 * be another one at the target. Pure.
 */
final class FilledDefault {
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,20}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final Pattern YEAR = Pattern.compile("[0-9]{4}");
    private static final Pattern BITS = Pattern.compile("[bB]'([01]+)'");
    private static final Pattern BYTES = Pattern.compile("0[xX]((?:[0-9a-fA-F]{2})*)|[xX]'((?:[0-9a-fA-F]{2})*)'");

    private FilledDefault() {}

    /**
     * The literal; empty where it is NULL.
     *
     * @param column as the table has it
     * @param definition as the statement has it
     */
    static Optional<String> of(Column column, ColumnDefinition definition) {
        if (column.generated() || definition.generation() != ColumnDefinition.Generation.NONE) {
            throw refused(column, "the source computes it in rows that are there");
        }
        if (definition.isAutoIncrement()) {
            throw refused(column, "the source numbers rows that are there");
        }
        Optional<String> said =
                definition.defaultText().map(String::strip).filter(text -> !text.equalsIgnoreCase("NULL"));
        if (said.isEmpty()) {
            return column.nullable() ? Optional.empty() : Optional.of(implicit(column));
        }
        return Optional.of(literal(column, said.get())
                .orElseThrow(() -> refused(column, "its default is no literal of its type")));
    }

    /** What the server puts where NULL is not allowed and nothing else is said. */
    private static String implicit(Column column) {
        return switch (column.type()) {
            case INTEGER, UNSIGNED, DECIMAL, FLOAT, DOUBLE, YEAR -> "0";
            case TEXT -> "''";
            case ENUM -> quoted(column.members().get(0));
            case SET -> "''";
            case BIT -> "b'0'";
            default -> throw refused(column, "rows that are there get a value that no clause says");
        };
    }

    private static Optional<String> literal(Column column, String text) {
        Optional<String> words = unquoted(text);
        return switch (column.type()) {
            case INTEGER, UNSIGNED -> Optional.of(words.orElse(truth(text))).filter(whole -> matches(WHOLE, whole));
            case DECIMAL, FLOAT, DOUBLE ->
                Optional.of(words.orElse(truth(text))).filter(number -> matches(NUMBER, number));
            case YEAR -> Optional.of(words.orElse(text)).filter(year -> matches(YEAR, year));
            case BOOLEAN ->
                Optional.of(truth(text))
                        .filter(digit -> digit.equals("0") || digit.equals("1"))
                        .map(digit -> "b'" + digit + "'");
            case BIT -> BITS.matcher(text).matches() ? Optional.of(text) : Optional.empty();
            case TEXT ->
                words.filter(each -> !each.endsWith(" ") && fits(column, each)).map(FilledDefault::quoted);
            case ENUM -> words.filter(each -> column.members().contains(each)).map(FilledDefault::quoted);
            case SET ->
                words.filter(each -> each.isEmpty() || column.members().contains(each))
                        .map(FilledDefault::quoted);
            case BINARY -> bytes(column, text);
            case DATE, DATETIME, TIME, POSTGRES_DATE, POSTGRES_TIMESTAMP -> words.map(FilledDefault::quoted);
            default -> Optional.empty();
        };
    }

    private static boolean fits(Column column, String text) {
        return column.length() < 0 || text.codePointCount(0, text.length()) <= column.length();
    }

    private static boolean matches(Pattern pattern, String text) {
        return pattern.matcher(text).matches();
    }

    private static String truth(String text) {
        return text.equalsIgnoreCase("TRUE") ? "1" : text.equalsIgnoreCase("FALSE") ? "0" : text;
    }

    /** What pads its values is not the same in another server. */
    private static Optional<String> bytes(Column column, String text) {
        var bytes = BYTES.matcher(text);
        if (!bytes.matches() || column.sourceType().toLowerCase(Locale.ROOT).startsWith("binary")) {
            return Optional.empty();
        }
        return Optional.of("0x" + (bytes.group(1) == null ? bytes.group(2) : bytes.group(1)));
    }

    /** Between quotes of either kind, doubled ones inside; a backslash means what the session said. */
    private static Optional<String> unquoted(String text) {
        char quote = text.isEmpty() ? 0 : text.charAt(0);
        boolean isQuoted = text.length() >= 2
                && (quote == '\'' || quote == '"')
                && text.charAt(text.length() - 1) == quote
                && text.indexOf('\\') < 0;
        if (!isQuoted) {
            return Optional.empty();
        }
        String twice = "" + quote + quote;
        String inner = text.substring(1, text.length() - 1);
        boolean isWhole = inner.replace(twice, "").indexOf(quote) < 0;
        return isWhole ? Optional.of(inner.replace(twice, "" + quote)) : Optional.empty();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static RuntimeException refused(Column column, String why) {
        return StatementTranslation.refusal(
                "column=" + column.name() + ", type=" + column.sourceType() + ", reason=" + why);
    }
}
