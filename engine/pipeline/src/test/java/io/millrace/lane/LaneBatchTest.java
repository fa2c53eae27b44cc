package io.millrace.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.ChangeFilters;
import io.millrace.mapping.RowPolicies;
import io.millrace.mapping.TablePlan;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.task.Conflicts;
import io.millrace.writer.Batch;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaneBatchTest {
    private final RowMaker orders = new RowMaker("orders");
    private final RowMaker items = new RowMaker("items");
    private TableBinding[] tables = {binding(orders, 0, false), binding(items, 1, false)};
    private LaneBatch batch = new LaneBatch(tables);

    private static TableBinding binding(RowMaker maker, int number, boolean isTied) {
        TargetTable target = new TargetTable(
                maker.schema.table(),
                maker.schema,
                List.of(new TargetColumn("id", "bigint", false, 0), new TargetColumn("n", "bigint", false, 1)),
                List.of(0));
        return new TableBinding(new TablePlan(number, target, isTied, 1), new LaneLayout(1, 1));
    }

    /** A table to whose rows foreign keys with actions refer. */
    private static TableBinding parent(RowMaker maker, int number) {
        TablePlan plan = binding(maker, number, true).plan();
        return new TableBinding(
                new TablePlan(number, plan.target(), true, 1, List.of(0), List.of(), number, List.of(), -1),
                new LaneLayout(1, 1));
    }

    private void tie() {
        tables = new TableBinding[] {binding(orders, 0, true), binding(items, 1, true)};
        batch = new LaneBatch(tables);
    }

    /** Both tables have one target. */
    private void join(boolean areTied) {
        List<TargetColumn> columns =
                List.of(new TargetColumn("id", "bigint", false, 0), new TargetColumn("n", "bigint", false, 1));
        List<TableBinding> joined = new ArrayList<>();
        for (RowMaker maker : List.of(orders, items)) {
            TargetTable target =
                    new TargetTable(new TableId("dw", "all"), maker.schema, columns, List.of(0)).shared(columns);
            TablePlan plan = new TablePlan(
                    joined.size(),
                    target,
                    areTied,
                    1,
                    List.of(),
                    List.of(),
                    0,
                    List.of(),
                    -1,
                    RowPolicies.NORMAL,
                    List.of(0, 1),
                    Optional.empty());
            joined.add(new TableBinding(plan, new LaneLayout(1, 1)));
        }
        tables = joined.toArray(TableBinding[]::new);
        batch = new LaneBatch(tables);
    }

    private void add(RowMaker table, byte kind, long key, long number) {
        ImageFlyweight image = table.image(key, number);
        batch.add(
                tables[table == orders ? 0 : 1],
                kind,
                image,
                RowMaker.address(image),
                image.buffer().capacity(),
                table.hash(image),
                !image.isComplete());
    }

    private void addPartial(RowMaker table, long key) {
        ImageFlyweight image = table.imageWithoutNumber(key);
        batch.add(
                tables[table == orders ? 0 : 1],
                ChangeKind.UPDATE,
                image,
                RowMaker.address(image),
                image.buffer().capacity(),
                table.hash(image),
                true);
    }

    private void rekey(RowMaker table, long from, long to) {
        ImageFlyweight record = table.keyChange(from, to);
        batch.rekey(
                tables[table == orders ? 0 : 1],
                RowMaker.address(record),
                record.buffer().capacity());
    }

    /** Table, operation, and key=number of each row. */
    private List<String> runs() {
        batch.seal();
        return runs(batch);
    }

    private List<String> runsInSourceOrder() {
        batch.seal();
        return runs(batch.inSourceOrder());
    }

    private static List<String> runs(Batch batch) {
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < batch.runCount(); i++) {
            Run run = batch.run(i);
            StringBuilder text = new StringBuilder(run.table().name().name() + " " + run.operation());
            for (int row = 0; row < run.count(); row++) {
                ImageFlyweight image = run.row(row);
                text.append(' ').append(image.longAt(0)).append('=');
                text.append(image.isPresent(1) ? Long.toString(image.longAt(1)) : "?");
                if (run.operation() == RunOperation.REKEY) {
                    text.append(" from ").append(run.before(row).longAt(0));
                }
            }
            runs.add(text.toString());
        }
        return runs;
    }

    @Test
    void shouldStayAnInsertWhenTheRowIsTheBatchsOwn() {
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.INSERT, 2, 21);
        assertEquals(List.of("orders INSERT 1=11 2=21"), runs());
    }

    @Test
    void shouldTakeRowsOfJoinedTablesAsOnesOfOneTable() {
        join(false);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.DELETE, 3, 0);
        add(items, ChangeKind.INSERT, 3, 30);
        add(orders, ChangeKind.UPDATE, 4, 40);
        add(orders, ChangeKind.DELETE, 4, 0);
        add(items, ChangeKind.INSERT, 4, 41);
        add(items, ChangeKind.UPDATE, 4, 42);

        assertEquals(List.of("all INSERT 1=10 2=20", "all UPSERT 3=30 4=42"), runs());
    }

    @Test
    void shouldShowTheTargetBothRowsWhenJoinedTablesHaveOneKey() {
        join(false);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 2, 20);
        add(items, ChangeKind.INSERT, 1, 11);
        add(orders, ChangeKind.DELETE, 1, 0);

        assertEquals(List.of("all INSERT 1=10 2=20", "all INSERT 1=11", "all DELETE 1=0"), runs());
    }

    @Test
    void shouldShowTheTargetBothRowsWhenJoinedTablesAreTied() {
        join(true);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 1, 11);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(items, ChangeKind.INSERT, 2, 20);

        assertEquals(List.of("all INSERT 1=10", "all UPSERT 2=20", "all INSERT 1=11"), runs());
        assertEquals(
                List.of("all INSERT 1=10", "all INSERT 1=11", "all DELETE 2=0", "all INSERT 2=20"),
                runsInSourceOrder());
    }

    @Test
    void shouldVanishWhenTheRowCameAndWent() {
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 1, 0);
        assertEquals(List.of(), runs());
        assertEquals(1, batch.entryCount());
    }

    @Test
    void shouldRemoveAllTheSameWhenARowThatCameAndWentMayHaveBeenThere() {
        tables[0].load().await();
        tables[1].load().await();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.UPDATE, 3, 30);
        assertEquals(List.of("orders UPSERT 2=20 3=30", "orders DELETE 1=0"), runs());
    }

    /** A table whose deletes mark, or are dropped. */
    private static TableBinding keeping(RowMaker maker, int number, boolean isTied, boolean marksDeletes) {
        RowPolicies policies =
                new RowPolicies(false, false, !marksDeletes, marksDeletes, Conflicts.REPAIR, ChangeFilters.NONE, false);
        TablePlan plan = new TablePlan(
                number,
                binding(maker, number, isTied).plan().target(),
                isTied,
                1,
                List.of(),
                List.of(),
                number,
                List.of(),
                -1,
                policies,
                List.of(),
                Optional.empty());
        return new TableBinding(plan, new LaneLayout(1, 1));
    }

    private void mark(boolean isTied) {
        tables = new TableBinding[] {keeping(orders, 0, isTied, true), binding(items, 1, isTied)};
        batch = new LaneBatch(tables);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.UPDATE, 2, 20);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.DELETE, 3, 0);
        add(orders, ChangeKind.INSERT, 4, 40);
        add(orders, ChangeKind.DELETE, 4, 0);
        add(orders, ChangeKind.INSERT, 4, 41);
        add(orders, ChangeKind.MOVE_OUT, 5, 0);
        add(items, ChangeKind.DELETE, 6, 0);
    }

    @Test
    void shouldMarkRowsBehindWhatTheyWereWhenDeletesDoNotRemove() {
        mark(false);
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders UPDATE 2=20",
                        "orders UPSERT 4=41",
                        "orders DELETE 5=0",
                        "orders MARK 1=10 2=20 3=0",
                        "items DELETE 6=0"),
                runs());
        batch.clear();
        tables[0].load().await();
        add(orders, ChangeKind.DELETE, 1, 0);
        assertEquals(List.of("orders DELETE 1=0"), runs());
    }

    @Test
    void shouldMarkRowsBehindWhatTheyWereWhenTied() {
        mark(true);
        assertEquals(
                List.of(
                        "orders UPDATE 2=20",
                        "orders UPSERT 1=10 4=40",
                        "orders MARK 1=0 2=0 3=0 4=0",
                        "items DELETE 6=0",
                        "orders DELETE 5=0",
                        "orders UPSERT 4=41"),
                runs());
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders MARK 1=0",
                        "orders UPDATE 2=20",
                        "orders MARK 2=0 3=0",
                        "orders UPSERT 4=40",
                        "orders MARK 4=0",
                        "orders UPSERT 4=41",
                        "orders DELETE 5=0",
                        "items DELETE 6=0"),
                runsInSourceOrder());
    }

    /** Keys 1 and 2 stand for such as are equal with other bytes, as of citext or a collation without case: one of both is there. */
    private void markEqualKeys(boolean isTied) {
        RowMaker measures = new RowMaker("measures", ColumnType.DOUBLE);
        tables = new TableBinding[] {keeping(orders, 0, isTied, true), keeping(measures, 1, isTied, true)};
        batch = new LaneBatch(tables);
        add(measures, ChangeKind.UPDATE, 7, 70);
        add(measures, ChangeKind.DELETE, 1, 0);
        add(measures, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.INSERT, 1, 11);
        add(measures, ChangeKind.DELETE, 8, 0);
        add(measures, ChangeKind.INSERT, 9, 90);
    }

    @Test
    void shouldMarkWhatWentBeforeARowComesToAnEqualKey() {
        markEqualKeys(false);
        assertEquals(
                List.of(
                        "orders UPSERT 2=20",
                        "orders MARK 1=0",
                        "measures MARK 1=0",
                        "measures UPSERT 2=20",
                        "measures UPDATE 7=70",
                        "measures MARK 2=20",
                        "measures MARK 8=0",
                        "measures UPSERT 1=11 9=90"),
                runs());
        batch.clear();
        add(orders, ChangeKind.INSERT, 1, 10);
        assertEquals(List.of("orders UPSERT 1=10"), runs());
    }

    @Test
    void shouldMarkWhatWentBeforeARowComesToAnEqualKeyWhenTied() {
        markEqualKeys(true);
        assertEquals(
                List.of(
                        "measures MARK 1=0",
                        "orders UPSERT 2=20",
                        "measures UPDATE 7=70",
                        "measures UPSERT 2=20",
                        "measures MARK 2=0",
                        "orders MARK 1=0",
                        "measures MARK 8=0",
                        "measures UPSERT 1=11 9=90"),
                runs());
        assertEquals(
                List.of(
                        "measures UPDATE 7=70",
                        "measures MARK 1=0",
                        "measures UPSERT 2=20",
                        "measures MARK 2=0",
                        "orders MARK 1=0",
                        "orders UPSERT 2=20",
                        "measures UPSERT 1=11",
                        "measures MARK 8=0",
                        "measures UPSERT 9=90"),
                runsInSourceOrder());
    }

    @Test
    void shouldWriteWhatStaysBeforeARowComesToAnEqualKey() {
        RowMaker measures = new RowMaker("measures", ColumnType.DOUBLE);
        tables = new TableBinding[] {keeping(orders, 0, false, false), keeping(measures, 1, false, false)};
        batch = new LaneBatch(tables);
        add(measures, ChangeKind.UPDATE, 1, 10);
        add(measures, ChangeKind.INSERT, 5, 50);
        batch.stay(tables[1]);
        add(measures, ChangeKind.UPDATE, 3, 30);
        add(measures, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.INSERT, 6, 60);
        assertEquals(List.of("measures UPSERT 5=50", "measures UPDATE 1=10 3=30", "measures UPSERT 2=20 6=60"), runs());
    }

    private void loadEndsWithin() {
        tables[0].load().await();
        tables[1].load().await();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(items, ChangeKind.UPDATE, 7, 70);
        batch.tighten(tables[0]);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(items, ChangeKind.UPDATE, 7, 71);
    }

    @Test
    void shouldApplyWhatStandsBeforeALoadsEndFirst() {
        loadEndsWithin();
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders DELETE 2=0",
                        "items UPSERT 7=70",
                        "orders INSERT 2=20",
                        "orders UPDATE 1=11",
                        "items UPSERT 7=71"),
                runs());
        batch.clear();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 1, 10);
        assertEquals(List.of("orders INSERT 1=10", "items UPSERT 1=10"), runs());
    }

    @Test
    void shouldApplyWhatStandsBeforeALoadsEndFirstWhenTied() {
        tie();
        loadEndsWithin();
        assertEquals(
                List.of(
                        "orders DELETE 2=0",
                        "orders UPSERT 1=10",
                        "items UPSERT 7=70",
                        "orders UPDATE 1=11",
                        "orders INSERT 2=20",
                        "items UPSERT 7=71"),
                runs());
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders DELETE 2=0",
                        "items UPSERT 7=70",
                        "orders UPDATE 1=11",
                        "orders INSERT 2=20",
                        "items UPSERT 7=71"),
                runsInSourceOrder());
    }

    @Test
    void shouldBecomeAnUpsertWhenARowWasRemovedAndCameBack() {
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.UPDATE, 2, 20);
        add(orders, ChangeKind.UPDATE, 2, 21);
        add(orders, ChangeKind.UPDATE, 3, 30);
        add(orders, ChangeKind.DELETE, 3, 0);
        assertEquals(List.of("orders UPDATE 2=21", "orders UPSERT 1=10", "orders DELETE 3=0"), runs());
    }

    /** A key that another one's bytes are equal to at the server, as of citext or a collation without case, is left before it is taken. */
    @Test
    void shouldRemoveFirstWhenKeysOfOtherBytesMayBeEqual() {
        RowMaker measures = new RowMaker("measures", ColumnType.DOUBLE);
        tables = new TableBinding[] {binding(orders, 0, false), binding(measures, 1, false)};
        batch = new LaneBatch(tables);
        add(measures, ChangeKind.DELETE, 1, 0);
        add(measures, ChangeKind.INSERT, 2, 20);
        add(measures, ChangeKind.UPDATE, 3, 30);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        assertEquals(
                List.of(
                        "orders INSERT 2=20",
                        "orders DELETE 1=0",
                        "measures DELETE 1=0",
                        "measures INSERT 2=20",
                        "measures UPDATE 3=30"),
                runs());
    }

    @Test
    void shouldSwapKeysWhenRowsMoveThroughAThird() {
        // UPDATE id 1 → 9, 2 → 1, 9 → 2
        add(orders, ChangeKind.MOVE_OUT, 1, 100);
        add(orders, ChangeKind.MOVE_IN, 9, 100);
        add(orders, ChangeKind.MOVE_OUT, 2, 200);
        add(orders, ChangeKind.MOVE_IN, 1, 200);
        add(orders, ChangeKind.MOVE_OUT, 9, 100);
        add(orders, ChangeKind.MOVE_IN, 2, 100);
        assertEquals(List.of("orders UPSERT 1=200 2=100"), runs());
    }

    @Test
    void shouldKeepTheSourcesOrderWhenTablesAreTied() {
        tie();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(items, ChangeKind.INSERT, 1, 1);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(orders, ChangeKind.UPDATE, 2, 21);
        add(orders, ChangeKind.UPDATE, 1, 12);
        add(items, ChangeKind.DELETE, 1, 0);
        assertTrue(batch.hasTied());
        assertEquals(
                List.of(
                        "orders INSERT 1=10 2=20",
                        "items INSERT 1=1",
                        "orders UPDATE 1=11 2=21",
                        "orders UPDATE 1=12",
                        "items DELETE 1=0"),
                runsInSourceOrder());
        assertTrue(batch.isReordered());
    }

    @Test
    void shouldCollapseTiedRowsChildrenRemovedFirstWhenNothingForbidsIt() {
        tie();
        add(orders, ChangeKind.UPDATE, 7, 70);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 1, 1);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(items, ChangeKind.DELETE, 9, 0);
        add(orders, ChangeKind.DELETE, 9, 0);
        add(orders, ChangeKind.UPDATE, 7, 71);
        add(items, ChangeKind.INSERT, 2, 2);
        add(items, ChangeKind.DELETE, 2, 0);
        assertEquals(
                List.of(
                        "items DELETE 9=0",
                        "orders DELETE 9=0",
                        "orders UPDATE 7=71",
                        "orders INSERT 1=11",
                        "items INSERT 1=1"),
                runs());
    }

    @Test
    void shouldKeepChangesOfUniqueValuesInOrderWhenTiedRowsCollapse() {
        tie();
        // Rows 1 and 2 swap a unique value through a third; others change nothing unique.
        add(orders, ChangeKind.UPDATE, 1, 10);
        add(orders, ChangeKind.UPDATE_UNIQUE, 1, 99);
        add(orders, ChangeKind.UPDATE_UNIQUE, 2, 10);
        add(orders, ChangeKind.UPDATE, 3, 30);
        add(orders, ChangeKind.UPDATE_UNIQUE, 1, 20);
        add(orders, ChangeKind.UPDATE, 1, 21);
        add(orders, ChangeKind.INSERT, 4, 40);
        add(orders, ChangeKind.DELETE, 5, 0);
        assertEquals(
                List.of(
                        "orders DELETE 5=0",
                        "orders UPDATE 1=99",
                        "orders UPDATE 2=10",
                        "orders UPDATE 1=20",
                        "orders UPDATE 3=30 1=21",
                        "orders INSERT 4=40"),
                runs());
        assertEquals(
                List.of(
                        "orders UPDATE 1=10",
                        "orders UPDATE 1=99",
                        "orders UPDATE 2=10",
                        "orders UPDATE 3=30",
                        "orders UPDATE 1=20",
                        "orders UPDATE 1=21",
                        "orders INSERT 4=40",
                        "orders DELETE 5=0"),
                runs(batch.inSourceOrder()));
    }

    @Test
    void shouldCutWhenARowOfAChangedUniqueValueComesOrGoes() {
        tie();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.UPDATE_UNIQUE, 1, 11);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 1, 12);
        assertEquals(List.of("orders INSERT 1=10", "orders UPDATE 1=11", "orders UPSERT 1=12"), runs());
    }

    @Test
    void shouldCutAroundRemovalsWhenForeignKeysActOnThem() {
        tables = new TableBinding[] {parent(orders, 0), binding(items, 1, true)};
        batch = new LaneBatch(tables);
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.UPDATE, 5, 1);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(orders, ChangeKind.DELETE, 3, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.DELETE_ALONE, 4, 0);
        add(items, ChangeKind.UPDATE, 5, 2);
        assertEquals(
                List.of(
                        "orders INSERT 1=10",
                        "items UPDATE 5=1",
                        "orders DELETE 2=0 3=0",
                        "orders INSERT 2=20",
                        "orders DELETE 4=0",
                        "items UPDATE 5=2"),
                runs());
        assertTrue(batch.run(4).haveKeysRested());
    }

    @Test
    void shouldPutPartialImagesOverWholeOnesWhenTheBatchHasThem() {
        add(orders, ChangeKind.INSERT, 1, 10);
        addPartial(orders, 1);
        add(orders, ChangeKind.UPDATE, 2, 20);
        addPartial(orders, 2);
        addPartial(orders, 3);
        addPartial(orders, 4);
        add(orders, ChangeKind.UPDATE, 4, 40);
        addPartial(orders, 5);
        add(orders, ChangeKind.DELETE, 5, 0);
        assertEquals(
                List.of("orders INSERT 1=10", "orders UPDATE 3=?", "orders UPDATE 2=20 4=40", "orders DELETE 5=0"),
                runs());
    }

    @Test
    void shouldLeaveOutWhatIsNotThereWhenPartialInALoad() {
        tables[0].load().await();
        tables[1].load().await();
        addPartial(orders, 1);
        add(orders, ChangeKind.UPDATE, 2, 20);
        assertEquals(List.of("orders UPDATE_IF_THERE 1=?", "orders UPSERT 2=20"), runs());
    }

    @Test
    void shouldRefuseWhenAPartialUpdateFollowsARemoval() {
        add(orders, ChangeKind.DELETE, 1, 0);
        MillraceException refused = assertThrows(MillraceException.class, () -> addPartial(orders, 1));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code());
    }

    @Test
    void shouldCollapseNothingAcrossAKeyChangeThatCannotBeTakenApart() {
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 2, 0);
        rekey(orders, 1, 2);
        addPartial(orders, 2);
        add(orders, ChangeKind.INSERT, 1, 11);
        rekey(orders, 2, 3);
        add(orders, ChangeKind.DELETE, 3, 0);
        assertEquals(
                List.of(
                        "orders INSERT 1=10",
                        "orders DELETE 2=0",
                        "orders REKEY 2=? from 1",
                        "orders INSERT 1=11",
                        "orders UPDATE 2=?",
                        "orders REKEY 3=? from 2",
                        "orders DELETE 3=0"),
                runs());
    }

    @Test
    void shouldKeepTheSourcesOrderWhenTiedRowsLackColumns() {
        tie();
        add(orders, ChangeKind.UPDATE, 1, 11);
        addPartial(orders, 2);
        rekey(orders, 1, 3);
        rekey(orders, 2, 4);
        addPartial(orders, 3);
        assertEquals(
                List.of(
                        "orders UPDATE 1=11 2=?",
                        "orders REKEY 3=? from 1",
                        "orders REKEY 4=? from 2",
                        "orders UPDATE 3=?"),
                runsInSourceOrder());
    }

    @Test
    void shouldForgetEverythingWhenCleared() {
        for (int round = 0; round < 3; round++) {
            for (long key = 0; key < 5_000; key++) {
                add(orders, ChangeKind.UPDATE, key, round);
                add(orders, ChangeKind.UPDATE, key, round + 10);
            }
            assertEquals(5_000, batch.entryCount());
            batch.seal();
            assertEquals(1, batch.runCount());
            assertEquals(5_000, batch.run(0).count());
            assertEquals(round + 10, batch.run(0).row(4_999).longAt(1));
            batch.clear();
            assertTrue(batch.isEmpty());
        }
        add(orders, ChangeKind.INSERT, 7, 1);
        assertEquals(List.of("orders INSERT 7=1"), runs());
    }

    @Test
    void shouldRefuseARowWhenTheRunHasNoSuch() {
        add(orders, ChangeKind.INSERT, 7, 1);
        batch.seal();
        assertThrows(IndexOutOfBoundsException.class, () -> batch.run(0).row(1));
    }
}
