package io.millrace.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.lane.Follower;
import io.millrace.position.SourcePosition;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.Consistency;
import io.millrace.task.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lanes do where a statement stands in the log. */
class LaneBarrierTest {
    @TempDir
    Path directory;

    private final ModelTable orders = new ModelTable("orders", false, 40);
    private ModelRig rig;
    private int runs;

    @BeforeEach
    void stream() {
        rig = new ModelRig(new Random(6), directory.resolve("data"));
        rig.add(orders);
        rig.task = ModelRig.task(2, Step.STRUCTURE, Step.INCREMENTAL);
        rig.open();
    }

    private void mutate(int transactions) {
        for (int i = 0; i < transactions; i++) {
            rig.source.mutate(4);
        }
        rig.source.pump(rig.sink, transactions, false);
        rig.log.sync();
    }

    private void stepLanes() {
        for (int i = 0; i < 60; i++) {
            rig.nanos += 1_000_000_000L;
            rig.session.lanes().forEach(Follower::doWork);
        }
    }

    private static DdlEvent statement(TableEffect effect) {
        return new DdlEvent("ALTER TABLE", List.of(), List.of(effect), "shop", "position=1", 0, "…");
    }

    private TableSchema wider() {
        List<Column> columns = new ArrayList<>(orders.schema().columns());
        columns.add(new Column("more", ColumnType.INTEGER, "int", true, 4, -1, "", List.of(), false));
        return new TableSchema(
                orders.schema().table(), 0, columns, orders.schema().key());
    }

    private TableEffect effect(TableEffect.Kind kind, TableSchema before, TableSchema after, boolean movesRows) {
        return new TableEffect(
                kind, orders.schema().table(), Optional.ofNullable(before), Optional.ofNullable(after), movesRows);
    }

    private void assertAllStandBefore(SourcePosition place) {
        for (Follower lane : rig.session.lanes()) {
            assertTrue(lane.barrier().isPresent(), "lane " + lane.status());
            assertEquals(place, lane.status().committed().position());
            assertEquals(place, lane.status().reached());
        }
    }

    @Test
    void shouldApplyAllBeforeItAndStandThereWhenAStatementChangesATable() {
        mutate(6);
        SourcePosition place = rig.sink.position();
        rig.sink.ddl(statement(effect(TableEffect.Kind.ALTERED, orders.schema(), wider(), false)));
        mutate(6);
        stepLanes();
        assertAllStandBefore(place);
        rig.crash(false);
        rig.open();
        stepLanes();
        assertAllStandBefore(place);
    }

    @Test
    void shouldStandThereWhenRowsMayHaveMoved() {
        mutate(2);
        SourcePosition place = rig.sink.position();
        rig.sink.ddl(statement(effect(TableEffect.Kind.ALTERED, orders.schema(), orders.schema(), true)));
        mutate(2);
        stepLanes();
        assertAllStandBefore(place);
    }

    @Test
    void shouldStandThereWhenATableIsMadeThatTheTaskDoesNotHold() {
        mutate(2);
        SourcePosition place = rig.sink.position();
        TableSchema made = new TableSchema(
                new TableId("shop", "new_one"),
                0,
                orders.schema().columns(),
                orders.schema().key());
        rig.sink.ddl(statement(
                new TableEffect(TableEffect.Kind.CREATED, made.table(), Optional.empty(), Optional.of(made), false)));
        mutate(2);
        stepLanes();
        assertAllStandBefore(place);
    }

    /** As when a person excludes the table at whose statement the task stopped. */
    @Test
    void shouldGoOnWhenTheTableIsNotSelectedAnyMore() {
        mutate(2);
        TableEffect gone = new TableEffect(
                TableEffect.Kind.TRUNCATED,
                new TableId("excluded", "t"),
                Optional.of(orders.schema()),
                Optional.of(wider()),
                true);
        TableEffect altered = new TableEffect(
                TableEffect.Kind.ALTERED,
                new TableId("excluded", "t"),
                Optional.of(orders.schema()),
                Optional.of(wider()),
                true);
        rig.sink.ddl(new DdlEvent("ALTER TABLE", List.of(), List.of(gone, altered), "shop", "position=1", 0, "…"));
        mutate(4);
        stepLanes();
        assertEquals(Optional.empty(), rig.difference());
        assertEquals(
                List.of(0L, 0L),
                rig.session.lanes().stream().map(Follower::statements).toList());
    }

