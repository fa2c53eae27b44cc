package io.millrace.task;

import io.millrace.writer.Partitioning;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code partition:} of a rule: how the rows of a table that is made are divided. Immutable.
 *
 * @param column by the source's name
 * @param interval of a range; empty for a hash
 * @param ahead how many intervals behind the present one are kept ready
 * @param count how many partitions a hash has; 0 for a range
 */
public record PartitionSpec(
        Partitioning.Method method, String column, Optional<PartitionInterval> interval, int ahead, int count) {
    public static final int MOST_AHEAD = 100;
    public static final int MOST_HASHED = 256;
    public static final int DEFAULT_AHEAD = 3;

    private static final Pattern BY =
            Pattern.compile("(range|hash)\\s*\\(\\s*(?:`((?:[^`]|``)+)`|([^`()]+?))\\s*\\)", Pattern.CASE_INSENSITIVE);

    public PartitionSpec {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(interval, "interval");
    }

    /** Intervals, the present one and three that follow it ready. */
    public static PartitionSpec range(String column, PartitionInterval interval) {
        return new PartitionSpec(Partitioning.Method.RANGE, column, Optional.of(interval), DEFAULT_AHEAD, 0);
    }

    public static PartitionSpec hash(String column, int count) {
        return new PartitionSpec(Partitioning.Method.HASH, column, Optional.empty(), 0, count);
    }

    /** What stands in {@code by:}. */
    public record By(Partitioning.Method method, String column) {
        public static By parse(String text) {
            Matcher form = BY.matcher(text.strip());
            if (!form.matches()) {
                throw new IllegalArgumentException(
                        "expected=range(column) or hash(column), an odd name in backquotes, value=" + text);
            }
            return new By(
                    form.group(1).equalsIgnoreCase("range") ? Partitioning.Method.RANGE : Partitioning.Method.HASH,
                    form.group(2) == null ? form.group(3) : form.group(2).replace("``", "`"));
        }
    }
}
