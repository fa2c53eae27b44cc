package io.millrace.writer;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.integer;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A lane writer on a real server, with a table of items and a checkpoint that moves with each batch. */
abstract class LaneWriterRig {
    /** More rows than any writer's threshold for its bulk path. */
    static final int MANY = 3_000;

    TargetLab lab;
    Target target;
    LaneWriter writer;
    TargetTable items;
    Checkpoint now;

    protected abstract TargetLab lab();

    @BeforeEach
    void open() {
        lab = lab();
        target = lab.open(new TargetSettings("contract", "millrace", TypeOptions.DEFAULT));
        items = lab.create(target, table("shop", "items", 1, bigint("id"), integer("qty"), varchar("note", 60)));
        target.control().prepare();
        now = checkpoint(0, 1, 100);
        target.control().replace(List.of(), List.of(now, checkpoint(1, 1, 100)));
        writer = target.laneWriter(0);
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    final ApplyResult apply(Run... runs) {
        return apply(TestBatch.of(runs));
    }

    final ApplyResult apply(Batch batch) {
        Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
        ApplyResult result = writer.apply(batch, now, next);
        now = next;
        assertEquals(now, writer.checkpoint());
        return result;
    }

    final TestRun run(RunOperation operation) {
        return new TestRun(items, operation);
    }

    final List<List<String>> rows() {
        return lab.query("SELECT id, qty, note FROM " + lab.namespace() + ".items ORDER BY id");
    }

    final TestRun many(RunOperation operation, int from, String note) {
        TestRun run = run(operation);
        for (int i = from; i < from + MANY; i++) {
            run.row(i, i % 7, note + i);
        }
        return run;
    }

    static List<List<String>> expected(int from, String note) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = from; i < from + MANY; i++) {
            rows.add(List.of(Integer.toString(i), Integer.toString(i % 7), note + i));
        }
        return rows;
    }

    final void assertRefused(Run run, String... words) {
        Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
        MillraceException refused =
                assertThrows(MillraceException.class, () -> writer.apply(TestBatch.of(run), now, next));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
        for (String word : words) {
            assertTrue(refused.getMessage().contains(word), refused.getMessage());
        }
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("canary"), cause.toString());
        }
        assertEquals(now, writer.checkpoint());
    }

    final void assertFenced(Run run) {
        Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
        MillraceException fenced =
                assertThrows(MillraceException.class, () -> writer.apply(TestBatch.of(run), now, next));
        assertEquals(ErrorCode.TARGET_FENCED, fenced.code(), fenced.display());
    }
}
