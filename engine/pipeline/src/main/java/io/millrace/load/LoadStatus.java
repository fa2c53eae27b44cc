package io.millrace.load;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A glance at a full load. Immutable.
 *
 * @param rows loaded since the task's beginning
 * @param waitingFor what holds the load up, for people; else empty
 * @param rowsPerSecond of all tables, since this run began to load
 */
public record LoadStatus(List<Table> tables, long rows, String waitingFor, double rowsPerSecond, boolean isOver) {
    public LoadStatus {
        tables = List.copyOf(tables);
    }

    /** The first table that is being loaded. */
    public Optional<Table> current() {
        return tables.stream().filter(Table::isLoading).findFirst();
    }

    /** How much of all tables is loaded, by the source's own estimates; never 100 before the end. */
    public int percent() {
        return isComplete() ? 100 : percent(rows, estimate());
    }

    /** How long the rest takes at this rate; empty where that cannot be told. */
    public OptionalLong secondsLeft() {
        return isComplete() ? OptionalLong.of(0) : secondsLeft(rows, estimate(), rowsPerSecond);
    }

    private boolean isComplete() {
        return tables.stream().allMatch(Table::isComplete);
    }

    /** Rows of all tables; -1 where one has no estimate. */
    private long estimate() {
        long sum = 0;
        for (Table table : tables) {
            if (!table.isComplete() && table.estimatedRows() < 0) {
                return -1;
            }
            sum += table.isComplete() ? table.rows() : Math.max(table.rows(), table.estimatedRows());
        }
        return sum;
    }

    private static int percent(long rows, long estimate) {
        return estimate <= 0 ? 0 : (int) Math.min(99, rows * 100 / estimate);
    }

    private static OptionalLong secondsLeft(long rows, long estimate, double rate) {
        boolean isKnown = estimate > 0 && estimate >= rows && rate > 0;
        return isKnown ? OptionalLong.of((long) Math.ceil((estimate - rows) / rate)) : OptionalLong.empty();
    }

    /**
     * One table of a load.
     *
     * @param estimatedRows the source's own estimate, -1 where it has none
     * @param isLoading whether a chunk of it is being read
     * @param rowsPerSecond since this run began to load it; 0 before and behind that
     */
    public record Table(
            TableId source,
            long rows,
            long estimatedRows,
            boolean isComplete,
            boolean isLoading,
            double rowsPerSecond) {
        /** How much of it is loaded, by the source's own estimate; never 100 before the end. */
        public int percent() {
            return isComplete ? 100 : LoadStatus.percent(rows, estimatedRows);
        }

        /** How long the rest takes at this rate; empty where that cannot be told. */
        public OptionalLong secondsLeft() {
            return isComplete ? OptionalLong.of(0) : LoadStatus.secondsLeft(rows, estimatedRows, rowsPerSecond);
        }
    }
}
