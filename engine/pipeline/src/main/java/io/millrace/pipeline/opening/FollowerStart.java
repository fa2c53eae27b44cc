package io.millrace.pipeline.opening;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.table.LaneLayout;
import io.millrace.load.LoadGate;
import io.millrace.load.LoadView;
import io.millrace.load.ReadLimit;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.directory.LogOpener;
import io.millrace.pipeline.directory.Resumption;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.pipeline.run.Session;
import io.millrace.position.TransactionId;
import io.millrace.reader.ChangeReader;
import io.millrace.reader.Source;
import io.millrace.reader.TableDetails;
import io.millrace.task.StartPosition;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the one follower of a log goes on: at its checkpoint, in the log that this names, or in a new one from its position. */
final class FollowerStart {
    private FollowerStart() {}

    /** The tables that the task selects; none is an error. */
    static List<TableDetails> tables(TaskSpec task, Source source) {
        List<TableDetails> tables = source.tables(task.tables());
        if (tables.isEmpty()) {
            throw new MillraceException(ErrorCode.NO_TABLE_SELECTED, "no table is selected: task=" + task.name());
        }
        return tables;
    }

    static ChangeLog log(
            TaskSpec task, Source source, TaskDirectory directory, LogOpener opener, Optional<Checkpoint> held) {
        if (held.isEmpty()) {
            directory.dropLog();
            return opener.open(directory.settings(
                    SourceStart.of(task.start().orElse(new StartPosition.Now()), source), Optional.empty()));
        }
        Checkpoint checkpoint = held.get();
        Optional<TransactionId> last = Resumption.transaction(checkpoint.lastTransaction());
        ChangeLog log = opener.open(directory.settings(checkpoint.position(), last));
        if (log.isNew() || Resumption.isOf(log, checkpoint)) {
            return log;
        }
        log.close();
        directory.dropLog();
        return opener.open(directory.settings(checkpoint.position(), last));
    }

    /** The checkpoint that stands, or the same place in another log. */
    static Checkpoint checkpoint(Optional<Checkpoint> held, ChangeLog log) {
        if (held.isPresent() && held.get().logId().equals(log.id())) {
            return held.get();
        }
        return new Checkpoint(
                0,
                1,
                1,
                1,
                log.id(),
                log.firstIndex(),
                held.map(Checkpoint::position).orElseGet(log::durablePosition),
                held.map(Checkpoint::lastTransaction).orElse(""),
                0,
                held.map(Checkpoint::counters).orElse(Counters.ZERO));
    }

    /** Of a session without tables at a target: one lane, and nothing to load. */
    static Session.Parts parts(TaskSpec task, TaskDirectory directory, ChangeLog log, ChangeReader reader) {
        return new Session.Parts(
                task,
                directory,
                TaskPlan.of(List.of(), Map.of()),
                new LaneLayout(1, 1),
                log,
                new LoadGate(0, LoadView.NONE),
                Optional.empty(),
                Optional.empty(),
                Optional.of(reader),
                new ReadLimit(task.resources().rowsPerSecond(), task.resources().bytesPerSecond(), System::nanoTime));
    }
}
