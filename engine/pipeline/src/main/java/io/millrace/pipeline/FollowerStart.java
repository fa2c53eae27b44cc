package io.millrace.pipeline;

import io.millrace.position.TransactionId;
import io.millrace.reader.Source;
import io.millrace.task.StartPosition;
import io.millrace.task.TaskSpec;
import io.millrace.wal.ChangeLog;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.Counters;
import java.util.HexFormat;
import java.util.Optional;
import org.agrona.concurrent.UnsafeBuffer;

/** Where the one follower of a log goes on: at its checkpoint, in the log that this names, or in a new one from its position. */
final class FollowerStart {
    private FollowerStart() {}

    static ChangeLog log(
            TaskSpec task, Source source, TaskDirectory directory, LogOpener opener, Optional<Checkpoint> held) {
        if (held.isEmpty()) {
            directory.dropLog();
            return opener.open(directory.settings(
                    SourceStart.of(task.start().orElse(new StartPosition.Now()), source), Optional.empty()));
        }
        Checkpoint checkpoint = held.get();
        Optional<TransactionId> last = checkpoint.lastTransaction().isEmpty()
                ? Optional.empty()
                : Optional.of(new TransactionId()
                        .decode(new UnsafeBuffer(HexFormat.of().parseHex(checkpoint.lastTransaction())), 0));
        ChangeLog log = opener.open(directory.settings(checkpoint.position(), last));
        if (log.isNew() || (checkpoint.logId().equals(log.id()) && log.contains(checkpoint.logIndex()))) {
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
}
