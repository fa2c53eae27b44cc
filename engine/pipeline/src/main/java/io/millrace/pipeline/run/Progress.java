package io.millrace.pipeline.run;

import io.millrace.lane.Follower;
import io.millrace.lane.LaneStatus;
import io.millrace.load.FullLoad;
import io.millrace.load.LoadStatus;
import io.millrace.mapping.Positions;
import io.millrace.pipeline.status.Baseline;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.pipeline.status.Stall;
import io.millrace.pipeline.status.Vitals;
import io.millrace.position.SourcePosition;
import io.millrace.task.Step;
import io.millrace.wal.LogStatus;
import io.millrace.writer.Counters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.agrona.concurrent.EpochClock;

/** Sums up what the parts of a session say of themselves. Confined to the supervisor. */
public final class Progress {
    private static final long RATE_WINDOW_MILLIS = 2_000;
    /** A batch takes milliseconds; what takes this long is worth a word, long before it counts as lost. */
    private static final long SLOW_APPLY_MILLIS = 10_000;

    private final Session session;
    private final Optional<SourceLoop> sourceLoop;
    private final EpochClock clock;
    private final Counters countersBefore;
    private final long loadedBefore;
    private final long statementsBefore;
    private final long restarts;
    private long windowStart;
    private long windowApplied;
    private long windowLoaded;
    private double rate;
    private double loadRate;
    private final ConservationCheck conservation = new ConservationCheck();

    /**
     * Of a session.
     *
     * @param begun where the pipeline stood at its beginning; empty where it begins with this session
     */
    Progress(Session session, Optional<SourceLoop> sourceLoop, EpochClock clock, Optional<Baseline> begun) {
        this.session = session;
        this.sourceLoop = sourceLoop;
        this.clock = clock;
        windowStart = clock.time();
        windowApplied = counters().applied();
        windowLoaded = loaded();
        countersBefore = begun.map(Baseline::counters).orElseGet(this::counters);
        loadedBefore = windowLoaded - begun.map(Baseline::loadedRows).orElse(0L);
        statementsBefore = begun.map(Baseline::statements).orElse(0L);
        restarts = begun.map(Baseline::restarts).orElse(0L);
    }

    /**
     * For the session that follows this one.
     *
     * @param restartsSoFar this one's end included
     */
    Baseline baseline(long restartsSoFar, long statementsDone) {
        return new Baseline(countersBefore, loaded() - loadedBefore, statements() + statementsDone, restartsSoFar);
    }

    private Counters counters() {
        Counters sum = Counters.ZERO;
        for (Follower lane : session.lanes()) {
            sum = sum.plus(lane.status().counters());
        }
        return sum;
    }

    private long statements() {
        return statementsBefore
                + session.lanes().stream().mapToLong(Follower::statements).min().orElse(0);
    }

    private long loaded() {
        return session.load().map(load -> load.status().rows()).orElse(0L);
    }

    /** The place that every lane has reached; empty where the task follows no changes. */
    Optional<SourcePosition> reached() {
        SourcePosition least = null;
        for (Follower lane : session.lanes()) {
            SourcePosition position = lane.status().reached();
            least = least == null ? position : Positions.smaller(least, position);
        }
        return Optional.ofNullable(least);
    }

    /**
     * A glance at all parts.
     *
     * @param watch what is known of the source
     */
    PipelineStatus status(PipelineState state, SourceWatch.View watch, List<Stall> stalls) {
        Counters counters = counters();
        Optional<LoadStatus> load = session.load().map(FullLoad::status);
        LogStatus log = session.log().status();
        measure(counters.applied(), load.map(LoadStatus::rows).orElse(0L));
        SourceLoop.Outage outage = sourceLoop.map(SourceLoop::outage).orElse(SourceLoop.Outage.NONE);
        boolean isLoading = load.isPresent() && !load.get().isOver();
        return new PipelineStatus(
                state,
                isLoading ? Step.FULL : Step.INCREMENTAL,
                text(log, outage, load),
                counters,
                countersBefore,
                loadedBefore,
                inFlight(),
                statements(),
                rate,
                loadRate,
                lagMillis(),
                lagBytes(log),
                load,
                Optional.of(log),
                Optional.of(session.log().durablePosition()),
                reached(),
                outage.sinceMillis(),
                vitals(watch, stalls));
    }

