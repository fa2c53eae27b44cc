package io.millrace.transform;

import io.millrace.expression.value.ValueType;
import io.millrace.schema.Column;
import io.millrace.task.Variable;
import io.millrace.transform.row.Stage;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.MomentStep;
import io.millrace.transform.step.OperationStep;
import io.millrace.transform.step.OrdinalStep;
import io.millrace.transform.step.TextStep;
import java.util.List;
import java.util.Set;

/**
 * What tells of the change that a row was written for, where every change is a row: behind all other columns. An IllegalArgumentException
 * says why a table cannot have them.
 */
final class AppendedColumns {
    static final String OPERATION = "millrace_operation";
    static final String POSITION = "millrace_position";
    static final String COMMIT_TIME = "millrace_commit_time";
    static final String ORDINAL = "millrace_ordinal";

    private AppendedColumns() {}

    static List<Stage.PassColumn> of(EffectiveShape shape) {
        Column time = ValueType.column(COMMIT_TIME, "timestamp(6)", true);
        ColumnStep moment = MomentStep.of(Variable.COMMIT_TIME, time);
        return List.of(
                column(shape, ValueType.column(OPERATION, "varchar(8)", false), new OperationStep()),
                column(
                        shape,
                        ValueType.column(POSITION, "text", true),
                        new TextStep(List.of(Variable.SOURCE_POSITION))),
                column(shape, time, moment),
                column(shape, ValueType.column(ORDINAL, "bigint", true), new OrdinalStep()));
    }

    private static Stage.PassColumn column(EffectiveShape shape, Column column, ColumnStep step) {
        return new Stage.PassColumn(shape.add(column, false), Set.of(), () -> step);
    }
}
