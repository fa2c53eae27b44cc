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
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.Mapping;
import io.millrace.task.TaskSpec;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What statements are at the target, and what is left of those that the task's policies do not carry out. */
class StatementTranslationTest {
    private static final TableId T = new TableId("shop", "t");
    private static final TableSchema BEFORE = table(T, column("id", 4, false), column("n", 4, true), text("v", 20));

    private final Map<DdlKind, DdlPolicy> policies = new EnumMap<>(DdlKind.class);
    private FollowedTable followed = FollowedTable.of(BEFORE);

    private static Column column(String name, int bytes, boolean isNullable) {
        return new Column(name, ColumnType.INTEGER, "int" + bytes, isNullable, bytes, -1, "", List.of(), false);
    }

    private static Column text(String name, int length) {
        return new Column(
                name, ColumnType.TEXT, "varchar(" + length + ")", true, length, -1, "utf8mb4_bin", List.of(), false);
    }

    private static TableSchema table(TableId name, Column... columns) {
        return new TableSchema(name, 0, List.of(columns), List.of(0));
    }

    private static ColumnDefinition definition(String name, String defaultText) {
        return new ColumnDefinition(
                name,
                "int",
                List.of(),
                List.of(),
                false,
                false,
                "",
                "",
                false,
                ColumnDefinition.Nullability.UNSAID,
                Optional.ofNullable(defaultText),
                ColumnDefinition.Generation.NONE,
                false,
                false,
                false,
                ColumnDefinition.Key.NONE,
                "");
    }

    private static AlterStep add(String name, String defaultText) {
        return new AlterStep.AddColumn(definition(name, defaultText), ColumnPlace.UNSAID, false);
    }

    private static AlterStep change(String name, String to) {
        return new AlterStep.ChangeColumn(name, definition(to, null), ColumnPlace.UNSAID, false);
    }

    private boolean isLenient;

