package io.millrace.writer;

import static io.millrace.writer.TestSchemas.checkpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every control store promises, on a real server. */
public abstract class ControlStoreContract {
    protected abstract TargetLab lab();

    private static TargetSettings task(String name) {
        return new TargetSettings(name, "millrace", TypeOptions.DEFAULT);
    }

    @Test
    void shouldBeEmptyWhenNothingWasPrepared() {
        try (Target target = lab().open(task("a"))) {
            assertEquals(List.of(), target.control().checkpoints());
            assertEquals(List.of(), target.control().takeOver());
            assertEquals(List.of(), target.control().ledger());
            target.control().remove();
        }
    }

    @Test
    void shouldPrepareOnceWhenManyTasksBeginAtOnce() throws Exception {
        TargetLab lab = lab();
        int tasks = 6;
        ExecutorService threads = Executors.newFixedThreadPool(tasks);
        try {
            List<Future<?>> preparing = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                String name = "task" + i;
                preparing.add(threads.submit(() -> {
                    try (Target target = lab.open(task(name))) {
                        target.control().prepare();
                        target.control().replace(List.of(), List.of(checkpoint(0, 1, 5)));
                        target.control().prepare();
                    }
                }));
            }
            for (Future<?> one : preparing) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        try (Target target = lab.open(task("task3"))) {
            assertEquals(List.of(checkpoint(0, 1, 5)), target.control().checkpoints());
        }
    }

    @Test
    void shouldRaiseAllEpochsWhenTakenOver() {
        TargetLab lab = lab();
        try (Target target = lab.open(task("a"));
                Target other = lab.open(task("b"))) {
            target.control().prepare();
            target.control().replace(List.of(), List.of(checkpoint(0, 3, 10), checkpoint(1, 7, 20)));
            other.control().replace(List.of(), List.of(checkpoint(0, 1, 1)));
            List<Checkpoint> expected = List.of(checkpoint(0, 8, 10), checkpoint(1, 8, 20));
            assertEquals(expected, target.control().takeOver());
            assertEquals(expected, target.control().checkpoints());
            assertEquals(List.of(checkpoint(0, 1, 1)), other.control().checkpoints());
        }
    }

    @Test
    void shouldReplaceOnlyWhenCheckpointsAreTheExpectedOnes() {
        try (Target target = lab().open(task("a"))) {
            ControlStore control = target.control();
            control.prepare();
            List<Checkpoint> one = List.of(checkpoint(0, 1, 10));
            control.replace(List.of(), one);
            assertFenced(control, List.of(), one);
            assertFenced(control, List.of(checkpoint(0, 1, 11)), one);
            assertFenced(control, List.of(checkpoint(0, 2, 10)), one);
            List<Checkpoint> three = List.of(checkpoint(0, 2, 9), checkpoint(1, 2, 9), checkpoint(2, 2, 9));
            control.replace(one, three);
            assertEquals(three, control.checkpoints());
            control.replace(three, one);
            assertEquals(one, control.checkpoints());
        }
    }

    private static void assertFenced(ControlStore control, List<Checkpoint> expected, List<Checkpoint> next) {
        MillraceException fenced = assertThrows(MillraceException.class, () -> control.replace(expected, next));
        assertEquals(ErrorCode.TARGET_FENCED, fenced.code());
    }

    @Test
    void shouldLetOneWinWhenTwoBeginTheSameTask() throws Exception {
        TargetLab lab = lab();
        try (Target target = lab.open(task("a"))) {
            target.control().prepare();
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> beginning = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int index = i;
                beginning.add(threads.submit(() -> {
                    try (Target target = lab.open(task("a"))) {
                        target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
                        return true;
                    } catch (MillraceException e) {
                        assertEquals(ErrorCode.TARGET_FENCED, e.code());
                        return false;
                    }
                }));
            }
            int won = 0;
            for (Future<Boolean> one : beginning) {
                won += one.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertEquals(1, won);
        } finally {
            threads.shutdownNow();
        }
    }

    private static LeftRows left(String source, String target) {
        return new LeftRows(new TableId("shop", source), new TableId("shop", target));
    }

    /** Carries a statement out that changes nothing but what is left. */
    private static void leave(ControlStore control, int ordinal, LeftRows... left) {
        DdlEvent event = new DdlEvent("DROP TABLE", List.of(), List.of(), "shop", "position=1", 0, "");
        Checkpoint at = control.checkpoints().get(0);
        DdlRecord begun = new DdlRecord(
                ordinal,
                "position=1",
                "DROP TABLE",
                "shop.t",
                "alert",
                DdlRecord.Outcome.INTENT,
                new DdlRecord.At(at.logId(), at.logIndex(), at.position().text(), 0, 1),
                event,
                "");
        control.begin(begun, control.checkpoints());
        control.end(begun.ended(DdlRecord.Outcome.ALERTED), List.of(), List.of(), Map.of(), List.of(left));
    }

    @Test
    void shouldKeepWhatIsLeftOfTablesAsTheNewestStatementSays() {
        TargetLab lab = lab();
        try (Target target = lab.open(task("a"));
                Target other = lab.open(task("b"))) {
            assertEquals(List.of(), target.control().leftRows());
            ControlStore control = target.control();
            control.prepare();
            control.replace(List.of(), List.of(checkpoint(0, 1, 10)));
            other.control().replace(List.of(), List.of(checkpoint(0, 1, 10)));
            leave(control, 1, left("t_1", "t"), left("t_2", "t"), left("u_1", "u"));
            leave(control, 2, left("t_2", "t"), left("u_1", "u"), left("t_3", "t"));
            leave(other.control(), 1, left("t_1", "t"));
            assertEquals(Set.of(left("t_2", "t"), left("u_1", "u"), left("t_3", "t")), Set.copyOf(control.leftRows()));
            control.remove();
            assertEquals(List.of(), control.leftRows());
            assertEquals(List.of(left("t_1", "t")), other.control().leftRows());
        }
    }

    @Test
    void shouldForgetItsTaskAloneWhenRemoved() {
        TargetLab lab = lab();
        try (Target target = lab.open(task("a"));
                Target other = lab.open(task("b"))) {
            target.control().prepare();
            target.control().replace(List.of(), List.of(checkpoint(0, 1, 1)));
            other.control().replace(List.of(), List.of(checkpoint(0, 1, 2)));
            target.control().remove();
            assertTrue(target.control().checkpoints().isEmpty());
            assertEquals(1, other.control().checkpoints().size());
        }
    }
}
