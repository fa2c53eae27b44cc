package io.millrace.task;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code dirty.limit}: how many rows that cannot be written are stored before the task fails. Immutable. */
public sealed interface DirtyLimit {
    /** So many stored rows. */
    record Count(long rows) implements DirtyLimit {
        public Count {
            if (rows < 0) {
                throw new IllegalArgumentException("not a limit: rows=" + rows);
            }
        }

        @Override
        public String text() {
            return Long.toString(rows);
        }
    }

    /** So many of a hundred, of the last {@value #WINDOW_ROWS} rows of a table, once {@value #LEAST_ROWS} have passed. */
    record Percent(BigDecimal percent) implements DirtyLimit {
        public static final int WINDOW_ROWS = 100_000;
        public static final int LEAST_ROWS = 1_000;

        private static final BigDecimal ALL = BigDecimal.valueOf(100);

        public Percent {
            if (percent.signum() < 0 || percent.compareTo(ALL) > 0) {
                throw new IllegalArgumentException("not a limit: expected=0% to 100%");
            }
        }

        /** Whether so many dirty rows are too many. */
        public boolean isOver(long dirty, long rows) {
            return BigDecimal.valueOf(dirty).multiply(ALL).compareTo(percent.multiply(BigDecimal.valueOf(rows))) > 0;
        }

        @Override
        public String text() {
            return percent.toPlainString() + "%";
        }
    }

    /** As many as the store takes. */
    record Unlimited() implements DirtyLimit {
        @Override
        public String text() {
            return "unlimited";
        }
    }

    /** The default: the first one ends the task. */
    static DirtyLimit none() {
        return new Count(0);
    }

    /** As a task file says it. */
    String text();

    /** Whether no row is stored. */
    default boolean isNone() {
        return this instanceof Count count && count.rows() == 0;
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @throws IllegalArgumentException for anything else
     */
    static DirtyLimit parse(String text) {
        if (text.equals("unlimited")) {
            return new Unlimited();
        }
        if (text.matches("[0-9]{1,12}")) {
            return new Count(Long.parseLong(text));
        }
        Matcher percent = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?)%").matcher(text);
        if (percent.matches()) {
            return new Percent(new BigDecimal(percent.group(1)));
        }
        throw new IllegalArgumentException("not a limit: expected=0 | 100 | 0.1% | unlimited");
    }
}
