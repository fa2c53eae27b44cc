package io.millrace.transform;

import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Objects;

/**
 * What becomes of one table's rows. Immutable and thread-safe; what a thread steps rows by is its own {@link ImageRewriter}.
 *
 * @param source the shape of the log's images, and of those that a load reads
 * @param shape the effective one, which writers see: the source's columns at their places, and added ones behind them
 * @param stages in order: each sees what the one before left
 * @param text all of it as text, by which a load knows whether it goes on as it began
 */
public record TableTransform(TableSchema source, TableSchema shape, List<Stage> stages, String text) {
    public TableTransform {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(text, "text");
        stages = List.copyOf(stages);
    }

    /** For one thread, whose context it reads. */
    public ImageRewriter rewriter(RowContext context) {
        return new ImageRewriter(this, context);
    }
}