    private Vitals vitals(SourceWatch.View watch, List<Stall> stalls) {
        return new Vitals(
                sourceLoop.map(SourceLoop::readerStatus),
                sourceLoop.map(SourceLoop::clockOffsetMicros).orElse(0L),
                watch.lagMillis(),
                watch.lagBytes(),
                watch.slot(),
                watch.secondsToLoss(),
                session.acknowledged(),
                session.isLogOnlyCopy(),
                session.lanes().size(),
                session.lanes().stream()
                        .mapToLong(lane -> lane.status().outageSinceMillis())
                        .filter(since -> since != 0)
                        .min()
                        .orElse(0),
                conservation.unaccounted(),
                stalls,
                restarts);
    }

    private void measure(long applied, long loaded) {
        long now = clock.time();
        long elapsed = now - windowStart;
        if (elapsed >= RATE_WINDOW_MILLIS) {
            rate = (applied - windowApplied) * 1000.0 / elapsed;
            loadRate = (loaded - windowLoaded) * 1000.0 / elapsed;
            windowStart = now;
            windowApplied = applied;
            windowLoaded = loaded;
        }
    }

    private String text(LogStatus log, SourceLoop.Outage outage, Optional<LoadStatus> load) {
        if (outage.sinceMillis() != 0) {
            return "source out of reach since " + Instant.ofEpochMilli(outage.sinceMillis()) + ": " + outage.error();
        }
        for (Follower lane : session.lanes()) {
            LaneStatus status = lane.status();
            if (!status.outage().isEmpty()) {
                return "target out of reach since " + Instant.ofEpochMilli(status.outageSinceMillis()) + ": "
                        + status.outage();
            }
        }
        String standstill = standstill(session.lanes(), clock.time());
        if (!standstill.isEmpty()) {
            return standstill;
        }
        if (log.isFull()) {
            return "log full since " + Instant.ofEpochMilli(log.fullSinceMillis());
        }
        return load.map(LoadStatus::waitingFor)
                .filter(waiting -> !waiting.isEmpty())
                .map(waiting -> "load waits for " + waiting)
                .orElse("");
    }

    /** What there is to say of a target that has a batch and does not answer; else empty. */
    public static String standstill(List<? extends Follower> lanes, long nowMillis) {
        for (Follower lane : lanes) {
            long since = lane.applyingSinceMillis();
            if (since != 0 && nowMillis - since >= SLOW_APPLY_MILLIS) {
                return "target has not answered since " + Instant.ofEpochMilli(since);
            }
        }
        return "";
    }

    private long lagMillis() {
        long oldest = Long.MAX_VALUE;
        for (Follower lane : session.lanes()) {
            long commit = lane.status().oldestCommitMicros();
            oldest = commit == 0 ? oldest : Math.min(oldest, commit);
        }
        long held = session.delayed().map(DelayedLog::oldestMicros).orElse(0L);
        oldest = held == 0 ? oldest : Math.min(oldest, held);
        if (oldest == Long.MAX_VALUE) {
            return 0;
        }
        long now = sourceLoop.map(SourceLoop::sourceTimeMillis).orElseGet(clock::time);
        return Math.max(0, now - oldest / 1_000);
    }

    private long lagBytes(LogStatus log) {
        long least = Long.MAX_VALUE;
        for (Follower lane : session.lanes()) {
            least = Math.min(least, lane.status().appliedBytes());
        }
        boolean isAllApplied = session.lanes().stream()
                .allMatch(lane -> lane.status().nextIndex() >= session.log().durableIndex());
        return isAllApplied || session.lanes().isEmpty() ? 0 : Math.max(0, log.appendedBytes() - least);
    }

    private long inFlight() {
        // The lanes first: what they pass meanwhile has been written by then.
        List<LaneStatus.Inflow> counted = session.inflows();
        boolean isAllPassed = isAllPassed();
        long written = sourceLoop.map(SourceLoop::rows).orElse(0L);
        long inFlight = session.inFlight(counted, written);
        conservation.look(clock.time(), isAllPassed, written, inFlight);
        return inFlight;
    }

    private boolean isAllPassed() {
        long durable = session.log().durableIndex();
        LogStatus log = session.log().status();
        return !session.lanes().isEmpty()
                && !log.isFull()
                && log.appendedBytes() == log.forcedBytes()
                && session.lanes().stream().allMatch(lane -> lane.status().nextIndex() >= durable);
    }
}
