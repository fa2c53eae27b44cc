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
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every lane writer promises, on a real server. */
public abstract class LaneWriterContract extends LaneWriterRig {
    @Test
    void shouldMoveCheckpointAloneWhenBatchIsEmpty() {
        assertEquals(ApplyResult.NONE, apply());
    }

    @Test
    void shouldApplyRunsInOrderWhenBatchIsSmall() {
        apply(
                run(RunOperation.INSERT).row(1, 10, "a").row(2, null, null).row(3, 30, ""),
                run(RunOperation.UPDATE).row(1, 11, "b"),
                run(RunOperation.DELETE).row(2, null, null),
                run(RunOperation.UPSERT).row(3, 31, "c").row(4, 40, "d"),
                run(RunOperation.INSERT).row(2, 22, "again"));
        assertEquals(
                List.of(
                        List.of("1", "11", "b"),
                        List.of("2", "22", "again"),
                        List.of("3", "31", "c"),
                        List.of("4", "40", "d")),
                rows());
    }

    @Test
    void shouldGoOnWhenItHasRested() {
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(2, 20, "b"));
        writer.rest();
        writer.rest();
        apply(run(RunOperation.UPDATE).row(1, 11, "c"));
        writer.rest();
        assertEquals(now, writer.checkpoint());
        apply(many(RunOperation.UPSERT, 0, "n "));
        assertEquals(expected(0, "n "), rows());
    }

    /** EXACTNESS 25. */
    @Test
    void shouldApplyInTheSourcesOrderWhenAUniqueKeyRefusesAnother() {
        lab.execute("CREATE UNIQUE INDEX items_qty ON " + lab.namespace() + ".items (qty)");
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(2, 20, "b"));
        List<Run> sourceOrder = List.of(
                run(RunOperation.UPDATE).row(1, 99, "a"),
                run(RunOperation.UPDATE).row(2, 10, "b"),
                run(RunOperation.UPDATE).row(1, 20, "c"));
        List<Run> refused = List.of(
                run(RunOperation.UPDATE).row(2, 10, "b"),
                run(RunOperation.UPDATE).row(1, 20, "c"));
        apply(new TestBatch(refused, sourceOrder));
        assertEquals(List.of(List.of("1", "20", "c"), List.of("2", "10", "b")), rows());
        // What the server takes is taken as it is, though not at once again.
        List<Run> taken = List.of(run(RunOperation.UPSERT).row(3, 30, "d"));
        List<Run> wrong = List.of(run(RunOperation.UPSERT).row(3, 31, "e"));
        apply(new TestBatch(taken, wrong));
        assertEquals(List.of("3", "31", "e"), rows().get(2));
        apply(new TestBatch(taken, wrong));
        assertEquals(List.of("3", "30", "d"), rows().get(2));
    }

    @Test
    void shouldRefuseOnlyWhatTheSourcesOrderCannotWrite() {
        lab.execute("CREATE UNIQUE INDEX items_qty ON " + lab.namespace() + ".items (qty)");
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(2, 20, "b"));
        List<Run> both = List.of(
                run(RunOperation.UPDATE).row(1, 11, "a"),
                run(RunOperation.UPDATE).row(2, 11, "b"));
        MillraceException refused = assertThrows(MillraceException.class, () -> apply(new TestBatch(both, both)));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code());
        assertEquals(List.of(List.of("1", "10", "a"), List.of("2", "20", "b")), rows());
        assertEquals(now, writer.checkpoint());
    }

    @Test
    void shouldApplyEveryOperationWhenRunsAreLarge() {
        assertEquals(ApplyResult.NONE, apply(many(RunOperation.INSERT, 0, "new ")));
        assertEquals(expected(0, "new "), rows());
        assertEquals(ApplyResult.NONE, apply(many(RunOperation.UPDATE, 0, "updated ")));
        assertEquals(expected(0, "updated "), rows());
        assertEquals(ApplyResult.NONE, apply(many(RunOperation.UPSERT, 0, "upserted ")));
        assertEquals(expected(0, "upserted "), rows());
        assertEquals(ApplyResult.NONE, apply(many(RunOperation.DELETE, 0, "")));
        assertEquals(List.of(), rows());
    }

    /** EXACTNESS 26. */
    @Test
    void shouldHealAndCountWhenUpdateMeetsNoRow() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        ApplyResult result = apply(run(RunOperation.UPDATE).row(1, 11, "b").row(2, 22, "healed"));
        assertEquals(new ApplyResult(1, 0, 0), result);
        assertEquals(List.of(List.of("1", "11", "b"), List.of("2", "22", "healed")), rows());
        assertEquals(new ApplyResult(MANY - 2, 0, 0), apply(many(RunOperation.UPDATE, 1, "n ")));
        assertEquals(expected(1, "n "), rows());
    }

    @Test
    void shouldCountWhenDeleteMeetsNoRow() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        assertEquals(
                new ApplyResult(0, 2, 0),
                apply(run(RunOperation.DELETE)
                        .row(1, null, null)
                        .row(2, null, null)
                        .row(3, null, null)));
        assertEquals(List.of(), rows());
    }

    @Test
    void shouldLeaveAbsentColumnsAloneWhenUpdateIsPartial() {
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(2, 20, "b").row(3, 30, "c"));
        apply(run(RunOperation.UPDATE)
                .row(1, TestRun.ABSENT, "changed")
                .row(2, 21, TestRun.ABSENT)
                .row(3, 31, "both"));
        assertEquals(
                List.of(List.of("1", "10", "changed"), List.of("2", "21", "b"), List.of("3", "31", "both")), rows());
    }

    /** EXACTNESS 26. */
    @Test
    void shouldRefuseRowWhenPartialUpdateMeetsNoRow() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        assertRefused(
                run(RunOperation.UPDATE).row(1, TestRun.ABSENT, "x").row(2, TestRun.ABSENT, "y"), "items", "row=1");
        assertEquals(List.of(List.of("1", "10", "a")), rows());
    }

    @Test
    void shouldLeaveAbsentColumnsAloneWhenPartialUpdatesAreMany() {
        apply(many(RunOperation.INSERT, 0, "new "));
        TestRun run = run(RunOperation.UPDATE);
        for (int i = 0; i < MANY; i++) {
            if (i % 3 == 0) {
                run.row(i, TestRun.ABSENT, null);
            } else if (i % 3 == 1) {
                run.row(i, -i, TestRun.ABSENT);
            } else {
                run.row(i, TestRun.ABSENT, TestRun.ABSENT);
            }
        }
        assertEquals(ApplyResult.NONE, apply(run));
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            expected.add(Arrays.asList(
                    Integer.toString(i), Integer.toString(i % 3 == 1 ? -i : i % 7), i % 3 == 0 ? null : "new " + i));
        }
        assertEquals(expected, rows());
    }

    @Test
    void shouldLeaveOutRowsThatAreNotThereWhenUpdatedIfThere() {
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(3, 30, "c"));
        assertEquals(
                ApplyResult.NONE,
                apply(run(RunOperation.UPDATE_IF_THERE)
                        .row(1, TestRun.ABSENT, "x")
                        .row(2, TestRun.ABSENT, "y")
                        .row(3, 33, TestRun.ABSENT)
                        .row(4, 44, "whole")));
        assertEquals(List.of(List.of("1", "10", "x"), List.of("3", "33", "c")), rows());
    }

    @Test
    void shouldKeepAbsentColumnsWhenAKeyChanges() {
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(2, 20, "b"));
        Object[] keyOfOne = {1, TestRun.ABSENT, TestRun.ABSENT};
        Object[] keyOfTwo = {2, TestRun.ABSENT, TestRun.ABSENT};
        assertEquals(
                ApplyResult.NONE,
                apply(
                        run(RunOperation.REKEY).change(keyOfOne, 9, TestRun.ABSENT, "moved"),
                        run(RunOperation.REKEY).change(keyOfTwo, 1, TestRun.ABSENT, TestRun.ABSENT),
                        run(RunOperation.UPDATE).row(9, 99, TestRun.ABSENT)));
        assertEquals(List.of(List.of("1", "20", "b"), List.of("9", "99", "moved")), rows());
    }

    @Test
    void shouldRefuseRowWhenAKeyChangeMeetsNoRowOrAnother() {
        apply(run(RunOperation.INSERT).row(1, 10, "a").row(2, 20, "b"));
        Object[] missing = {7, TestRun.ABSENT, TestRun.ABSENT};
        assertRefused(run(RunOperation.REKEY).change(missing, 8, TestRun.ABSENT, "x"), "items", "row=0");
        Object[] keyOfOne = {1, TestRun.ABSENT, TestRun.ABSENT};
        assertRefused(run(RunOperation.REKEY).change(keyOfOne, 2, TestRun.ABSENT, "x"), "items", "row=0");
        assertEquals(List.of(List.of("1", "10", "a"), List.of("2", "20", "b")), rows());
    }

    @Test
    void shouldFallBackToUpsertWhenInsertMeetsAnExistingKey() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        assertEquals(
                new ApplyResult(0, 0, 1),
                apply(run(RunOperation.INSERT).row(0, 0, "z").row(1, 11, "b")));
        assertEquals(new ApplyResult(0, 0, 1), apply(many(RunOperation.INSERT, 0, "n ")));
        assertEquals(expected(0, "n "), rows());
    }

    @Test
    void shouldFallBackToUpsertWhenALargeInsertMeetsAnExistingKey() {
        apply(run(RunOperation.INSERT).row(2_999, 10, "a"));
        assertEquals(new ApplyResult(0, 0, 1), apply(many(RunOperation.INSERT, 0, "n ")));
        assertEquals(expected(0, "n "), rows());
    }

    @Test
    void shouldInsertAgainSomeBatchesBehindAFallBack() {
        apply(run(RunOperation.INSERT).row(2_999, 10, "a"));
        assertEquals(1, apply(many(RunOperation.INSERT, 0, "n ")).fellBack());
        int batches = 0;
        while (apply(run(RunOperation.INSERT).row(1_000_000 + batches, 0, "b")).fellBack() > 0) {
            batches++;
            assertTrue(batches < 1_000, "upserts for ever");
        }
        assertTrue(batches > 0, "a table that just fell back may soon do so again");
        assertEquals(new ApplyResult(0, 0, 0), apply(many(RunOperation.INSERT, 10_000, "n ")));
        assertEquals(2 * MANY + batches + 1, rows().size());
    }

    @Test
    void shouldNameTheFirstRowAndWriteNothingWhenARowIsRefused() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        String tooLong = "canary".repeat(20);
        assertRefused(run(RunOperation.INSERT).row(2, 1, "b").row(3, 1, tooLong).row(4, 1, tooLong), "items", "row=1");
        assertRefused(run(RunOperation.UPSERT).row(1, 1, "b").row(3, 1, tooLong), "items", "row=1");
        assertRefused(run(RunOperation.UPDATE).row(1, 1, tooLong), "items", "row=0");
        TestRun large = many(RunOperation.INSERT, 10, "n ");
        large.row(9_000_000, 1, tooLong);
        assertRefused(large, "items", "row=" + MANY);
        assertEquals(List.of(List.of("1", "10", "a")), rows());
        apply(run(RunOperation.INSERT).row(2, 20, "the writer goes on"));
    }

    /** EXACTNESS 22. */
    @Test
    void shouldBeFencedWhenAnotherProcessTookOver() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        try (Target other = lab.open(new TargetSettings("contract", "millrace", TypeOptions.DEFAULT))) {
            other.control().takeOver();
        }
        assertFenced(run(RunOperation.INSERT).row(2, 20, "b"));
        assertFenced(many(RunOperation.INSERT, 10, "b"));
        assertEquals(List.of(List.of("1", "10", "a")), rows());
    }

    @Test
    void shouldBeFencedWhenCheckpointIsGone() {
        target.control().remove();
        assertFenced(run(RunOperation.INSERT).row(2, 20, "b"));
        assertFenced(many(RunOperation.INSERT, 10, "b"));
        assertEquals(List.of(), rows());
        MillraceException gone = assertThrows(MillraceException.class, writer::checkpoint);
        assertEquals(ErrorCode.TARGET_FENCED, gone.code());
    }

    /** EXACTNESS 22. */
    @Test
    void shouldBeFencedWhenIndexOrLogDiffers() {
        Checkpoint at = checkpoint(0, 1, 100);
        assertEquals(at.logIndex(), writer.checkpoint().logIndex());
        assertFencedAt(checkpoint(0, 1, 99));
        assertFencedAt(checkpoint(0, 2, 100));
        assertFencedAt(standing(at, UUID.fromString("00000000-0000-0000-0000-000000000001"), 0));
        assertFencedAt(standing(at, at.logId(), 1));
        assertEquals(List.of(), rows());
        writer.apply(TestBatch.of(run(RunOperation.INSERT).row(2, 20, "b")), at, checkpoint(0, 1, 101));
        assertEquals(List.of(List.of("2", "20", "b")), rows());
    }

    private static Checkpoint standing(Checkpoint at, UUID logId, long rowsIntoTransaction) {
        return new Checkpoint(
                at.lane(),
                at.laneCount(),
                at.layoutVersion(),
                at.epoch(),
                logId,
                at.logIndex(),
                at.position(),
                at.lastTransaction(),
                rowsIntoTransaction,
                at.counters());
    }

    private void assertFencedAt(Checkpoint expected) {
        Batch batch = TestBatch.of(run(RunOperation.INSERT).row(2, 20, "b"));
        MillraceException fenced = assertThrows(
                MillraceException.class,
                () -> writer.apply(batch, expected, checkpoint(0, 1, 101)),
                expected::toString);
        assertEquals(ErrorCode.TARGET_FENCED, fenced.code());
    }

    /** EXACTNESS 22: the lock on the checkpoint makes a new session wait for an old one. */
    @Test
    void shouldWaitForACommitUnderWayWhenCheckpointIsAsked() throws Exception {
        CompletableFuture<Checkpoint> asked = new CompletableFuture<>();
        Thread asking = new Thread(() -> {
            try {
                asked.complete(writer.checkpoint());
            } catch (RuntimeException | Error e) {
                asked.completeExceptionally(e);
            }
        });
        boolean wasDone = lab.whileOpen(
                "UPDATE millrace.checkpoint SET log_index = 777 WHERE task = 'contract' AND lane = 0", () -> {
                    asking.start();
                    asking.join(300);
                    return asked.isDone();
                });
        assertFalse(wasDone);
        assertEquals(777, asked.get(30, TimeUnit.SECONDS).logIndex());
    }

    @Test
    void shouldKeepCountersAndPositionWhenCheckpointMoves() {
        Counters counters = new Counters(55, 10, 9, 8, 7, 21, 5, 4, 3, 2);
        Checkpoint next = new Checkpoint(
                0,
                2,
                1,
                1,
                TestSchemas.LOG,
                Long.MAX_VALUE,
                SourcePosition.parse("gtid:0-1-100"),
                "00ff",
                12,
                counters);
        writer.apply(TestBatch.of(), now, next);
        assertEquals(next, writer.checkpoint());
    }

    /** Too long for the column, and twice a unique value, among rows of which one is there already and is written over. */
    @Test
    void shouldTellOfEveryRowThatCannotBeWrittenAndWriteAllOthers() {
        lab.execute("CREATE UNIQUE INDEX items_qty ON " + lab.namespace() + ".items (qty)");
        apply(run(RunOperation.INSERT).row(700, 700, "there"));
        TestRun rows = run(RunOperation.INSERT);
        List<Integer> bad = List.of(10, 11, 1_500, MANY - 1);
        for (int i = 0; i < MANY; i++) {
            rows.row(i, i == 1_500 ? 3 : i, bad.contains(i) && i != 1_500 ? "canary".repeat(11) : "note");
        }
        RefusingBatch batch = new RefusingBatch(rows, 100);
        Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
        MillraceException refused = assertThrows(MillraceException.class, () -> writer.apply(batch, now, next));

        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
        assertEquals(bad, batch.refused, () -> batch.why.toString());
        assertTrue(batch.why.get(2).isDuplicate(), () -> batch.why.toString());
        assertFalse(batch.why.toString().contains("canary"), () -> batch.why.toString());
        assertEquals(1, rows().size());
        assertEquals(now, writer.checkpoint());

        batch.goOn();
        apply(batch);
        assertEquals(MANY - bad.size(), rows().size());
        assertEquals(List.of("700", "700", "note"), rows().get(698));
        assertEquals(4, batch.refused.size());
    }

    @Test
    void shouldTellOfAsManyRowsAsAreWanted() {
        TestRun rows = run(RunOperation.UPSERT);
        for (int i = 0; i < 20; i++) {
            rows.row(i, i, "canary".repeat(11));
        }
        RefusingBatch batch = new RefusingBatch(rows, 3);
        Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
        assertThrows(MillraceException.class, () -> writer.apply(batch, now, next));
        assertEquals(List.of(0, 1, 2), batch.refused);
    }

    @Test
    void shouldRefuseRowsThatAreNotThereWhenAskedTo() {
        apply(many(RunOperation.INSERT, 0, "note "));
        for (RunOperation operation : List.of(RunOperation.UPDATE, RunOperation.DELETE)) {
            TestRun rows = run(operation).refusingMissing();
            for (int i = 0; i < 100; i++) {
                rows.row(i == 40 || i == 41 || i == 99 ? 100_000 + i : i, i, "changed");
            }
            RefusingBatch batch = new RefusingBatch(rows, 100);
            Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
            MillraceException refused = assertThrows(MillraceException.class, () -> writer.apply(batch, now, next));
            assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
            assertEquals(List.of(40, 41, 99), batch.refused, () -> batch.why.toString());
            assertEquals(Refusal.NO_ROW, batch.why.get(0).error());
            assertEquals(MANY, rows().size());
            batch.goOn();
            apply(batch);
        }
        assertEquals(MANY - 97, rows().size());
        TestRun one = run(RunOperation.UPDATE).refusingMissing().row(200_000, 1, "x");
        RefusingBatch alone = new RefusingBatch(one, 1);
        Checkpoint next = checkpoint(0, now.epoch(), now.logIndex() + 1);
        assertThrows(MillraceException.class, () -> writer.apply(alone, now, next));
        assertEquals(List.of(0), alone.refused);
    }

    @Test
    void shouldMarkRowsInsteadOfRemovingThem() {
        TargetTable marked = target.plan(
                        table("shop", "marked", 1, bigint("id"), integer("qty"), varchar("note", 60)),
                        new TableId(lab.namespace(), "marked"))
                .withMark("is_deleted");
        target.create(marked);
        assertEquals(List.of(), target.inspect(marked).findings());
        apply(new TestRun(marked, RunOperation.INSERT)
                .row(1, 10, "a")
                .row(2, 20, "b")
                .row(3, 30, "c")
                .row(4, 40, "d"));
        ApplyResult result = apply(new TestRun(marked, RunOperation.MARK)
                .row(1, TestRun.ABSENT, TestRun.ABSENT)
                .row(2, TestRun.ABSENT, TestRun.ABSENT)
                .row(3, TestRun.ABSENT, TestRun.ABSENT)
                .row(9, TestRun.ABSENT, TestRun.ABSENT));
        assertEquals(1, result.missing());
        assertEquals(List.of("1 true a", "2 true b", "3 true c", "4 false d"), marks());
        apply(
                new TestRun(marked, RunOperation.UPSERT).row(1, 11, "again"),
                new TestRun(marked, RunOperation.UPDATE).row(2, TestRun.ABSENT, "part"),
                new TestRun(marked, RunOperation.REKEY).change(new Object[] {4L, null, null}, 3, 31, TestRun.ABSENT));
        assertEquals(List.of("1 false again", "2 false part", "3 false d"), marks());
    }

    private List<String> marks() {
        return lab
                .query("SELECT id, CASE WHEN is_deleted THEN 'true' ELSE 'false' END, note FROM " + lab.namespace()
                        + ".marked ORDER BY id")
                .stream()
                .map(row -> String.join(" ", row))
                .toList();
    }

    @Test
    void shouldMakeNoRowWhenAKeyChangeMeetsNone() {
        apply(run(RunOperation.INSERT).row(1, 10, "a"));
        apply(
                run(RunOperation.REKEY).makingNoRow().change(new Object[] {5L, null, null}, 6, 60, "b"),
                run(RunOperation.REKEY).makingNoRow().change(new Object[] {1L, null, null}, 2, 20, "c"),
                run(RunOperation.UPDATE_IF_THERE).row(7, 70, "d").row(2, 21, "e"));
        assertEquals(List.of(List.of("2", "21", "e")), rows());
    }
}
