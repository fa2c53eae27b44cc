package io.millrace.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.KeyAction;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskPlanTest {
    private static final TargetTable ORDERS = table("orders", "orders");
    private static final TargetTable ITEMS = table("items", "items");
    private static final TargetTable NOTES = table("notes", "notes");

    private static Column column(String name, ColumnType type, String sourceType, int length) {
        return new Column(name, type, sourceType, false, length, -1, "", List.of(), false);
    }

    private static TargetTable table(String source, String target) {
        TableSchema schema = new TableSchema(
                new TableId("shop", source), 1, List.of(column("id", ColumnType.INTEGER, "bigint", 8)), List.of(0));
        return new TargetTable(
                new TableId("dw", target), schema, List.of(new TargetColumn("id", "bigint", false, 0)), List.of(0));
    }

    private static TargetState tied(TableId... others) {
        return new TargetState(true, false, true, List.of(others), List.of());
    }

    private static TablePlan of(TaskPlan plan, TargetTable table) {
        return plan.ofSource(table.source().table()).orElseThrow();
    }

    @Test
    void shouldTieTablesToOneHashWhenForeignKeysJoinThem() {
        TaskPlan plan = TaskPlan.of(
                List.of(ORDERS, ITEMS, NOTES), Map.of(ITEMS.name(), tied(ORDERS.name()), NOTES.name(), tied()));
        assertTrue(of(plan, ORDERS).isTied(), "the parent of a key is tied with its child");
        assertEquals(of(plan, ORDERS).tieHash(), of(plan, ITEMS).tieHash());
        assertTrue(of(plan, NOTES).isTied(), "further unique keys tie a table to itself");
        assertNotEquals(of(plan, ORDERS).tieHash(), of(plan, NOTES).tieHash());
    }

    @Test
    void shouldChangeTheLayoutsVersionWhenTiesChange() {
        int loose = TaskPlan.of(List.of(ORDERS, ITEMS), Map.of()).layoutVersion();
        int joined = TaskPlan.of(List.of(ORDERS, ITEMS), Map.of(ITEMS.name(), tied(ORDERS.name())))
                .layoutVersion();
        int more = TaskPlan.of(List.of(ORDERS, ITEMS, NOTES), Map.of()).layoutVersion();
        assertNotEquals(loose, joined);
        assertEquals(loose, more, "a table more that is not tied moves no row");
    }

    @Test
    void shouldNumberTablesThatAreJoinedAndMoveTheirRows() {
        List<TargetTable> targets =
                JoinedTables.of(List.of(table("a", "all"), NOTES, table("b", "all")), new ArrayList<>());
        TaskPlan plan = TaskPlan.of(targets, Map.of());

        assertEquals(List.of(0, 2), of(plan, targets.get(0)).joined());
        assertEquals(List.of(0, 2), of(plan, targets.get(2)).joined());
        assertEquals(of(plan, targets.get(0)).rank(), of(plan, targets.get(2)).rank());
        assertFalse(of(plan, NOTES).isJoined());
        assertNotEquals(
                TaskPlan.of(List.of(NOTES), Map.of()).layoutVersion(),
                plan.layoutVersion(),
                "rows of joined tables go to the lanes of the target's key");
    }

    /** EXACTNESS 40. */
    @Test
    void shouldLoadTablesTogetherParentsFirstWhenKeysChangeRowsUnseen() {
        StructureItem key = key(ITEMS, ORDERS, KeyAction.CASCADE);
        TaskPlan plan = TaskPlan.of(List.of(ITEMS, NOTES, ORDERS), Map.of(), List.of(key), List.of(key), List.of());
        assertEquals(List.of(ORDERS.name(), ITEMS.name()), plan.loadOrder());
        assertEquals(of(plan, ORDERS).loadGroup(), of(plan, ITEMS).loadGroup());
        assertFalse(of(plan, NOTES).isGrouped());
        assertEquals(List.of(0), of(plan, ORDERS).watched());
        assertEquals(List.of(), of(plan, ITEMS).watched());
        assertEquals(List.of(List.of("dw.items", "dw.orders")), plan.tieGroups());
        StructureItem plain = key(ITEMS, ORDERS, KeyAction.NONE);
        TaskPlan loose = TaskPlan.of(List.of(ITEMS, ORDERS), Map.of(), List.of(plain), List.of(), List.of());
        assertFalse(of(loose, ORDERS).isGrouped(), "a key that is made behind the load leaves the load as it is");
        assertEquals(List.of(), of(loose, ORDERS).watched());
    }

    private static StructureItem key(TargetTable child, TargetTable parent, KeyAction onDelete) {
        return new StructureItem(
                StructureItem.Kind.FOREIGN_KEY,
                child.name(),
                "key",
                List.of("id"),
                Optional.of(new StructureItem.Reference(parent.name(), List.of("id"), onDelete, KeyAction.NONE)),
                false);
    }

    @Test
    void shouldRefuseByNameWhenTwoTablesMeet() {
        MillraceException refused = assertThrows(
                MillraceException.class, () -> TaskPlan.of(List.of(ORDERS, table("orders_old", "orders")), Map.of()));
        assertEquals(ErrorCode.TABLES_COLLIDE, refused.code());
        assertTrue(refused.getMessage().contains("shop.orders_old"), refused.getMessage());
    }

    @Test
    void shouldAcceptAShapeWhenOnlyItsSpellingDiffers() {
        TablePlan plan = of(TaskPlan.of(List.of(ORDERS), Map.of()), ORDERS);
        assertEquals(Optional.empty(), plan.difference(schema(column("id", ColumnType.INTEGER, "bigint(20)", 8))));
        assertFalse(plan.difference(schema(column("id", ColumnType.INTEGER, "int", 4)))
                .isEmpty());
        assertFalse(plan.difference(schema(column("no", ColumnType.INTEGER, "bigint", 8)))
                .isEmpty());
        assertFalse(plan.difference(schema(column("id", ColumnType.UNSIGNED, "bigint unsigned", 8)))
                .isEmpty());
    }

    private static TableSchema schema(Column column) {
        return new TableSchema(ORDERS.source().table(), 2, List.of(column), List.of(0));
    }
}
