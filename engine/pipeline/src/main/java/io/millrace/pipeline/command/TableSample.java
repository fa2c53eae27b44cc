package io.millrace.pipeline.command;

import io.millrace.dirty.DirtyValues;
import io.millrace.pipeline.check.ComputedCheck;
import io.millrace.reader.ChunkReader;
import io.millrace.reader.ChunkSink;
import io.millrace.reader.TableDetails;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.task.TaskSpec;
import io.millrace.task.TransformStep;
import io.millrace.transform.row.FilterVerdict;
import io.millrace.transform.row.ImageRewriter;
import io.millrace.transform.row.ScratchRow;
import io.millrace.transform.row.TableTransform;
import io.millrace.transform.step.RowContext;
import io.millrace.writer.TargetTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.SystemEpochClock;

/**
 * The first rows of a table by its key, as a load would take them.
 *
 * @param table the source's name
 * @param rows of which some may be left out by filters
 */
public record TableSample(TableId table, List<SampledRow> rows) {
    public TableSample {
        rows = List.copyOf(rows);
    }

    /** Reads up to so many rows; none of a table without a key, since nothing says which. */
    static TableSample of(
            TaskSpec task,
            TableDetails table,
            TargetTable target,
            Optional<TableTransform> transform,
            ChunkReader reader,
            int most) {
        TableSchema source = table.schema();
        if (source.key().isEmpty()) {
            return new TableSample(source.table(), List.of());
        }
        Optional<KeyBound> upper = reader.boundary(source, Optional.empty(), most);
        String watermark = reader.begin().text();
        Rows rows = new Rows(
                source,
                target,
                hidden(task, table),
                transform.map(steps -> steps.rewriter(RowContext.ofLoad(watermark, SystemEpochClock.INSTANCE))));
        reader.read(source, Optional.empty(), upper, rows);
        reader.end();
        return new TableSample(source.table(), rows.rows);
    }

    /** Names of columns that a mask covers, in any case, and of those that the source computes of them. */
    private static Set<String> hidden(TaskSpec task, TableDetails table) {
        Set<String> hidden = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        hidden.addAll(ComputedCheck.showing(task, table).keySet());
        for (TransformStep step : task.transforms().steps()) {
            if (step instanceof TransformStep.Mask mask
                    && step.isOf(table.schema().table())) {
                hidden.addAll(mask.columns());
            }
        }
        return hidden;
    }

    /** Takes rows as a loader does. Confined to one thread. */
    private static final class Rows implements ChunkSink {
        private final TableSchema source;
        private final TargetTable target;
        private final Set<String> hidden;
        private final Optional<ImageRewriter> rewriter;
        private final ScratchRow read = new ScratchRow();
        private final ScratchRow rewritten = new ScratchRow();
        private final ImageFlyweight image = new ImageFlyweight();
        private final ImageFlyweight rewrittenImage = new ImageFlyweight();
        private final List<SampledRow> rows = new ArrayList<>();
        private RowEncoder encoder;

        Rows(TableSchema source, TargetTable target, Set<String> hidden, Optional<ImageRewriter> rewriter) {
            this.source = source;
            this.target = target;
            this.hidden = hidden;
            this.rewriter = rewriter;
        }

        @Override
        public RowEncoder beginRow() {
            encoder = read.begin();
            return encoder;
        }

        @Override
        public void endRow() {
            encoder.wrapLastImage(image);
            Map<String, Object> before = DirtyValues.of(source, image);
            before.replaceAll((name, value) -> hidden.contains(name) && value != null ? SampledRow.MASKED : value);
            rows.add(new SampledRow(before, after()));
        }

        private Optional<Map<String, Object>> after() {
            if (rewriter.isEmpty()) {
                return Optional.of(written(image));
            }
            ImageRewriter steps = rewriter.get();
            if (steps.isFiltering() && steps.verdict(image) != FilterVerdict.IN) {
                return Optional.empty();
            }
            if (steps.isFilterOnly()) {
                return Optional.of(written(image));
            }
            RowEncoder to = rewritten.begin();
            steps.image(image, to, false);
            to.wrapLastImage(rewrittenImage);
            return Optional.of(written(rewrittenImage));
        }

        private Map<String, Object> written(ImageFlyweight row) {
            Map<String, Object> all = DirtyValues.of(target.source(), row);
            Map<String, Object> written = new LinkedHashMap<>();
            target.columns()
                    .forEach(column -> written.put(
                            column.name(),
                            all.get(target.source()
                                    .columns()
                                    .get(column.sourceColumn())
                                    .name())));
            return written;
        }
    }
}
