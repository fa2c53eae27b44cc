package io.millrace.load;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Optional;

/**
 * A glance at a full load. Immutable.
 *
 * @param rows loaded since the task's beginning
 * @param current the table that is being loaded
 * @param waitingFor what holds the load up, for people; else empty
 */
public record LoadStatus(List<Table> tables, long rows, Optional<TableId> current, String waitingFor, boolean isOver) {
    public LoadStatus {
        tables = List.copyOf(tables);
    }

    /**
     * One table of a load.
     *
     * @param estimatedRows the source's own estimate, -1 where it has none
     */
    public record Table(TableId source, long rows, long estimatedRows, boolean isComplete) {
        /** How much of it is loaded, by the source's own estimate; never 100 before the end. */
        public int percent() {
            if (isComplete) {
                return 100;
            }
            return estimatedRows <= 0 ? 0 : (int) Math.min(99, rows * 100 / estimatedRows);
        }
    }
}
