package io.millrace.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlEvent;
import io.millrace.pipeline.MemoryLog;
import io.millrace.pipeline.ModelRig;
import io.millrace.pipeline.consumer.ChangeLane;
import io.millrace.pipeline.statement.ToldStatements;
import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import io.millrace.schema.TableSchema;
import io.millrace.task.Step;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.RowsFlyweight;
import io.millrace.writer.ChangeWriter;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A lane into files that is told to end at any moment, by another thread. */
class ChangeLaneEndTest {
    private final MemoryLog log = new MemoryLog(MySqlGtids.EMPTY, new Random(8));
    private final List<Checkpoint> written = new ArrayList<>();
    private Runnable inTheMidst = () -> {};

    /** The log, which a lane asks whether it is full while it decides whether to write its checkpoint. */
    private ChangeLog askedLog() {
        InvocationHandler asked = (proxy, method, arguments) -> {
            if (method.getName().equals("isFull")) {
                inTheMidst.run();
            }
            return method.invoke(log, arguments);
        };
        return (ChangeLog)
                Proxy.newProxyInstance(ChangeLog.class.getClassLoader(), new Class<?>[] {ChangeLog.class}, asked);
    }

    /** It had asked whether to write its checkpoint, and then asked whether to end: what it had written last was cut off by the next start. */
    @Test
    void shouldEndBehindItsCheckpointWhenItIsToldToEndInTheMidstOfAStep() {
        Checkpoint start =
                new Checkpoint(0, 1, 1, 1, log.id(), log.firstIndex(), MySqlGtids.EMPTY, "", 0, Counters.ZERO);
        ChangeLane lane = new ChangeLane(
                UnaryOperator.identity(),
                new ToldStatements(ModelRig.task(1, Step.INCREMENTAL), Set.of()),
                askedLog(),
                new Checkpoints(),
                start,
                0,
                1_000_000_000L,
                () -> 1,
                () -> 1);
        log.sink().heartbeat(MySqlGtids.EMPTY, 0);
        log.sync();
        lane.doWork();
        assertTrue(written.isEmpty(), "the lane is further than its checkpoint");
        inTheMidst = () -> lane.finish(0);
        for (int i = 0; i < 10; i++) {
            lane.doWork();
        }
        assertTrue(lane.isFinished());
        assertEquals(1, written.size());
        assertEquals(log.firstIndex() + 1, lane.status().committed().logIndex());
    }

    private final class Checkpoints implements ChangeWriter {
        @Override
        public void begin(TransactionId transaction) {}

        @Override
        public void rows(TableSchema table, RowsFlyweight rows) {}

        @Override
        public void ddl(DdlEvent event) {}

        @Override
        public void commit(TransactionId transaction) {}

        @Override
        public void flush() {}

        @Override
        public void checkpoint(Checkpoint next) {
            written.add(next);
        }

        @Override
        public void close() {}
    }
}
