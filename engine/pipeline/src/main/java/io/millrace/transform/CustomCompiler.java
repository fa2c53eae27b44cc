package io.millrace.transform;

import io.millrace.expression.value.ValueType;
import io.millrace.plugin.OutputColumn;
import io.millrace.plugin.RowTransform;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.task.TransformStep;
import io.millrace.transform.row.CustomRow;
import io.millrace.transform.row.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A step of user code to a stage. An IllegalArgumentException says what is wrong. Stateless. */
final class CustomCompiler {
    private CustomCompiler() {}

    static Stage of(TransformStep.Custom step, EffectiveShape shape) {
        TableSchema input = shape.schema();
        RowTransform transform = step.transform();
        Map<String, String> options = step.options();
        List<OutputColumn> outputs = List.copyOf(transform.columns(input, options));
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("a row transform writes no column: transform=" + transform.name());
        }
        List<Integer> places = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (OutputColumn output : outputs) {
            int place = place(output, shape);
            if (places.contains(place)) {
                throw new IllegalArgumentException("a row transform writes a column twice: column=" + output.name());
            }
            places.add(place);
            columns.add(shape.column(place));
        }
        int count = input.columns().size();
        return new Stage.Custom(
                input, places, () -> new CustomRow(transform.name(), transform.open(input, options), columns, count));
    }

    private static int place(OutputColumn output, EffectiveShape shape) {
        int known = shape.indexOf(output.name());
        if (!output.type().isEmpty()) {
            return shape.add(ValueType.column(output.name(), output.type(), true), false);
        }
        if (known < 0) {
            throw new IllegalArgumentException("the table has no such column: column=" + output.name());
        }
        if (shape.isKey(known)) {
            throw new IllegalArgumentException("user code cannot change a column of the key: column=" + output.name());
        }
        return known;
    }
}
