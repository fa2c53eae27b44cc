package io.millrace.writer.mysql.structure;

import io.millrace.schema.Column;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.mysql.connection.Identifiers;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column's default at the source as one of a table that we make: from a list of literals and functions, never the source's
 * text as it is (EXACTNESS 42).
 */
final class DefaultSql {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final Pattern BITS = Pattern.compile("[bB]'([01]+)'");
    private static final Pattern HEX = Pattern.compile("0[xX]((?:[0-9a-fA-F]{2})*)");
    private static final Pattern DATE = Pattern.compile("'[0-9]{4}-[0-9]{2}-[0-9]{2}'");
    private static final Pattern DATETIME =
            Pattern.compile("'[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?'");
    private static final Pattern TIME = Pattern.compile("'-?[0-9]{2,3}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?'");
    private static final Pattern NOW = Pattern.compile("(current_timestamp|now|localtimestamp)(\\(([0-6]?)\\))?");

    private DefaultSql() {}

    /** The expression behind DEFAULT; empty where the default is not in the list. */
    static Optional<String> of(TargetColumn target, Column source, String text) {
        return switch (source.type()) {
            case INTEGER, UNSIGNED, YEAR, DECIMAL, FLOAT, DOUBLE -> number(text);
            case BOOLEAN -> bool(text);
            case BIT -> bits(source, text);
            // The servers' long types have no defaults.
            case TEXT, ENUM, SET ->
                target.sqlType().startsWith("long") || target.sqlType().contains("text")
                        ? Optional.empty()
                        : literal(text);
            case BINARY -> target.sqlType().contains("blob") ? Optional.empty() : binary(text);
            case DATE, POSTGRES_DATE -> when(DATE, text);
            case DATETIME, TIMESTAMP, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> {
                Optional<String> now = now(target, text);
                yield now.isPresent() ? now : when(DATETIME, text);
            }
            case TIME -> when(TIME, text);
            default -> Optional.empty();
        };
    }

    /** What fills a column that is added: the servers' long types have no default but an expression. */
    static Optional<String> filling(TargetColumn target, Column source, String text) {
        Optional<String> plain = of(target, source, text);
        if (plain.isPresent()) {
            return plain;
        }
        return switch (source.type()) {
            case TEXT, ENUM, SET -> literal(text).map(each -> "(" + each + ")");
            case BINARY -> binary(text).map(each -> "(" + each + ")");
            default -> Optional.empty();
        };
    }

    private static Optional<String> number(String text) {
        String bare = text.startsWith("'") && text.endsWith("'") && text.length() > 2
                ? text.substring(1, text.length() - 1)
                : text;
        return NUMBER.matcher(bare).matches() ? Optional.of(bare) : Optional.empty();
    }

    private static Optional<String> bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "b'1'" -> Optional.of("1");
            case "false", "b'0'" -> Optional.of("0");
            default -> Optional.empty();
        };
    }

    private static Optional<String> bits(Column source, String text) {
        var bits = BITS.matcher(text);
        boolean fits = bits.matches() && bits.group(1).length() <= Math.max(1, source.length());
        return fits ? Optional.of("b'" + bits.group(1) + "'") : Optional.empty();
    }

    /** Quotes inside are doubled: what is between the outer ones is read and written anew. */
    private static Optional<String> literal(String text) {
        if (text.length() < 2 || !text.startsWith("'") || !text.endsWith("'") || text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return Optional.of(
                Identifiers.readable(text.substring(1, text.length() - 1).replace("''", "'")));
    }

    private static Optional<String> binary(String text) {
        var hex = HEX.matcher(text);
        return hex.matches() ? Optional.of("x'" + hex.group(1).toLowerCase(Locale.ROOT) + "'") : Optional.empty();
    }

    private static Optional<String> when(Pattern pattern, String text) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    /** With as many digits as the column has: the servers take no other. */
    private static Optional<String> now(TargetColumn target, String text) {
        if (!NOW.matcher(text.toLowerCase(Locale.ROOT)).matches()) {
            return Optional.empty();
        }
        int open = target.sqlType().indexOf('(');
        return Optional.of(
                "CURRENT_TIMESTAMP" + (open < 0 ? "" : target.sqlType().substring(open)));
    }
}
