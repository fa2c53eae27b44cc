package io.millrace.transform;

import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What becomes of one table's rows. Immutable and thread-safe; what a thread steps rows by is its own {@link ImageRewriter}.
 *
 * @param source the shape of the log's images, and of those that a load reads
 * @param shape the effective one, which writers see: the source's columns at their places, and added ones behind them
 * @param passes what is put, in order: each pass sees what the one before left
 * @param text all of it as text, by which a load knows whether it goes on as it began
 */
public record TableTransform(TableSchema source, TableSchema shape, List<Pass> passes, String text) {
    /**
     * Columns that are put at once.
     *
     * @param steps for each column of the effective shape what puts it; null: it is copied, and where the pass's images do not have
     *     it yet, left absent
     */
    public record Pass(List<PassColumn> steps) {
        public Pass {
            steps = List.copyOf(steps);
        }
    }

    /**
     * A column that a pass puts.
     *
     * @param step makes what puts it, once for each thread
     */
    public record PassColumn(int column, Supplier<ColumnStep> step) {}

    public TableTransform {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(text, "text");
        passes = List.copyOf(passes);
    }

    /** For one thread, whose context it reads. */
    public ImageRewriter rewriter(RowContext context) {
        return new ImageRewriter(this, context);
    }
}
