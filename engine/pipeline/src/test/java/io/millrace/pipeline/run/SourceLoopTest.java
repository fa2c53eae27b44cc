package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.load.ReadLimit;
import io.millrace.pipeline.MemoryLog;
import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.ChangeStatus;
import io.millrace.wal.ChangeSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceLoopTest {
    private final MemoryLog log = new MemoryLog(MySqlGtids.EMPTY, new Random(1));
    private final ScriptedReader reader = new ScriptedReader();
    private final SourceLoop loop = new SourceLoop(
            reader,
            log.sink(),
            new ReadLimit(OptionalLong.empty(), OptionalLong.empty(), System::nanoTime),
            () -> 77_000);

    /** Ends each run as the script says; stops the loop behind the script. */
    private final class ScriptedReader implements ChangeReader {
        final Deque<ErrorCode> script = new ArrayDeque<>();
        final List<String> outages = new ArrayList<>();
        int runs;
        boolean isStopped;

        @Override
        public void run(ChangeSink sink) {
            outages.add(loop.outage().error());
            runs++;
            if (script.isEmpty()) {
                loop.stop();
                return;
            }
            sink.begin(new TransactionId()); // cut in the midst of a transaction
            throw new MillraceException(script.remove(), "run " + runs);
        }

        @Override
        public void stop() {
            isStopped = true;
        }

        @Override
        public ChangeStatus status() {
            return new ChangeStatus(false, 0, 0, 0, 0);
        }

        @Override
        public long clockOffsetMicros() {
            return -2_500_000;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldConnectAgainAndSaySinceWhenWhileTheSourceIsOut() {
        reader.script.add(ErrorCode.SOURCE_CONNECTION_LOST);
        reader.script.add(ErrorCode.SOURCE_UNREACHABLE);
        loop.run();
        assertEquals(3, reader.runs);
        assertEquals(List.of("", "MR2008: run 1", "MR2001: run 2"), reader.outages);
        assertEquals(77_000, loop.outage().sinceMillis());
        assertTrue(reader.isStopped);
    }

    @Test
    void shouldDropTheOpenTransactionWhenAConnectionIsCut() {
        reader.script.add(ErrorCode.SOURCE_CONNECTION_LOST);
        loop.run();
        log.sync();
        assertEquals(log.firstIndex(), log.durableIndex(), "nothing of a cut transaction is in the log");
        assertEquals(0, loop.rows());
    }

    @Test
    void shouldTellTheTimeByTheSourcesClock() {
        assertEquals(74_500, loop.sourceTimeMillis());
    }

    @Test
    void shouldEndWhenNoRetryAnswersTheError() {
        reader.script.add(ErrorCode.SOURCE_POSITION_PURGED);
        MillraceException purged = assertThrows(MillraceException.class, loop::run);
        assertEquals(ErrorCode.SOURCE_POSITION_PURGED, purged.code());
        assertEquals(1, reader.runs);
    }
}
