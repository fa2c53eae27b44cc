package io.millrace.writer;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;

/**
 * How the rows of a table that is made are divided. A range takes in rows of every date: beside its intervals there is a partition
 * for all else. Immutable.
 *
 * @param column of the key, by the target's name
 * @param count how many partitions a hash has; 0 for a range
 * @param bounds of a range: where each interval begins, and at last where the last one ends, in UTC; none where it has no
 *     interval yet
 */
public record Partitioning(Method method, String column, int count, List<LocalDateTime> bounds) {
    /** By what rows are told apart. */
    public enum Method {
        RANGE,
        HASH
    }

    public Partitioning {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(column, "column");
        bounds = List.copyOf(bounds);
    }

    /** Whether each interval begins at a midnight, as those of dates must. */
    public boolean isOfDays() {
        return bounds.stream().allMatch(bound -> bound.toLocalTime().toSecondOfDay() == 0);
    }

    /** The same range with other intervals. */
    public Partitioning withBounds(List<LocalDateTime> some) {
        return new Partitioning(method, column, count, some);
    }
}