    private static TargetTable planned(TableSchema schema, TableId name) {
        List<TargetColumn> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            columns.add(new TargetColumn(column.name(), column.sourceType(), column.nullable(), columns.size()));
        }
        return new TargetTable(name, schema, columns, schema.key());
    }

    private StatementPlan plan(DdlEvent event, FollowedTable... others) {
        List<FollowedTable> all = new ArrayList<>(List.of(others));
        all.add(followed);
        TaskSpec task = TaskSpec.builder("t")
                .source("a")
                .target("b")
                .tables("shop.*")
                .ddl(new DdlSpec(policies, isLenient))
                .build();
        return new StatementTranslation(task, event, all, List.of(), StatementTranslationTest::planned, false).plan();
    }

    private StatementPlan alter(TableSchema after, AlterStep... steps) {
        TableEffect effect =
                new TableEffect(TableEffect.Kind.ALTERED, T, Optional.of(followed.rows()), Optional.of(after), false);
        return plan(event(new TableChange.Alter(T, false, false, List.of(steps)), effect));
    }

    private static DdlEvent event(TableChange change, TableEffect... effects) {
        return new DdlEvent("ALTER TABLE", List.of(change), List.of(effects), "shop", "position=1", 0, "…");
    }

    private void assertRefused(String why, TableSchema after, AlterStep... steps) {
        MillraceException refused = assertThrows(MillraceException.class, () -> alter(after, steps));
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, refused.code());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    private static String shown(StatementPlan plan) {
        List<String> changes = new ArrayList<>();
        for (TargetChange change : plan.changes()) {
            if (change instanceof TargetChange.AddColumn add) {
                changes.add("+" + add.column() + "=" + add.defaultText().orElse("NULL"));
            } else if (change instanceof TargetChange.DropColumn drop) {
                changes.add("-" + drop.column());
            } else if (change instanceof TargetChange.RenameColumn rename) {
                changes.add(rename.column() + ">" + rename.to());
            } else if (change instanceof TargetChange.CopyColumn copy) {
                changes.add(copy.from() + "=>" + copy.to());
            } else if (change instanceof TargetChange.RetypeColumn retype) {
                changes.add("~" + retype.column());
            } else if (change instanceof TargetChange.AllowNull allowed) {
                changes.add("?" + allowed.column());
            } else {
                changes.add(change.toString());
            }
        }
        return String.join(" ", changes);
    }

    /** Which of the source's columns feeds which of the target's. */
    private static String fed(FollowedTable table) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < table.places().size(); i++) {
            String from = table.rows().columns().get(table.places().get(i)).name();
            String to = table.seen().columns().get(i).name();
            columns.add(from.equals(to) ? to : from + ">" + to);
        }
        return String.join(" ", columns);
    }

    @Test
    void shouldCarryOutAllThatOneStatementDoesWhenPoliciesAreNormal() {
        for (DdlKind kind : DdlKind.values()) {
            policies.put(kind, DdlPolicy.NORMAL);
        }
        TableSchema after =
                table(T, column("id", 4, false), column("m", 8, true), column("v", 4, true), column("w", 4, false));
        StatementPlan plan =
                alter(after, change("n", "m"), new AlterStep.DropColumn("v", false), add("v", "7"), add("w", null));
        assertEquals("-v n>m ~m +v=7 +w=0", shown(plan));
        assertEquals(List.of(FollowedTable.of(after)), plan.next());
    }

    @Test
    void shouldKeepFeedingWhatTheTargetHasWhenPoliciesLeaveAStatementOut() {
        policies.put(DdlKind.ADD_COLUMN, DdlPolicy.IGNORE);
        policies.put(DdlKind.ALTER_COLUMN_TYPE, DdlPolicy.ALERT);
        StatementPlan first = alter(
                table(T, column("id", 4, false), column("w", 4, true), column("m", 4, true), text("v", 40)),
                new AlterStep.RenameColumn("n", "m", false),
                change("v", "v"),
                add("w", null));
        assertEquals("", shown(first));
        followed = first.next().get(0);
        assertEquals("id m>n v", fed(followed));
        assertEquals(20, followed.seen().columns().get(2).length());
        assertEquals(List.of(0), followed.seen().key());

        StatementPlan second = alter(
                table(T, column("id", 4, false), column("w", 4, true), text("v", 40)),
                new AlterStep.DropColumn("m", false));
        assertEquals("", shown(second));
        assertEquals("id v", fed(second.next().get(0)));
    }

    @Test
    void shouldDestroyNothingWhenTheTaskIsLenient() {
        isLenient = true;
        policies.put(DdlKind.DROP_COLUMN, DdlPolicy.NORMAL);
        StatementPlan first = alter(
                table(T, column("id", 4, false), column("m", 8, true)),
                change("n", "m"),
                new AlterStep.DropColumn("v", false));
        assertEquals("+m=NULL n=>m", shown(first));
        followed = first.next().get(0);
        assertEquals("id m", fed(followed));
        StatementPlan second = alter(table(T, column("id", 4, false), text("m", 9)), change("m", "m"));
        assertEquals("+m_2=NULL", shown(second));
        followed = second.next().get(0);
        assertEquals("id m>m_2", fed(followed));
        StatementPlan third = alter(table(T, column("id", 4, false), column("m", 8, true)), change("m", "m"));
        assertEquals("+m_3=NULL", shown(third));
        followed = third.next().get(0);
        StatementPlan key = alter(
                table(T, column("k", 4, false), column("m", 8, true)), new AlterStep.RenameColumn("id", "k", false));
        assertEquals("", shown(key));
        assertEquals("k>id m>m_3", fed(key.next().get(0)));
        DdlEvent dropped = event(
                new TableChange.Drop(T, false),
                new TableEffect(TableEffect.Kind.DROPPED, T, Optional.of(followed.rows()), Optional.empty(), true));
        policies.put(DdlKind.DROP_TABLE, DdlPolicy.NORMAL);
        assertEquals(List.of(), plan(dropped).changes());
    }

    /** The target would take 1.5 for 2, and nobody would know. */
    @Test
    void shouldNotLeaveATypeBehindThatWouldRoundWhatComes() {
        policies.put(DdlKind.ALTER_COLUMN_TYPE, DdlPolicy.IGNORE);
        Column number = new Column("n", ColumnType.DECIMAL, "decimal(9,2)", true, 9, 2, "", List.of(), false);
        assertRefused(
                "it would round or cut values: columns=[n]",
                table(T, column("id", 4, false), number, text("v", 20)),
                change("n", "n"));
    }

    /** Rows go with their table, whatever it is called, and so does what the target knows of it. */
    @Test
    void shouldFollowBothWhenTwoTablesChangeNames() {
        TableId other = new TableId("shop", "u");
        TableId between = new TableId("shop", "x");
        TableSchema u = table(other, column("id", 4, false));
        TableSchema nowT = new TableSchema(T, 0, u.columns(), u.key());
        TableSchema nowU = new TableSchema(other, 0, BEFORE.columns(), BEFORE.key());
        DdlEvent swap = new DdlEvent(
                "RENAME TABLE",
                List.of(
                        new TableChange.Rename(T, between, false),
                        new TableChange.Rename(other, T, false),
                        new TableChange.Rename(between, other, false)),
                List.of(
                        new TableEffect(TableEffect.Kind.SWAPPED, T, Optional.of(BEFORE), Optional.of(nowT), true),
                        new TableEffect(
                                TableEffect.Kind.RENAMED_AWAY, between, Optional.empty(), Optional.empty(), true),
                        new TableEffect(TableEffect.Kind.SWAPPED, other, Optional.of(u), Optional.of(nowU), true)),
                "shop",
                "position=1",
                0,
                "…");
        StatementPlan left = plan(swap, FollowedTable.of(u));
        assertEquals(List.of(), left.changes());
        assertEquals(Map.of(T, other, other, T), left.renamed());
        assertEquals(
                Set.of(new FollowedTable(nowU, BEFORE, List.of(0, 1, 2)), new FollowedTable(nowT, u, List.of(0))),
                Set.copyOf(left.next()));
        policies.put(DdlKind.RENAME_TABLE, DdlPolicy.NORMAL);
        StatementPlan carried = plan(swap, FollowedTable.of(u));
        assertEquals(
                Set.of(new TargetChange.RenameTable(T, other), new TargetChange.RenameTable(other, T)),
                Set.copyOf(carried.changes()));
        assertTrue(NameCrossing.isOne(carried.changes()));
        assertEquals(Set.of(FollowedTable.of(nowT), FollowedTable.of(nowU)), Set.copyOf(carried.next()));
        MillraceException refused = assertThrows(MillraceException.class, () -> plan(swap));
        assertTrue(refused.getMessage().contains("a table that the task does not hold took its name"));
    }

    @Test
    void shouldAllowNullWhenAColumnThatGoesIsLeftAndWasNeverNull() {
        followed = FollowedTable.of(table(T, column("id", 4, false), column("n", 4, false)));
        StatementPlan plan = alter(table(T, column("id", 4, false)), new AlterStep.DropColumn("n", false));
        assertEquals("?n", shown(plan));
        assertEquals("id", fed(plan.next().get(0)));
    }

    @Test
    void shouldRenameWhatTheTargetHasWhenAnEarlierRenameWasLeftOut() {
        followed = alter(
                        table(T, column("id", 4, false), column("m", 4, true), text("v", 20)),
                        new AlterStep.RenameColumn("n", "m", false))
                .next()
                .get(0);
        policies.put(DdlKind.RENAME_COLUMN, DdlPolicy.NORMAL);
        StatementPlan plan = alter(
                table(T, column("id", 4, false), column("k", 4, true), text("v", 20)),
                new AlterStep.RenameColumn("m", "k", false));
        assertEquals("n>k", shown(plan));
        assertEquals("id k v", fed(plan.next().get(0)));
    }

    @Test
    void shouldSayThePartWhenThereIsNoCounterpart() {
        TableSchema wider = table(T, column("id", 4, false), column("n", 4, true), text("v", 20), column("w", 4, true));
        assertRefused("column=w, type=int4, reason=its default is no literal", wider, add("w", "(rand())"));
        assertRefused("its default is no literal of its type", wider, add("w", "CURRENT_TIMESTAMP"));
        assertRefused("its default is no literal of its type", wider, add("w", "1.5"));
        assertRefused(
                "column=n, reason=values that are there would become others",
                table(T, column("id", 4, false), text("n", 20), text("v", 20)),
                new AlterStep.RenameColumn("v", "v", false),
                change("n", "n"));
        assertRefused(
                "the key changes",
                table(T, text("v", 20), column("id", 4, false), column("n", 4, true)),
                change("v", "v"));
        assertRefused(
                "no clause says what became of a column: column=v",
                table(T, column("id", 4, false), column("n", 4, true)),
                change("n", "n"));
        policies.put(DdlKind.ADD_COLUMN, DdlPolicy.ERROR);
        assertRefused("policy=error, kind=add_column", wider, add("w", "1"));
    }

    @Test
    void shouldTouchNoTargetThatOtherTablesShare() {
        TableId other = new TableId("shop", "u");
        TaskSpec task = TaskSpec.builder("t")
                .source("a")
                .target("b")
                .tables("shop.*")
                .mapping(Mapping.DEFAULT.renamingTables("[tu]", "all"))
                .build();
        List<FollowedTable> both = List.of(followed, FollowedTable.of(table(other, column("id", 4, false))));
        DdlEvent truncation = event(
                new TableChange.Truncate(T),
                new TableEffect(TableEffect.Kind.TRUNCATED, T, Optional.of(BEFORE), Optional.of(BEFORE), true));
        MillraceException refused = assertThrows(
                MillraceException.class,
                () -> new StatementTranslation(
                                task, truncation, both, List.of(), StatementTranslationTest::planned, false)
                        .plan());
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, refused.code());
        assertTrue(refused.getMessage().contains("target=shop.all"), refused.getMessage());
        assertEquals(
                List.of(),
                new StatementTranslation(task, truncation, both, List.of(), StatementTranslationTest::planned, true)
                        .plan()
                        .changes());
    }

    @Test
    void shouldFollowANewNameWhenATableIsRenamed() {
        TableId to = new TableId("shop", "u");
        TableEffect away =
                new TableEffect(TableEffect.Kind.RENAMED_AWAY, T, Optional.of(BEFORE), Optional.empty(), true);
        TableSchema named = new TableSchema(to, 0, BEFORE.columns(), BEFORE.key());
        TableEffect here =
                new TableEffect(TableEffect.Kind.RENAMED_HERE, to, Optional.empty(), Optional.of(named), true);
        DdlEvent event = event(new TableChange.Rename(T, to, false), away, here);
        StatementPlan left = plan(event);
        assertEquals(List.of(), left.changes());
        assertEquals(
                new FollowedTable(named, BEFORE, List.of(0, 1, 2)), left.next().get(0));
        assertEquals(Map.of(T, to), left.renamed());
        policies.put(DdlKind.RENAME_TABLE, DdlPolicy.NORMAL);
        StatementPlan carried = plan(event);
        assertEquals(List.of(new TargetChange.RenameTable(T, to)), carried.changes());
        assertEquals(List.of(FollowedTable.of(named)), carried.next());
        assertEquals(List.of(T), carried.gone());
    }
}
