package io.millrace.pipeline.run;

import io.millrace.error.MillraceException;
import io.millrace.mapping.PartitionBounds;
import io.millrace.mapping.PartitionPlan;
import io.millrace.schema.TableId;
import io.millrace.task.PartitionSpec;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Partitioning;
import io.millrace.writer.Target;
import io.millrace.writer.TargetTable;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps partitions ready of tables that are divided by ranges: looks at its first step, and every hour. A row never waits for that: what has
 * no interval yet is taken in by the partition for all else. So what fails here is said, and tried again.
 *
 * <p>Steppable; confined to one thread.
 */
public final class PartitionKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionKeeper.class);
    private static final long PERIOD_MILLIS = 3_600_000L;
    private static final long RETRY_MILLIS = 60_000L;

    private final Target target;
    private final EpochClock clock;
    private final Map<TableId, Division> tables = new LinkedHashMap<>();
    private long dueMillis;

    private record Division(PartitionSpec spec, String column) {}

    private PartitionKeeper(Target target, EpochClock clock) {
        this.target = target;
        this.clock = clock;
        dueMillis = clock.time();
    }

    /** Empty where no table is divided by ranges. */
    public static Optional<PartitionKeeper> of(
            TaskSpec task, List<TargetTable> targets, Target target, EpochClock clock) {
        PartitionKeeper keeper = new PartitionKeeper(target, clock);
        for (TargetTable table : targets) {
            task.tables()
                    .partition(table.source().table())
                    .filter(spec -> spec.interval().isPresent())
                    .ifPresent(spec -> PartitionPlan.column(table, spec)
                            .ifPresent(column -> keeper.tables.put(table.name(), new Division(spec, column))));
        }
        return keeper.tables.isEmpty() ? Optional.empty() : Optional.of(keeper);
    }

    /** One step; returns how many partitions were made. */
    int doWork() {
        if (clock.time() < dueMillis) {
            return 0;
        }
        dueMillis = clock.time() + PERIOD_MILLIS;
        int made = 0;
        for (Map.Entry<TableId, Division> table : tables.entrySet()) {
            try {
                made += extend(table.getKey(), table.getValue());
            } catch (MillraceException e) {
                LOG.warn("partitions are not made yet: table={}, {}", table.getKey(), e.display());
                dueMillis = clock.time() + RETRY_MILLIS;
            }
        }
        return made;
    }

    private int extend(TableId table, Division division) {
        LocalDateTime now = LocalDateTime.ofEpochSecond(Math.floorDiv(clock.time(), 1000L), 0, ZoneOffset.UTC);
        List<LocalDateTime> bounds = PartitionBounds.further(division.spec(), target.partitionedUntil(table), now);
        if (bounds.isEmpty()) {
            return 0;
        }
        target.addPartitions(table, new Partitioning(Partitioning.Method.RANGE, division.column(), 0, bounds));
        LOG.info("partitions made: table={}, count={}", table, bounds.size() - 1);
        return bounds.size() - 1;
    }
}
