package io.millrace.pipeline.run;

import io.millrace.error.MillraceException;
import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.SlotGlance;
import io.millrace.reader.SourceGlance;
import io.millrace.wal.ChangeLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.agrona.concurrent.EpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the source every few seconds what it has committed, so that what was not read yet has an age: a stream alone cannot tell a
 * source that is idle from one that is far ahead. Only for those who look, since each question costs the source a connection.
 *
 * <p>Steppable; confined to one thread, but for {@link #view}.
 */
final class SourceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);
    /** While the log is far behind every second answer is dropped, the oldest never. */
    private static final int MOST_ANSWERS = 64;

    private final ChangeReader reader;
    private final ChangeLog log;
    private final EpochClock clock;
    private final long intervalMillis;
    private final List<Answer> unread = new ArrayList<>();
    private long askedMillis;
    private long coveredMillis;
    private boolean isAnswered = true;
    private Optional<SourceGlance> last = Optional.empty();
    private Optional<Answer> writtenBefore = Optional.empty();
    private double writtenPerSecond;
    private volatile View view = View.UNKNOWN;

    private record Answer(long askedMillis, SourcePosition committed, OptionalLong writtenBytes) {}

    /**
     * What is known of the source.
     *
     * @param lagMillis age of the oldest source commit that is not durable in the log, to the interval of the questions; 0 where
     *     nothing is missing; empty before the first answer
     * @param lagBytes of the source's log that is not durable in ours
     * @param secondsToLoss until the source gives up what it keeps for us, at the pace at which it writes now
     */
    record View(
            OptionalLong lagMillis, OptionalLong lagBytes, Optional<SlotGlance> slot, OptionalDouble secondsToLoss) {
        static final View UNKNOWN =
                new View(OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), OptionalDouble.empty());
    }

    SourceWatch(ChangeReader reader, ChangeLog log, EpochClock clock, long intervalMillis) {
        this.reader = reader;
        this.log = log;
        this.clock = clock;
        this.intervalMillis = intervalMillis;
    }

    View view() {
        return view;
    }

    /** One step. Blocks while the source is asked. */
    int doWork() {
        boolean isDue = clock.time() - askedMillis >= intervalMillis;
        if (isDue) {
            ask();
        }
        if (isDue || !unread.isEmpty() || !isAnswered) {
            look();
        }
        return 0;
    }

    private void ask() {
        askedMillis = clock.time();
        try {
            last = reader.glance(log.durablePosition());
            isAnswered = true;
            last.ifPresent(this::keep);
        } catch (MillraceException e) {
            if (isAnswered) {
                LOG.debug("the source does not say how far it is: {}", e.display());
            }
            isAnswered = false;
        }
    }

    private void keep(SourceGlance glance) {
        Answer answer = new Answer(
                askedMillis,
                glance.committed(),
                glance.slot().map(slot -> OptionalLong.of(slot.writtenBytes())).orElse(OptionalLong.empty()));
        if (unread.size() >= MOST_ANSWERS) {
            for (int i = unread.size() - 1; i > 0; i -= 2) {
                unread.remove(i);
            }
        }
        unread.add(answer);
        measure(answer);
    }

    private void measure(Answer answer) {
        if (answer.writtenBytes().isEmpty()) {
            return;
        }
        writtenBefore.ifPresent(before -> {
            long millis = Math.max(1, answer.askedMillis() - before.askedMillis());
            long bytes =
                    answer.writtenBytes().getAsLong() - before.writtenBytes().getAsLong();
            writtenPerSecond = Math.max(0, bytes) * 1000.0 / millis;
        });
        writtenBefore = Optional.of(answer);
    }

    private void look() {
        if (last.isEmpty()) {
            return;
        }
        SourcePosition durable = log.durablePosition();
        while (!unread.isEmpty()
                && Positions.coversButPrepared(durable, unread.get(0).committed(), log.prepared())) {
            coveredMillis = unread.remove(0).askedMillis();
        }
        long now = clock.time();
        long lag = unread.isEmpty() ? 0 : now - unread.get(0).askedMillis();
        if (!isAnswered && coveredMillis != 0) {
            lag = Math.max(lag, now - coveredMillis); // whatever it committed since is not here
        }
        OptionalLong bytes =
                unread.isEmpty() && isAnswered ? OptionalLong.of(0) : last.get().unreadBytes();
        view = new View(OptionalLong.of(lag), bytes, last.get().slot(), secondsToLoss());
    }

    private OptionalDouble secondsToLoss() {
        return last.flatMap(SourceGlance::slot)
                .filter(slot -> slot.bytesToLoss().isPresent() && writtenPerSecond > 0)
                .map(slot -> OptionalDouble.of(slot.bytesToLoss().getAsLong() / writtenPerSecond))
                .orElse(OptionalDouble.empty());
    }
}
