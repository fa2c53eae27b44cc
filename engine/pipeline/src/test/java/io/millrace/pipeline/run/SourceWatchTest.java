package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.MemoryLog;
import io.millrace.pipeline.ModelSource;
import io.millrace.position.MySqlGtids;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeStatus;
import io.millrace.reader.SlotGlance;
import io.millrace.reader.SourceGlance;
import io.millrace.wal.ChangeSink;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceWatchTest {
    private static final long INTERVAL = 5_000;

    private final MemoryLog log = new MemoryLog(MySqlGtids.EMPTY, new Random(1));
    private final AskedReader reader = new AskedReader();
    private long now = 1_000_000;
    private final SourceWatch watch = new SourceWatch(reader, log, () -> now, INTERVAL);

    /** Says what the test says. */
    private static final class AskedReader implements ChangeReader {
        long committed;
        long written;
        boolean isOut;
        int asked;

        @Override
        public Optional<SourceGlance> glance(SourcePosition durable) {
            asked++;
            if (isOut) {
                throw new MillraceException(ErrorCode.SOURCE_UNREACHABLE, "out");
            }
            SlotGlance slot = new SlotGlance("s", "reserved", true, false, 7, OptionalLong.of(1_000), written);
            return Optional.of(
                    new SourceGlance(ModelSource.upTo(committed), OptionalLong.of(committed * 100), Optional.of(slot)));
        }

        @Override
        public void run(ChangeSink sink) {}

        @Override
        public void stop() {}

        @Override
        public ChangeStatus status() {
            return new ChangeStatus(true, 0, 0, 0, 0);
        }

        @Override
        public void close() {}
    }

    private SourceWatch.View look(long millisLater) {
        now += millisLater;
        watch.doWork();
        return watch.view();
    }

    private void read(long upTo) {
        log.sink().heartbeat(ModelSource.upTo(upTo), 0);
        log.sync();
    }

    @Test
    void shouldTellTheAgeOfWhatIsNotRead() {
        assertEquals(OptionalLong.empty(), watch.view().lagMillis());
        assertEquals(OptionalLong.of(0), look(0).lagMillis());
        reader.committed = 10;
        assertEquals(OptionalLong.of(0), look(INTERVAL - 1).lagMillis(), "not asked yet");
        look(1);
        assertEquals(OptionalLong.of(1_000), look(1_000).lagMillis());
        assertEquals(OptionalLong.of(1_000), watch.view().lagBytes());
        reader.committed = 20;
        look(INTERVAL);
        read(10);
        assertEquals(OptionalLong.of(500), look(500).lagMillis(), "the second answer is not covered");
        read(20);
        assertEquals(OptionalLong.of(0), look(1).lagMillis());
        assertEquals(OptionalLong.of(0), watch.view().lagBytes());
    }

    @Test
    void shouldGrowWhileNobodyAnswers() {
        look(0);
        reader.isOut = true;
        look(INTERVAL);
        assertEquals(OptionalLong.of(3 * INTERVAL), look(2 * INTERVAL).lagMillis());
        reader.isOut = false;
        assertEquals(OptionalLong.of(0), look(INTERVAL).lagMillis());
    }

    @Test
    void shouldTurnBytesIntoTimeByThePaceOfTheSource() {
        look(0);
        assertEquals(OptionalDouble.empty(), watch.view().secondsToLoss(), "nothing is written");
        reader.written = 500;
        assertEquals(OptionalDouble.of(10.0), look(INTERVAL).secondsToLoss());
    }

    @Test
    void shouldKeepTheOldestAnswerHoweverLongItIsBehind() {
        reader.committed = 1;
        look(INTERVAL);
        for (int i = 2; i < 500; i++) {
            reader.committed = i;
            look(INTERVAL);
        }
        assertEquals(OptionalLong.of(498 * INTERVAL), watch.view().lagMillis());
        assertEquals(499, reader.asked);
    }
}
