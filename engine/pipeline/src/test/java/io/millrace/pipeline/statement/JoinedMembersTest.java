package io.millrace.pipeline.statement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.AddedColumn;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.Mapping;
import io.millrace.task.TablePattern;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.task.Transforms;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.LeftRows;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a statement on one of several tables with one target is there, and what it does to the others. */
class JoinedMembersTest {
    private static final TableId ONE = new TableId("shop", "t_1");
    private static final TableId TWO = new TableId("shop", "t_2");
    private static final TableId ALL = new TableId("shop", "t");

    private final Map<DdlKind, DdlPolicy> policies = new LinkedHashMap<>(Map.of(
            DdlKind.RENAME_COLUMN, DdlPolicy.NORMAL,
            DdlKind.DROP_TABLE, DdlPolicy.NORMAL,
            DdlKind.RENAME_TABLE, DdlPolicy.NORMAL));
    private final Map<TableId, FollowedTable> tables = new LinkedHashMap<>();
    private final Set<LeftRows> left = new HashSet<>();
    private String selected = "shop.*";
    private Transforms rows = Transforms.NONE;

    JoinedMembersTest() {
        for (TableId table : List.of(ONE, TWO)) {
            tables.put(table, FollowedTable.of(table(table, "v")));
        }
    }

    private static TableSchema table(TableId name, String... columns) {
        List<Column> all = new ArrayList<>();
        all.add(new Column("id", ColumnType.INTEGER, "int", false, 4, -1, "", List.of(), false));
        for (String column : columns) {
            all.add(new Column(column, ColumnType.TEXT, "varchar(9)", true, 9, -1, "utf8mb4_bin", List.of(), false));
        }
        return new TableSchema(name, 0, all, List.of(0));
    }

