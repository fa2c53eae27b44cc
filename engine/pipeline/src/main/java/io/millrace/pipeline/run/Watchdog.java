package io.millrace.pipeline.run;

import io.millrace.pipeline.status.Stall;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a stall from idleness: who has work, and does not get on with it for as long as the limit, stalls. Who has none, is not
 * looked at; an outage is none, for it has a word of its own. Confined to the supervisor.
 */
final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final long limitMillis;
    private final Map<String, Watched> watched = new HashMap<>();
    private List<Stall> stalls = List.of();

    /**
     * What is seen of a part at a glance.
     *
     * @param waiting what work waits for it, for people; empty where none does
     * @param progress differs from the last glance's if anything was done
     */
    record Sight(String stage, String thread, String waiting, long progress) {}

    private static final class Watched {
        private long progress;
        private long movedMillis;
        private boolean isStalled;
    }

    Watchdog(long limitMillis) {
        this.limitMillis = limitMillis;
    }

    List<Stall> stalls() {
        return stalls;
    }

    /** Looks at all parts; a part that is not among them any more is forgotten. */
    void look(long nowMillis, List<Sight> sights) {
        watched.keySet().retainAll(sights.stream().map(Sight::thread).toList());
        stalls = sights.stream()
                .filter(sight -> isStalled(nowMillis, sight))
                .map(sight -> new Stall(
                        sight.stage(), sight.thread(), watched.get(sight.thread()).movedMillis, sight.waiting()))
                .toList();
    }

    private boolean isStalled(long nowMillis, Sight sight) {
        Watched part = watched.get(sight.thread());
        boolean isNew = part == null;
        if (isNew) {
            part = new Watched();
            watched.put(sight.thread(), part);
        }
        if (isNew || sight.waiting().isEmpty() || sight.progress() != part.progress) {
            if (part.isStalled) {
                LOG.info(
                        "goes on again: stage={}, thread={}, stalledMillis={}",
                        sight.stage(),
                        sight.thread(),
                        nowMillis - part.movedMillis);
            }
            part.isStalled = false;
            part.progress = sight.progress();
            part.movedMillis = nowMillis;
            return false;
        }
        boolean isOver = nowMillis - part.movedMillis >= limitMillis;
        if (isOver && !part.isStalled) {
            part.isStalled = true;
            LOG.warn(
                    "stalled: work waits and nothing is done: stage={}, thread={}, since={}, waiting={}",
                    sight.stage(),
                    sight.thread(),
                    Instant.ofEpochMilli(part.movedMillis),
                    sight.waiting());
        }
        return isOver;
    }
}
