package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Names tables: {@code namespace.table} with {@code *} and {@code ?}, neither of which matches a dot; {@code *} alone for
 * every table; or a regular expression over the whole {@code namespace.table}. What stands in backquotes is literal.
 * Immutable.
 */
public final class TablePattern {
    /** Of an expression: the compiler goes as deep as it has brackets. */
    static final int MOST_CHARACTERS = 1_000;

    private static final TablePattern EVERY = new TablePattern("*", null, null, null);

    private final String text;
    private final Pattern namespace;
    private final Pattern table;
    private final TableId only;

    private TablePattern(String text, Pattern namespace, Pattern table, TableId only) {
        this.only = only;
        this.text = text;
        this.namespace = namespace;
        this.table = table;
    }

    /**
     * A pattern with wildcards.
     *
     * @throws IllegalArgumentException where the text has another form; its message names what was expected
     */
    public static TablePattern of(String text) {
        if (text.equals("*")) {
            return EVERY;
        }
        StringBuilder namespace = new StringBuilder();
        StringBuilder part = new StringBuilder();
        StringBuilder name = new StringBuilder(); // as far as it is one
        int nameDot = 0;
        boolean isOnly = true;
        int dots = 0;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '`') {
                i = quoted(text, i, letter -> {
                    literal(part, letter);
                    name.append(letter);
                });
                continue;
            }
            isOnly &= c != '*' && c != '?';
            if (c == '.') {
                dots++;
                nameDot = name.length();
                namespace.append(part);
                part.setLength(0);
            } else if (c == '*') {
                part.append("[^.]*");
            } else if (c == '?') {
                part.append("[^.]");
            } else {
                literal(part, c);
                name.append(c);
            }
            i++;
        }
        if (dots != 1 || namespace.isEmpty() || part.isEmpty()) {
            throw new IllegalArgumentException(
                    "not a table pattern: expected=database.table with * and ?, or * alone; names with dots in backquotes");
        }
        TableId only = isOnly ? new TableId(name.substring(0, nameDot), name.substring(nameDot)) : null;
        return new TablePattern(text, compile(namespace.toString()), compile(part.toString()), only);
    }

    /**
     * A pattern by regular expression.
     *
     * @throws IllegalArgumentException where the expression is none
     */
    public static TablePattern regex(String expression) {
        return new TablePattern("regex " + expression, null, compiled(expression), null);
    }

    /**
     * An expression that a user wrote.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static Pattern compiled(String expression) {
        if (expression.isEmpty() || expression.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "not a regular expression: expected=1 to " + MOST_CHARACTERS + " characters");
        }
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a regular expression: reason=" + e.getDescription() + ", index=" + e.getIndex(), e);
        }
    }

    /** Takes the letters of a quoted name. */
    interface CharTaker {
        void take(char letter);
    }

    /** Copies what stands between backquotes, a doubled one as one, and returns the index behind them. */
    static int quoted(String text, int open, CharTaker part) {
        int i = open + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '`') {
                if (i + 1 == text.length() || text.charAt(i + 1) != '`') {
                    return i + 1;
                }
                i++;
            }
            part.take(c);
            i++;
        }
        throw new IllegalArgumentException("not a table pattern: expected=a closing backquote");
    }

    private static void literal(StringBuilder part, char c) {
        // Of letters and digits none but ASCII's mean anything behind a backslash, and those are never escaped.
        if (c < 128 && !Character.isLetterOrDigit(c)) {
            part.append('\\');
        }
        part.append(c);
    }

    private static Pattern compile(String expression) {
        return Pattern.compile(expression, Pattern.DOTALL);
    }

    /**
     * Whether a table is one of those.
     *
     * @throws io.millrace.error.MillraceException with INVALID_VALUE where an expression finds no end
     */
    public boolean matches(TableId id) {
        if (namespace != null) {
            return namespace.matcher(id.namespace()).matches()
                    && table.matcher(id.name()).matches();
        }
        return table == null
                || table.matcher(new BoundedText(id.toString(), table.pattern()))
                        .matches();
    }

    /** The table that it names, where it can match no other; empty where it might. */
    Optional<TableId> only() {
        return Optional.ofNullable(only);
    }

    /** As the user wrote it. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TablePattern that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text);
    }
}
