package io.millrace.transform;

import io.millrace.expression.value.ValueType;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.task.AddedColumn;
import io.millrace.task.TaskSpec;
import io.millrace.task.Variable;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.Constant;
import io.millrace.transform.step.MomentStep;
import io.millrace.transform.step.OperationStep;
import io.millrace.transform.step.TextStep;
import io.millrace.transform.step.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code mapping.add} makes of a column. An IllegalArgumentException says why it cannot. */
final class AddedColumns {
    private AddedColumns() {}

    static Column column(AddedColumn added) {
        List<Variable> ofRow = ofRow(added);
        if (added.isKey() && !ofRow.isEmpty()) {
            throw new IllegalArgumentException("a column of the key has one value in all rows of a table: variable="
                    + ofRow.get(0).text());
        }
        return ValueType.column(added.name(), added.type().orElse(typeOf(added)), !ofRow.isEmpty());
    }

    private static List<Variable> ofRow(AddedColumn added) {
        return added.value().variables().stream()
                .filter(variable -> !variable.isOfNames() && variable != Variable.TABLE_NAME_DEST)
                .toList();
    }

    private static boolean isTime(Variable variable) {
        return variable == Variable.COMMIT_TIME || variable == Variable.EXECUTE_TIME;
    }

    private static String typeOf(AddedColumn added) {
        Optional<Variable> only = added.value().onlyVariable();
        return only.filter(AddedColumns::isTime).isPresent() ? "timestamp(6)" : "text";
    }

    static ColumnStep step(AddedColumn added, Column column, TableId source, TableId target, TaskSpec task) {
        Optional<Variable> only = added.value().onlyVariable().filter(AddedColumns::isTime);
        if (only.isPresent() && column.type() != ColumnType.TEXT) {
            return MomentStep.of(only.get(), column);
        }
        List<Object> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        added.value()
                .visit(
                        source,
                        task.mapping().renamed(source),
                        task.source().datasource(),
                        target,
                        task.target().datasource(),
                        literal -> {
                            text.append(literal);
                            parts.add(Word.of(literal));
                        },
                        parts::add);
        if (ofRow(added).isEmpty()) {
            return Constant.of(text.toString(), column);
        }
        if (column.type() != ColumnType.TEXT) {
            throw new IllegalArgumentException("a value of this kind is text: type=" + column.sourceType()
                    + ", expected=varchar(n), char(n) or text");
        }
        return parts.equals(List.of(Variable.OPERATION)) ? new OperationStep() : new TextStep(parts);
    }
}