    private static TargetTable planned(TableSchema schema, TableId name) {
        List<TargetColumn> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            columns.add(new TargetColumn(column.name(), column.sourceType(), column.nullable(), columns.size()));
        }
        return new TargetTable(name, schema, columns, schema.key());
    }

    private void tellApart(String value) {
        rows = new Transforms(List.of(), List.of(AddedColumn.of("src", value).asKey()));
    }

    private List<TargetChange> carry(TableChange change, TableEffect effect) {
        TaskSpec task = TaskSpec.builder("t")
                .source("a")
                .target("b")
                .tables(selected)
                .mapping(Mapping.DEFAULT.renamingTables("t_[0-9]", "t"))
                .transforms(rows)
                .ddl(new DdlSpec(policies))
                .build();
        DdlEvent event = new DdlEvent("ALTER TABLE", List.of(change), List.of(effect), "shop", "position=1", 0, "…");
        StatementPlan plan =
                new StatementTranslation(task, event, tables.values(), left, JoinedMembersTest::planned, false).plan();
        plan.gone().forEach(tables::remove);
        plan.next().forEach(table -> tables.put(table.table(), table));
        left.clear();
        left.addAll(plan.left());
        return plan.changes();
    }

    private List<TargetChange> rename(TableId table, String from, String to) {
        TableSchema before = tables.get(table).rows();
        TableSchema after = table(table, to);
        return carry(
                new TableChange.Alter(table, false, false, List.of(new AlterStep.RenameColumn(from, to, false))),
                new TableEffect(TableEffect.Kind.ALTERED, table, Optional.of(before), Optional.of(after), false));
    }

    private List<TargetChange> truncate(TableId table) {
        Optional<TableSchema> rowsOf = Optional.of(tables.get(table).rows());
        return carry(
                new TableChange.Truncate(table),
                new TableEffect(TableEffect.Kind.TRUNCATED, table, rowsOf, rowsOf, true));
    }

    private List<TargetChange> drop(TableId table) {
        return carry(
                new TableChange.Drop(table, false),
                new TableEffect(
                        TableEffect.Kind.DROPPED,
                        table,
                        Optional.of(tables.get(table).rows()),
                        Optional.empty(),
                        true));
    }

    private static void assertRefused(String why, Runnable statement) {
        MillraceException refused = assertThrows(MillraceException.class, statement::run);
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, refused.code());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void shouldGiveTheTargetANameWhenTheLastOneHasIt() {
        assertEquals(List.of(), rename(ONE, "v", "w"));
        assertEquals("v", tables.get(ONE).seen().columns().get(1).name());
        assertEquals(List.of(), rename(TWO, "v", "x"));
        assertEquals(List.of(new TargetChange.RenameColumn(ALL, "v", "x")), rename(ONE, "w", "x"));
        for (TableId table : List.of(ONE, TWO)) {
            assertEquals(FollowedTable.of(table(table, "x")), tables.get(table));
        }
    }

    @Test
    void shouldGiveTheTargetANameWhenTheOneThatHasItNotIsGone() {
        rename(ONE, "v", "w");
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.ALERT);
        assertEquals(List.of(new TargetChange.RenameColumn(ALL, "v", "w")), drop(TWO));
        assertEquals(Map.of(ONE, FollowedTable.of(table(ONE, "w"))), tables);
    }

    @Test
    void shouldKeepTheNameWhenAPolicyDoes() {
        policies.put(DdlKind.RENAME_COLUMN, DdlPolicy.ALERT);
        rows = new Transforms(List.of(), List.of(AddedColumn.of("src", "x")));
        assertEquals(List.of(), rename(ONE, "v", "w"));
        assertEquals(List.of(), rename(TWO, "v", "w"));
        assertEquals("v", tables.get(TWO).seen().columns().get(1).name());
    }

    @Test
    void shouldRemoveRowsOfOneWhenTheTargetsKeyTellsThem() {
        tellApart("${table_name_src}");
        TargetChange ofOne = new TargetChange.DeleteRows(ALL, Map.of("src", "t_1"));
        assertEquals(List.of(ofOne), truncate(ONE));
        assertEquals(List.of(ofOne), drop(ONE));
        assertEquals(List.of(new TargetChange.DropTable(ALL)), drop(TWO));
    }

    @Test
    void shouldStopWhenNothingTellsRowsOfOneFromThoseOfOthers() {
        assertRefused("no text of its key tells whose a row is: target=shop.t", () -> truncate(ONE));
        tellApart("${db_name_src}");
        assertRefused("no text of its key tells whose a row is", () -> drop(TWO));
        tellApart("${table_name_src} ");
        assertRefused("no text of its key tells whose a row is", () -> drop(TWO));
    }

    /** Of the one that went the target keeps the rows. */
    @Test
    void shouldLeaveRowsOfATableThatWentWhenTheLastOneIsEmptiedOrGoes() {
        tellApart("${table_name_src}");
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.ALERT);
        assertEquals(List.of(), drop(ONE));
        assertEquals(Set.of(new LeftRows(ONE, ALL)), left);
        TargetChange ofTwo = new TargetChange.DeleteRows(ALL, Map.of("src", "t_2"));
        assertEquals(List.of(ofTwo), truncate(TWO));
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.NORMAL);
        assertEquals(List.of(ofTwo), drop(TWO));
        assertEquals(Set.of(new LeftRows(ONE, ALL)), left);
    }

    @Test
    void shouldStopWhenNothingTellsRowsOfATableThatWent() {
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.ALERT);
        drop(ONE);
        String why =
                "rows of tables that are the task's no more stay in its target, and no text of its key tells whose a"
                        + " row is: target=shop.t, of=[shop.t_1]";
        assertRefused(why, () -> truncate(TWO));
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.NORMAL);
        assertRefused(why, () -> drop(TWO));
    }

    /** A table that has the name again has its rows, too. */
    @Test
    void shouldEmptyTheTargetWhenTheOneThatWentIsThereAgain() {
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.ALERT);
        drop(ONE);
        drop(TWO);
        tables.put(ONE, FollowedTable.of(table(ONE, "v")));
        assertRefused("of=[shop.t_2]", () -> truncate(ONE));
        left.remove(new LeftRows(TWO, ALL));
        assertEquals(List.of(new TargetChange.Truncate(ALL)), truncate(ONE));
        assertEquals(Set.of(), left);
    }

    @Test
    void shouldLeaveRowsOfATableThatTheTaskTakesNoLonger() {
        selected = "shop.t_2";
        assertRefused("of=[shop.t_1]", () -> truncate(TWO));
        tellApart("${table_name_src}");
        assertEquals(List.of(new TargetChange.DeleteRows(ALL, Map.of("src", "t_2"))), truncate(TWO));
        assertEquals(Set.of(), left);
    }

    private List<TargetChange> add(TableId table) {
        ColumnDefinition w = new ColumnDefinition(
                "w",
                "varchar",
                List.of(),
                List.of(),
                false,
                false,
                "",
                "",
                false,
                ColumnDefinition.Nullability.UNSAID,
                Optional.of("'x'"),
                ColumnDefinition.Generation.NONE,
                false,
                false,
                false,
                ColumnDefinition.Key.NONE,
                "");
        return carry(
                new TableChange.Alter(
                        table, false, false, List.of(new AlterStep.AddColumn(w, ColumnPlace.UNSAID, false))),
                new TableEffect(
                        TableEffect.Kind.ALTERED,
                        table,
                        Optional.of(tables.get(table).rows()),
                        Optional.of(table(table, "v", "w")),
                        false));
    }

    @Test
    void shouldGiveAValueToRowsOfOneWhenTheTargetsKeyTellsThem() {
        assertRefused("rows that are there get a value", () -> add(ONE));
        tellApart("${table_name_src}");
        List<TargetChange> both = add(ONE);
        TargetChange.AddColumn come = (TargetChange.AddColumn) both.get(0);
        assertEquals(Optional.empty(), come.defaultText());
        assertTrue(come.after().columns().get(2).nullable());
        TargetChange.FillColumn fill = (TargetChange.FillColumn) both.get(1);
        assertEquals("w='x' " + Map.of("src", "t_1"), fill.column() + "=" + fill.text() + " " + fill.where());
        List<TargetChange> other = add(TWO);
        assertEquals(1, other.size(), other.toString());
        assertEquals(Map.of("src", "t_2"), ((TargetChange.FillColumn) other.get(0)).where());
    }

    @Test
    void shouldStopWhenStepsWouldChangeTheValueThatRowsGet() {
        tellApart("${table_name_src}");
        TransformStep step =
                new TransformStep.Replace(List.of(TablePattern.of("*")), List.of("v", "W"), "x", "y", false, true);
        rows = new Transforms(List.of(step), rows.added());
        assertRefused("rows that are there get a value that steps would change: column=w", () -> add(ONE));
    }

    /** Rows that are there have the old one, and would not be found by the new one. */
    @Test
    void shouldStopWhenATableChangesANameByWhichItsRowsAreFound() {
        tellApart("${table_name_src}");
        TableId to = new TableId("shop", "t_3");
        assertRefused(
                "its name is part of the target's key, by which its rows are found: name=shop.t_3",
                () -> carry(
                        new TableChange.Rename(ONE, to, false),
                        new TableEffect(
                                TableEffect.Kind.RENAMED_AWAY,
                                ONE,
                                Optional.of(tables.get(ONE).rows()),
                                Optional.empty(),
                                true)));
    }
}
