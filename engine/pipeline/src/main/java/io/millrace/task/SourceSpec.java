package io.millrace.task;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code source:} of a task.
 *
 * @param datasource its name in the data sources
 * @param serverId under which the reader registers; empty for one derived from the task's name
 * @param heartbeat how often an idle source shall say that it lives
 * @param slot of a PostgreSQL source; empty for one that is named after the task
 * @param publication of a PostgreSQL source; empty for one that is named after the task
 * @param isTwoPhase whether a PostgreSQL source sends what is prepared at its PREPARE, not at its COMMIT PREPARED
 */
public record SourceSpec(
        String datasource,
        OptionalLong serverId,
        Duration heartbeat,
        Optional<String> slot,
        Optional<String> publication,
        boolean isTwoPhase) {
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);

    public SourceSpec {
        Objects.requireNonNull(datasource, "datasource");
        Objects.requireNonNull(serverId, "serverId");
        Objects.requireNonNull(heartbeat, "heartbeat");
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(publication, "publication");
    }

    public static SourceSpec of(String datasource) {
        return new SourceSpec(
                datasource, OptionalLong.empty(), DEFAULT_HEARTBEAT, Optional.empty(), Optional.empty(), false);
    }

    public SourceSpec withServerId(long id) {
        return new SourceSpec(datasource, OptionalLong.of(id), heartbeat, slot, publication, isTwoPhase);
    }

    public SourceSpec withHeartbeat(Duration interval) {
        return new SourceSpec(datasource, serverId, interval, slot, publication, isTwoPhase);
    }

    public SourceSpec withTwoPhase(boolean isOn) {
        return new SourceSpec(datasource, serverId, heartbeat, slot, publication, isOn);
    }

    public SourceSpec withSlot(String name) {
        return new SourceSpec(datasource, serverId, heartbeat, Optional.of(name), publication, isTwoPhase);
    }

    public SourceSpec withPublication(String name) {
        return new SourceSpec(datasource, serverId, heartbeat, slot, Optional.of(name), isTwoPhase);
    }
}
