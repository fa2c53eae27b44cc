package io.millrace.transform.row;

import io.millrace.reader.RowCondition;
import io.millrace.schema.TableSchema;
import io.millrace.transform.step.RowContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

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

    /**
     * What rows must meet before anything else is done with them, as far as it means the same to a source: of the filters that are first,
     * each whole, in order.
     */
    public List<RowCondition> firstConditions() {
        List<RowCondition> conditions = new ArrayList<>();
        for (Stage stage : stages) {
            Optional<RowCondition> condition =
                    stage instanceof Stage.Filter filter ? filter.where().rowCondition() : Optional.empty();
            if (condition.isEmpty()) {
                break;
            }
            conditions.add(condition.get());
        }
        return conditions;
    }

    /** Positions of the source's columns at whose values something looks; user code may look at all of them. */
    public Set<Integer> reads() {
        Set<Integer> reads = new TreeSet<>();
        for (Stage stage : stages) {
            if (stage instanceof Stage.Filter filter) {
                reads.addAll(filter.where().columns());
            } else if (stage instanceof Stage.Pass pass) {
                pass.columns().forEach(column -> reads.addAll(column.reads()));
            } else {
                IntStream.range(0, source.columns().size()).forEach(reads::add);
            }
        }
        reads.removeIf(column -> column >= source.columns().size());
        return reads;
    }

    /** Positions of columns that something puts. */
    public Set<Integer> puts() {
        Set<Integer> puts = new TreeSet<>();
        for (Stage stage : stages) {
            if (stage instanceof Stage.Pass pass) {
                pass.columns().forEach(column -> puts.add(column.column()));
            } else if (stage instanceof Stage.Custom custom) {
                puts.addAll(custom.columns());
            }
        }
        return puts;
    }

    /** Whether rows get other keys than they have at the source. */
    public boolean isKeyChanged() {
        return puts().stream().anyMatch(source.key()::contains);
    }

    /** For one thread, whose context it reads. */
    public ImageRewriter rewriter(RowContext context) {
        return new ImageRewriter(this, context);
    }
}
