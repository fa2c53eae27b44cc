package io.millrace.transform.row;

import io.millrace.expression.Expression;
import io.millrace.schema.TableSchema;
import io.millrace.transform.step.ColumnStep;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What happens to a row at once. Immutable. */
public sealed interface Stage {
    /**
     * Columns that are put: each sees the row as it was before. All others are copied.
     *
     * @param input the shape before
     */
    record Pass(TableSchema input, List<PassColumn> columns) implements Stage {
        public Pass {
            columns = List.copyOf(columns);
        }
    }

    /**
     * A column that a pass puts.
     *
     * @param reads columns whose values it looks at
     * @param step makes what puts it, once for each thread
     */
    record PassColumn(int column, Set<Integer> reads, Supplier<ColumnStep> step) {
        public PassColumn {
            reads = Set.copyOf(reads);
        }
    }

    /**
     * Columns that user code puts, by the places of its outputs. All others are copied.
     *
     * @param input the shape before
     * @param rows makes what asks the code, once for each thread
     */
    record Custom(TableSchema input, List<Integer> columns, Supplier<CustomRow> rows) implements Stage {
        public Custom {
            columns = List.copyOf(columns);
        }
    }

    /** A condition that rows must meet to go on. */
    record Filter(Expression where) implements Stage {}
}
