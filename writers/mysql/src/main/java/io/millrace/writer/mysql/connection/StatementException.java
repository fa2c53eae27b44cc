package io.millrace.writer.mysql.connection;

import io.millrace.connection.DriverErrors;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's refusal of a statement of ours. Its text is taken apart here, once: names are kept, and the rest only where it cannot
 * hold a row's value.
 */
public final class StatementException extends SQLException {
    private static final long serialVersionUID = 1L;

    public static final int DUPLICATE_ENTRY = 1062;
    static final int DUPLICATE_ENTRY_WITH_KEY = 1586;

    /** The last of its kind in a text: what stands before it may be a value that looks alike. */
    private static final Pattern KEY = Pattern.compile("(?s).*for key '([^']*)'[^']*");

    /** MariaDB tells the table's name too, in back quotes. */
    private static final Pattern COLUMN = Pattern.compile(
            "(?s).*[Cc]olumn (?:'([^']*)'|`[^`]*`\\.`[^`]*`\\.`([^`]*)`)(?: at row [0-9]+| cannot be null|)");

    private static final Pattern CONSTRAINT = Pattern.compile("CONSTRAINT [`']([^`']*)[`']");
    private static final Pattern CHECK = Pattern.compile("Check constraint '([^']*)' is violated.*");

    private final String key;

    private StatementException(String message, String state, int number, String key) {
        super(message, state, number);
        this.key = key;
    }

    static StatementException of(int number, String state, String text) {
        String message = "error=" + number + ", sqlstate=" + state;
        if (!SqlErrors.isRowsFault(number, state)) {
            return new StatementException(message + ", server=" + DriverErrors.firstLine(text), state, number, "");
        }
        String key = "";
        if (number == DUPLICATE_ENTRY || number == DUPLICATE_ENTRY_WITH_KEY) {
            key = group(KEY.matcher(text));
            message += key.isEmpty() ? "" : ", key=" + key;
        } else if (SqlErrors.namesColumn(number)) {
            String column = group(COLUMN.matcher(text));
            message += column.isEmpty() ? "" : ", column=" + column;
        } else if (SqlErrors.namesConstraint(number)) {
            Matcher named = CONSTRAINT.matcher(text);
            String constraint = named.find() ? named.group(1) : group(CHECK.matcher(text));
            message += constraint.isEmpty() ? "" : ", constraint=" + constraint;
        }
        return new StatementException(message, state, number, key);
    }

    /** A warning, which is as bad: the value would be changed. */
    public static StatementException ofWarning(int number, String text) {
        StatementException named = of(number, "22000", text);
        return new StatementException(named.getMessage() + ", severity=warning", "22000", number, "");
    }

    private static String group(Matcher matcher) {
        if (!matcher.matches()) {
            return "";
        }
        for (int i = 1; i <= matcher.groupCount(); i++) {
            if (matcher.group(i) != null) {
                return matcher.group(i);
            }
        }
        return "";
    }

    /** Of a duplicate: the unique key that the row met, without its table; else empty. */
    public String key() {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
