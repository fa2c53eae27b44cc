package io.millrace.writer.postgres.structure;

import io.millrace.schema.Column;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.postgres.connection.Identifiers;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column's default at the source as one of a table that we make: from a list of literals and functions, never the source's
 * text as it is (EXACTNESS 42).
 */
final class DefaultSql {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final Pattern BITS = Pattern.compile("b'([01]+)'");
    private static final Pattern HEX = Pattern.compile("0[xX]((?:[0-9a-fA-F]{2})*)");
    private static final Pattern DATE = Pattern.compile("'(?!0000)[0-9]{4}-(?!00)[0-9]{2}-(?!00)[0-9]{2}'");
    private static final Pattern DATETIME = Pattern.compile(
            "'(?!0000)[0-9]{4}-(?!00)[0-9]{2}-(?!00)[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?'");
    private static final Pattern TIME = Pattern.compile("'-?[0-9]{2,3}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?'");
    private static final Pattern NOW = Pattern.compile("(current_timestamp|now|localtimestamp)(\\(([0-6]?)\\))?");

    private DefaultSql() {}

    /** The expression behind DEFAULT; empty where the default is not in the list. */
    static Optional<String> of(TargetColumn target, Column source, String text) {
        String type = target.sqlType();
        return switch (source.type()) {
            case INTEGER, UNSIGNED, YEAR, DECIMAL, FLOAT, DOUBLE -> number(text);
            case BIT, BOOLEAN -> bits(type, source, text);
            case TEXT, ENUM, SET -> literal(text);
            case BINARY -> binary(text);
            case DATE, POSTGRES_DATE -> when(DATE, text);
            case POSTGRES_TIMESTAMP -> when(DATETIME, text);
            case DATETIME -> {
                Optional<String> now = type.equals("text") ? Optional.empty() : now("LOCALTIMESTAMP", text);
                yield now.isPresent() ? now : when(DATETIME, text);
            }
            case TIMESTAMP -> type.equals("text") ? Optional.empty() : now("CURRENT_TIMESTAMP", text);
            case TIME -> when(TIME, text);
            default -> Optional.empty();
        };
    }

    private static Optional<String> number(String text) {
        String bare = text.startsWith("'") && text.endsWith("'") && text.length() > 2
                ? text.substring(1, text.length() - 1)
                : text;
        return NUMBER.matcher(bare).matches() ? Optional.of(bare) : Optional.empty();
    }

    private static Optional<String> bits(String type, Column source, String text) {
        var bits = BITS.matcher(text);
        if (!bits.matches() || bits.group(1).length() > Math.max(1, source.length())) {
            return Optional.empty();
        }
        if (type.equals("boolean")) {
            return Optional.of(bits.group(1).equals("1") ? "true" : "false");
        }
        String digits = "0".repeat(source.length() - bits.group(1).length()) + bits.group(1);
        return Optional.of("B'" + digits + "'");
    }

    /** Quotes inside are doubled: what is between the outer ones is read and written anew. */
    private static Optional<String> literal(String text) {
        if (text.length() < 2 || !text.startsWith("'") || !text.endsWith("'") || text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        String inner = text.substring(1, text.length() - 1).replace("''", "'");
        return Optional.of(Identifiers.literal(inner));
    }

    private static Optional<String> binary(String text) {
        var hex = HEX.matcher(text);
        return hex.matches()
                ? Optional.of("'\\x" + hex.group(1).toLowerCase(Locale.ROOT) + "'::bytea")
                : Optional.empty();
    }

    private static Optional<String> when(Pattern pattern, String text) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    private static Optional<String> now(String function, String text) {
        var now = NOW.matcher(text.toLowerCase(Locale.ROOT));
        if (!now.matches()) {
            return Optional.empty();
        }
        String digits = now.group(3) == null || now.group(3).isEmpty() ? "0" : now.group(3);
        return Optional.of(function + "(" + digits + ")");
    }
}
