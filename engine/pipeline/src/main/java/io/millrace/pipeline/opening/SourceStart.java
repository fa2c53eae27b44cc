package io.millrace.pipeline.opening;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.check.FollowedShapes;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.run.Session;
import io.millrace.position.BinlogPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import java.util.List;

/** The place at a source that a {@code start:} means, and the shapes that tables have where a stream begins. */
public final class SourceStart {
    private SourceStart() {}

    static void prepare(StartPosition start, Source source, ChangeRequest request) {
        if (start instanceof StartPosition.Now) {
            source.prepare(request);
        } else {
            source.prepareForPast(request);
        }
    }

    public static SourcePosition of(StartPosition start, Source source) {
        if (start instanceof StartPosition.At at) {
            return at.position();
        }
        if (start instanceof StartPosition.AtTime at) {
            return source.positionAt(at.time());
        }
        return start instanceof StartPosition.Earliest ? source.earliestPosition() : source.nowPosition();
    }

    /** A new task's. The catalog must be the same before and after the position is taken (EXACTNESS 15). */
    static SourcePosition first(TaskSpec task, Source source, Preparation found) {
        StartPosition start = task.start().orElse(new StartPosition.Now());
        if (task.has(Step.INCREMENTAL)) {
            prepare(start, source, Preparation.request(task, found.selection()));
        }
        SourcePosition position = task.has(Step.FULL) ? source.loadPosition() : of(start, source);
        List<TableDetails> now = source.tables(found.selection());
        boolean isSame = now.size() == found.tables().size();
        for (int i = 0; isSame && i < now.size(); i++) {
            isSame = now.get(i).schema().hasShapeOf(found.tables().get(i).schema());
        }
        if (!isSame) {
            throw new MillraceException(
                    ErrorCode.SCHEMA_MISMATCH, "tables changed while the task began: task=" + task.name());
        }
        return position;
    }

    /**
     * Where the log has nothing beyond the lanes, the stream begins where they stand, and the shapes of the plan hold there. Where it has, they
     * hold for tables of which it has nothing, by what PostgreSQL's reader knows them.
     */
    static ChangeRequest request(
            TaskSpec task, Preparation found, FollowedShapes shapes, ChangeLog log, List<Checkpoint> lanes) {
        ChangeRequest request = Preparation.request(task, found.selection());
        Checkpoint lane = lanes.get(0);
        boolean isPassed = Session.haveMet(lanes)
                && lane.rowsIntoTransaction() == 0
                && lane.position().text().equals(log.durablePosition().text());
        boolean isBinlog = lane.position() instanceof BinlogPosition;
        // A task that begins in the past, or at its file's beginning, begins before what the catalog has.
        boolean isOfPast = isBinlog
                || task.start()
                        .filter(start -> !(start instanceof StartPosition.Now))
                        .isPresent();
        boolean isKnown = shapes.isEmpty() ? isPassed && !isOfPast : isPassed || !isBinlog;
        return isKnown
                ? request.with(found.tables().stream()
                        .map(TableDetails::schema)
                        .filter(schema -> shapes.isEmpty() || shapes.has(schema.table())) // others may be made later
                        .toList())
                : request;
    }
}
