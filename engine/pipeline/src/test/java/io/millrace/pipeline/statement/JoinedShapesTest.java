package io.millrace.pipeline.statement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TablePattern;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.task.Transforms;
import io.millrace.writer.FollowedTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rows that steps change have the shape that the target knows, with the key where the source has it. */
class JoinedShapesTest {
    private static final TableId T = new TableId("shop", "t");

    private static TableSchema table(String... names) {
        List<Column> columns =
                Arrays.stream(names).map(JoinedShapesTest::column).toList();
        return new TableSchema(T, 0, columns, List.of(List.of(names).indexOf("id")));
    }

    private static Column column(String name) {
        return name.equals("id")
                ? new Column(name, ColumnType.INTEGER, "int", false, 4, -1, "", List.of(), false)
                : new Column(name, ColumnType.TEXT, "varchar(9)", true, 9, -1, "utf8mb4_bin", List.of(), false);
    }

    private static Optional<List<String>> shape(TableSchema rows, TableSchema seen, Integer... places) {
        TaskSpec task = TaskSpec.builder("task")
                .source("a")
                .target("b")
                .tables("*.*")
                .transforms(new Transforms(
                        List.of(new TransformStep.Mask(
                                List.of(TablePattern.of("*")),
                                List.of("c"),
                                TransformStep.MaskMethod.FIXED,
                                0,
                                0,
                                "x",
                                null,
                                null)),
                        List.of()))
                .build();
        return JoinedShapes.of(task, List.of(new FollowedTable(rows, seen, List.of(places))))
                .shape(T)
                .map(shape -> shape.columns().stream().map(Column::name).toList());
    }

    @Test
    void shouldHaveWhatTheTargetHasWhenAColumnWasLeftOut() {
        assertEquals(Optional.of(List.of("id", "c")), shape(table("id", "c", "more"), table("id", "c"), 0, 1));
        assertEquals(Optional.of(List.of("id", "c")), shape(table("id", "more"), table("id", "c"), 0, -1));
    }

    @Test
    void shouldHaveTheKeyWhereRowsHaveItWhenAColumnBeforeItWasLeftOut() {
        assertEquals(Optional.of(List.of("c", "id")), shape(table("more", "id", "c"), table("id", "c"), 1, 2));
        assertEquals(
                Optional.of(List.of("c", "d", "id", "e")),
                shape(table("x", "y", "id", "c", "d", "e"), table("id", "c", "d", "e"), 2, 3, 4, 5));
    }

    @Test
    void shouldHaveNoneWhenTheTargetHasTooFewColumnsBeforeTheKey() {
        assertEquals(Optional.empty(), shape(table("x", "y", "id", "c"), table("id", "c"), 2, 3));
    }
}
