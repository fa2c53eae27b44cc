package io.millrace.transform;

import io.millrace.schema.TableSchema;
import io.millrace.task.TransformStep;
import io.millrace.task.Transforms;
import io.millrace.transform.row.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which columns of a table the steps of a task write: user code says it of itself. Pure. */
public final class WrittenColumns {
    private final List<TransformStep> steps = new ArrayList<>();
    private final List<Set<String>> written = new ArrayList<>();

    private WrittenColumns() {}

    /** Of a table as it is, or would be; steps that can do nothing with it write nothing. */
    public static WrittenColumns of(Transforms transforms, TableSchema table) {
        WrittenColumns columns = new WrittenColumns();
        EffectiveShape shape = new EffectiveShape(table);
        StepCompiler compiler = new StepCompiler(shape, Set.of(), (code, problem) -> {}); // told when a session opens
        for (TransformStep step : transforms.steps()) {
            Optional<Stage> stage = step.isOf(table.table()) ? compiler.compile(step) : Optional.empty();
            columns.steps.add(step);
            columns.written.add(stage.stream()
                    .flatMap(each -> places(each).stream())
                    .map(place -> shape.column(place).name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet()));
        }
        return columns;
    }

    private static List<Integer> places(Stage stage) {
        if (stage instanceof Stage.Pass pass) {
            return pass.columns().stream().map(Stage.PassColumn::column).toList();
        }
        return stage instanceof Stage.Custom custom ? custom.columns() : List.of();
    }

    /** Steps that write a column, in their order. */
    public List<TransformStep> of(String column) {
        List<TransformStep> all = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (written.get(i).contains(column.toLowerCase(Locale.ROOT))) {
                all.add(steps.get(i));
            }
        }
        return all;
    }

    /** Whether a step leaves NULL as it is. */
    public static boolean doesKeepNull(TransformStep step) {
        return step instanceof TransformStep.Replace || step instanceof TransformStep.Mask;
    }
}