    /** All before it, of its own transaction too, whole as that is to be else, and nothing behind it; after a crash, with the log or without, as before it. */
    @Test
    void shouldApplyTheRowsBeforeItWhenAStatementStandsWithinATransaction() {
        Seeds.forEach(15, random -> {
            ModelRig own = new ModelRig(random, directory.resolve("run-" + runs++));
            ModelTable table = new ModelTable("orders", false, 40);
            own.add(table);
            own.add(new ModelTable("codes", true, 10));
            own.source.doesChain = random.nextBoolean();
            own.task = ModelRig.task(
                    1 + random.nextInt(3),
                    random.nextInt(3) == 0 ? Consistency.TRANSACTION : Consistency.ROW,
                    Step.STRUCTURE,
                    Step.INCREMENTAL);
            for (int i = 0; i < 12; i++) {
                own.source.mutate(8);
            }
            int in = random.nextInt(own.source.history.size());
            ModelSource.Transaction transaction = own.source.history.get(in);
            int before = random.nextInt(transaction.changes().size());
            DdlEvent event = statement(effect(TableEffect.Kind.ALTERED, table.schema(), table.schema(), true));
            own.source.statement = new ModelSource.Statement(transaction.number(), before, event);
            for (int life = 0; life < 4; life++) {
                own.open();
                for (int i = 0; i < 120; i++) {
                    own.step(false);
                    assertFalse(own.target.healed + own.target.missing > 0, "a row twice, or none");
                }
                if (life < 3) {
                    own.crash(random.nextInt(3) == 0);
                }
            }
            for (int i = 0; i < 5_000 && !isStanding(own); i++) {
                own.source.pump(own.sink, 10, false);
                own.log.sync();
                own.nanos += 50_000_000;
                own.session.lanes().forEach(Follower::doWork);
            }
            assertTrue(
                    isStanding(own),
                    "lanes do not stand: "
                            + own.session.lanes().stream().map(Follower::status).toList());
            own.source
                    .tables
                    .values()
                    .forEach(each -> assertEquals(
                            rowsBefore(own.source, each, in, before),
                            own.target.tables.get(each.schema().table())));
        });
    }

    private static boolean isStanding(ModelRig rig) {
        return rig.session.lanes().stream().allMatch(lane -> lane.barrier().isPresent());
    }

    private static Map<Object, ModelSource.ModelRow> rowsBefore(
            ModelSource source, ModelTable table, int in, int before) {
        Map<Object, ModelSource.ModelRow> rows = source.rowsAt(table, in);
        for (ModelSource.Change change : source.history.get(in).changes().subList(0, before)) {
            if (change.table() == table && change.before() != null) {
                rows.remove(change.before().key());
            }
            if (change.table() == table && change.after() != null) {
                rows.put(change.after().key(), change.after());
            }
        }
        return rows;
    }

    @Test
    void shouldGoOnWhenAStatementLeavesRowsAlone() {
        mutate(4);
        rig.sink.ddl(statement(effect(TableEffect.Kind.ALTERED, orders.schema(), orders.schema(), false)));
        mutate(4);
        rig.sink.ddl(statement(effect(TableEffect.Kind.RESHAPED, orders.schema(), orders.schema(), false)));
        mutate(4);
        stepLanes();
        assertEquals(Optional.empty(), rig.difference());
    }

    @Test
    void shouldGoOnWhenATableOfTheTaskIsMadeAsItWasPlanned() {
        rig.sink.ddl(statement(effect(TableEffect.Kind.CREATED, null, orders.schema(), false)));
        mutate(4);
        stepLanes();
        assertEquals(Optional.empty(), rig.difference());
    }

    @Test
    void shouldStandThereWhenATableOfTheTaskIsMadeOtherwise() {
        SourcePosition place = rig.sink.position();
        rig.sink.ddl(statement(effect(TableEffect.Kind.CREATED, null, wider(), false)));
        mutate(4);
        stepLanes();
        assertAllStandBefore(place);
    }
}
