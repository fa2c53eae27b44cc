package io.millrace.task;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * {@code source:} of a task.
 *
 * @param datasource its name in the data sources
 * @param serverId under which the reader registers; empty for one derived from the task's name
 * @param heartbeat how often an idle source shall say that it lives
 */
public record SourceSpec(String datasource, OptionalLong serverId, Duration heartbeat) {
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);

    public SourceSpec {
        Objects.requireNonNull(datasource, "datasource");
        Objects.requireNonNull(serverId, "serverId");
        Objects.requireNonNull(heartbeat, "heartbeat");
    }

    public static SourceSpec of(String datasource) {
        return new SourceSpec(datasource, OptionalLong.empty(), DEFAULT_HEARTBEAT);
    }

    public SourceSpec withServerId(long id) {
        return new SourceSpec(datasource, OptionalLong.of(id), heartbeat);
    }

    public SourceSpec withHeartbeat(Duration interval) {
        return new SourceSpec(datasource, serverId, interval);
    }
}
