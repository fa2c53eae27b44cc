package io.millrace.pipeline.statement;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.plugin.OutputColumn;
import io.millrace.plugin.RowEditor;
import io.millrace.plugin.RowTransform;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TablePattern;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.task.Transforms;
import io.millrace.writer.FollowedTable;
import io.millrace.writer.TargetChange;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Statements on columns that steps write: what rows that are there have is not what steps would make of it. */
class SteppedColumnsTest {
    private static final TableId T = new TableId("shop", "t");
    private static final List<TablePattern> ALL = List.of(TablePattern.of("*"));

    private List<TransformStep> steps = List.of();

    private static TableSchema table(String... names) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("id", ColumnType.INTEGER, "int", false, 4, -1, "", List.of(), false));
        for (String name : names) {
            columns.add(new Column(name, ColumnType.TEXT, "varchar(9)", true, 9, -1, "utf8mb4_bin", List.of(), false));
        }
        return new TableSchema(T, 0, columns, List.of(0));
    }

    private static TransformStep mask(String... columns) {
        return new TransformStep.Mask(ALL, List.of(columns), TransformStep.MaskMethod.FIXED, 0, 0, "x", null, null);
    }

    /** User code that writes those of some columns that the table has. */
    private static TransformStep custom(String... written) {
        RowTransform code = new RowTransform() {
            @Override
            public String name() {
                return "code";
            }

            @Override
            public List<OutputColumn> columns(TableSchema table, Map<String, String> options) {
                return table.columns().stream()
                        .map(Column::name)
                        .filter(List.of(written)::contains)
                        .map(OutputColumn::of)
                        .toList();
            }

            @Override
            public RowEditor open(TableSchema table, Map<String, String> options) {
                throw new AssertionError("no row is edited here");
            }
        };
        return new TransformStep.Custom(ALL, code, Map.of());
    }

    private void require(
            TableSchema before, TableSchema after, List<TargetChange> changes, Map<String, String> renamed) {
        TaskSpec task = TaskSpec.builder("t")
                .source("a")
                .target("b")
                .tables("shop.*")
                .transforms(new Transforms(steps, List.of()))
                .build();
        SteppedColumns.require(task, FollowedTable.of(before), FollowedTable.of(after), changes, renamed);
    }

    private void rename() {
        require(table("v"), table("w"), List.of(), Map.of("v", "w"));
    }

    private void add(String value) {
        add(value, List.of());
    }

    private void add(String value, List<TargetChange> more) {
        TableSchema after = table("v", "w");
        List<TargetColumn> columns = new ArrayList<>();
        after.columns()
                .forEach(column -> columns.add(
                        new TargetColumn(column.name(), column.sourceType(), column.nullable(), columns.size())));
        List<TargetChange> changes = new ArrayList<>(more);
        changes.add(new TargetChange.AddColumn(
                new TargetTable(T, after, columns, after.key()), "w", Optional.ofNullable(value)));
        require(table("v"), after, changes, Map.of());
    }

    private static void assertRefused(String why, Runnable statement) {
        MillraceException refused = assertThrows(MillraceException.class, statement::run);
        assertEquals(ErrorCode.DDL_ON_SELECTED_TABLE, refused.code());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void shouldRefuseANewNameWhenStepsGoByTheOldOne() {
        String why = "steps write the column by its name, and its next rows would come without them or with others:"
                + " before=v, column=w";
        steps = List.of(mask("v"));
        assertRefused(why, this::rename);
        steps = List.of(mask("w"));
        assertRefused(why, this::rename);
        steps = List.of(mask("v"), mask("w"));
        assertRefused(why, this::rename);
        steps = List.of(custom("v"));
        assertRefused(why, this::rename);
    }

    @Test
    void shouldTakeANewNameWhenTheSameStepsGoByIt() {
        steps = List.of(mask("v", "W"), custom("v", "w"));
        assertDoesNotThrow(this::rename);
        steps = List.of(mask("id2"));
        assertDoesNotThrow(this::rename);
    }

    @Test
    void shouldRefuseAValueThatStepsWouldChangeWhenAColumnComes() {
        String why = "rows that are there get a value that steps would change: column=w";
        steps = List.of(mask("w"));
        assertRefused(why, () -> add("'a'"));
        steps = List.of(custom("w"));
        assertRefused(why, () -> add("'a'"));
        steps = List.of(new TransformStep.SetColumns(ALL, Map.of("w", "v || v")));
        assertRefused(why, () -> add("'a'"));
    }

    @Test
    void shouldTakeNullAsStepsDoWhenAColumnComes() {
        steps = List.of(mask("w"));
        assertDoesNotThrow(() -> add(null));
        steps = List.of(custom("v"));
        assertDoesNotThrow(() -> add("'a'"));
        steps = List.of(custom("v", "w"));
        assertRefused("rows that are there get a value that steps would change: column=w", () -> add(null));
    }

    /** In the lenient mode a column with another name comes beside the one that stays. */
    @Test
    void shouldRefuseACopyWhenStepsGoByTheOtherName() {
        List<TargetChange> copy = List.of(new TargetChange.CopyColumn(T, "v", "w"));
        steps = List.of(mask("v"));
        assertRefused("before=v, column=w", () -> add(null, copy));
        steps = List.of(mask("v", "w"));
        assertDoesNotThrow(() -> add(null, copy));
    }
}
