package io.millrace.pipeline.directory;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.table.LaneLayout;
import io.millrace.mapping.Positions;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.Counters;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings log and checkpoints together: a new task's, those that match, or a new log where they do not (EXACTNESS 7). It never
 * falls back to "now".
 *
 * @param checkpoints one a lane, of this process's epoch and of the log; in the order of lanes
 */
public record Resumption(ChangeLog log, List<Checkpoint> checkpoints) {
    private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);

    public Resumption {
        checkpoints = List.copyOf(checkpoints);
    }

    /** Where lanes stand at the source. */
    public List<SourcePosition> positions() {
        return positions(checkpoints);
    }

    public static List<SourcePosition> positions(List<Checkpoint> checkpoints) {
        return checkpoints.stream().map(Checkpoint::position).toList();
    }

    /**
     * Takes the task over from whoever ran it, and opens its log.
     *
     * @param layout of a new task
     * @param firstPosition where a new task's log begins
     */
    public static Resumption of(
            ControlStore control,
            TaskDirectory directory,
            LogOpener opener,
            LaneLayout layout,
            Supplier<SourcePosition> firstPosition) {
        control.prepare();
        List<Checkpoint> held = inOrder(control.takeOver());
        return held.isEmpty()
                ? begin(control, directory, opener, layout, firstPosition.get())
                : resume(control, directory, opener, held);
    }

    private static List<Checkpoint> inOrder(List<Checkpoint> held) {
        Checkpoint[] lanes = new Checkpoint[held.isEmpty() ? 0 : held.get(0).laneCount()];
        for (Checkpoint checkpoint : held) {
            if (held.size() != lanes.length
                    || checkpoint.laneCount() != lanes.length
                    || checkpoint.lane() >= lanes.length) {
                throw new MillraceException(
                        ErrorCode.INVARIANT,
                        "checkpoints are not of one layout: found=" + held.size() + ", laneCount="
                                + checkpoint.laneCount() + ", lane=" + checkpoint.lane());
            }
            lanes[checkpoint.lane()] = checkpoint;
        }
        return List.of(lanes);
    }

    private static Resumption begin(
            ControlStore control, TaskDirectory directory, LogOpener opener, LaneLayout layout, SourcePosition start) {
        // What lies there belongs to no checkpoint: a start that ended before its first one, or a task that was
        // removed.
        directory.dropLog();
        ChangeLog log = opener.open(directory.settings(start, Optional.empty()));
        List<Checkpoint> first = new ArrayList<>();
        for (int lane = 0; lane < layout.laneCount(); lane++) {
            first.add(new Checkpoint(
                    lane,
                    layout.laneCount(),
                    layout.version(),
                    1,
                    log.id(),
                    log.firstIndex(),
                    start,
                    "",
                    0,
                    Counters.ZERO));
        }
        return replaced(control, log, List.of(), first);
    }

    private static Resumption resume(
            ControlStore control, TaskDirectory directory, LogOpener opener, List<Checkpoint> held) {
        LogSettings settings = settings(directory, held);
        ChangeLog log = opener.open(settings);
        if (!log.isNew() && held.stream().allMatch(each -> isOf(log, each))) {
            return new Resumption(log, held);
        }
        if (!log.isNew()) {
            LOG.warn("log and checkpoints disagree, reading again from the source: position={}", settings.start());
            log.close();
            directory.dropLog();
            return renewed(control, opener.open(settings), held);
        }
        LOG.warn("the log is lost, reading again from the source: position={}", settings.start());
        return renewed(control, log, held);
    }

    /**
     * Whether a log is the one that a checkpoint names. One of which a disk was set back, and which then went on, has the index too, maybe of
     * a place that is further on at the source: what lies between would be lost. What the checkpoint has passed already is passed over.
     */
    public static boolean isOf(ChangeLog log, Checkpoint checkpoint) {
        return checkpoint.logId().equals(log.id())
                && log.contains(checkpoint.logIndex())
                && Positions.covers(checkpoint.position(), log.positionAt(checkpoint.logIndex()));
    }

    private static LogSettings settings(TaskDirectory directory, List<Checkpoint> held) {
        Checkpoint smallest = held.get(0);
        for (Checkpoint each : held) {
            boolean isSmaller = Positions.smaller(each.position(), smallest.position()) == each.position();
            smallest = isSmaller ? each : smallest;
        }
        return directory.settings(smallest.position(), transaction(smallest.lastTransaction()));
    }

    /** Of a checkpoint, in hexadecimal digits; empty where it has none. */
    public static Optional<TransactionId> transaction(String text) {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new TransactionId()
                        .decode(new UnsafeBuffer(HexFormat.of().parseHex(text)), 0));
    }

    /** Each lane keeps its position: it passes over what that contains, and the first rows of the transaction after it. */
    private static Resumption renewed(ControlStore control, ChangeLog log, List<Checkpoint> held) {
        List<Checkpoint> next = held.stream()
                .map(each -> new Checkpoint(
                        each.lane(),
                        each.laneCount(),
                        each.layoutVersion(),
                        each.epoch(),
                        log.id(),
                        log.firstIndex(),
                        each.position(),
                        each.lastTransaction(),
                        each.rowsIntoTransaction(),
                        each.counters()))
                .toList();
        return replaced(control, log, held, next);
    }

    private static Resumption replaced(
            ControlStore control, ChangeLog log, List<Checkpoint> expected, List<Checkpoint> next) {
        try {
            control.replace(expected, next);
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        return new Resumption(log, next);
    }
}
