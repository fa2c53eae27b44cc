package io.millrace.pipeline.reload;

import io.millrace.dirty.DirtyRows;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.load.LoadLedger;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.pipeline.check.Preparation;
import io.millrace.pipeline.directory.LeftTables;
import io.millrace.pipeline.directory.Resumption;
import io.millrace.pipeline.directory.TaskDirectory;
import io.millrace.position.SourcePosition;
import io.millrace.reader.Source;
import io.millrace.schema.TableId;
import io.millrace.task.Step;
import io.millrace.task.TaskSpec;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes loads of what was asked to be loaded again, between two sessions (decision 0027). The task is ours, and no lane runs. What the
 * ledger had of such a table is taken out and a mark is put in, in one transaction: from there on it is a table that is to be loaded, whose
 * chunks take the place of what stands in their range.
 */
public final class Reloads {
    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);
    /** Of what lies behind a range: it leaves numbers for as many chunks of the range as there can be. */
    public static final int BEHIND = 1 << 30;

    private final TaskSpec task;
    private final Source source;
    private final Target target;
    private final TaskDirectory directory;

    public Reloads(TaskSpec task, Source source, Target target, TaskDirectory directory) {
        this.task = task;
        this.source = source;
        this.target = target;
        this.directory = directory;
    }

    /**
     * Takes up what is asked for once all earlier loads lie behind every lane; else it stays asked for.
     *
     * @param doesDrop whether lanes leave out changes of what is yet to be loaded
     */
    public void take(
            ControlStore control,
            Preparation found,
            TaskPlan plan,
            Resumption resumption,
            DirtyRows dirty,
            boolean doesDrop) {
        directory.forgetRequest();
        List<LedgerEntry> entries = takeBack(control, plan, resumption, dirty);
        Set<TableId> left = LeftTables.of(entries);
        List<LedgerEntry> requests = entries.stream()
                .filter(entry -> entry.isRequest() && !left.contains(entry.source()))
                .toList();
        if (!requests.isEmpty()) {
            if (isLoadBehind(plan, entries, resumption, doesDrop)) {
                take(requests, entries, control, plan, resumption.checkpoints(), dirty);
                entries = control.ledger();
            } else {
                directory.noteRequest();
            }
        }
        admit(entries, found, plan);
    }

    /** Tables that are taken once more are loaded again at once: no load of theirs is under way. Returns the ledger. */
    private List<LedgerEntry> takeBack(ControlStore control, TaskPlan plan, Resumption resumption, DirtyRows dirty) {
        List<LedgerEntry> entries = control.ledger();
        Set<TableId> left = LeftTables.of(entries);
        List<LedgerEntry> back = entries.stream()
                .filter(entry -> entry.isRequest()
                        && left.contains(entry.source())
                        && plan.ofSource(entry.source()).isPresent())
                .toList();
        if (back.isEmpty()) {
            return entries;
        }
        take(back, entries, control, plan, resumption.checkpoints(), dirty);
        return control.ledger();
    }

    /**
     * What a ledger knows of tables by which rows that stand at the target are the task's: not of those that are taken once more and cannot be
     * loaded again over what they have left.
     */
    public List<LedgerEntry> standing(ControlStore control, TaskPlan plan) {
        List<LedgerEntry> entries = control.ledger();
        Set<TableId> left = LeftTables.of(entries);
        left.removeIf(table -> plan.ofSource(table)
                .filter(planned -> isRefused(planned, plan, control))
                .isEmpty());
        return entries.stream().filter(entry -> !left.contains(entry.source())).toList();
    }

    private boolean isRefused(TablePlan table, TaskPlan plan, ControlStore control) {
        try {
            new ReloadRules(task, target, plan).require(table, positions(control.checkpoints()));
            return false;
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.NOT_SUPPORTED_YET) {
                throw e;
            }
            LOG.warn("a table that is taken once more is loaded as a new one: {}", e.display());
            return true;
        }
    }

    private boolean isLoadBehind(TaskPlan plan, List<LedgerEntry> entries, Resumption resumption, boolean doesDrop) {
        List<SourcePosition> lanes = task.has(Step.INCREMENTAL) ? positions(resumption.checkpoints()) : List.of();
        return LoadLedger.of(plan, entries, doesDrop)
                .isBehind(lanes, resumption.log().prepared());
    }

    private static List<SourcePosition> positions(List<Checkpoint> checkpoints) {
        return checkpoints.stream().map(Checkpoint::position).toList();
    }

    /** Every change that lanes have applied must be visible to the chunks: they take its place (EXACTNESS 34). */
    private void admit(List<LedgerEntry> entries, Preparation found, TaskPlan plan) {
        Set<TableId> again = entries.stream()
                .filter(LedgerEntry::isReload)
                .map(LedgerEntry::source)
                .collect(Collectors.toSet());
        again.removeIf(table -> plan.ofSource(table).isEmpty());
        if (!again.isEmpty() && task.has(Step.INCREMENTAL)) {
            source.admit(Preparation.request(task, found.selection()), again);
        }
    }

    private void take(
            List<LedgerEntry> requests,
            List<LedgerEntry> entries,
            ControlStore control,
            TaskPlan plan,
            List<Checkpoint> checkpoints,
            DirtyRows dirty) {
        ReloadRules rules = new ReloadRules(task, target, plan);
        Map<TableId, List<LedgerEntry>> next = new HashMap<>();
        for (LedgerEntry request : requests) {
            Optional<TablePlan> table = plan.ofSource(request.source());
            try {
                if (table.isPresent()) {
                    rules.require(table.get(), positions(checkpoints));
                }
            } catch (MillraceException e) {
                LOG.error(
                        "not loaded again, since the task is another one than when that was asked for: {}",
                        e.display());
                table = Optional.empty();
            }
            if (table.isEmpty()) {
                next.putIfAbsent(request.source(), without(request, entries));
                continue;
            }
            for (TablePlan each : rules.together(table.get())) {
                boolean isRange = !each.isGrouped()
                        && (request.lower().isPresent() || request.upper().isPresent())
                        && target.isOrdered(each.target())
                        && !dirty.hasOf(request.source());
                next.put(each.source().table(), isRange ? range(each, request, entries) : List.of(mark(each, request)));
            }
        }
        // Before the ledger says so: a request that stands is taken up again, and the rows are overtaken then, too.
        dirty.reloaded(next.entrySet().stream()
                .filter(table -> table.getValue().stream().anyMatch(LedgerEntry::isReload))
                .map(Map.Entry::getKey)
                .toList());
        List<LedgerEntry> all = new ArrayList<>();
        next.values().forEach(all::addAll);
        control.rewrite(next.keySet(), all, checkpoints.get(0).epoch());
        LOG.info("loads again: tables={}", next.keySet());
    }

    private static List<LedgerEntry> without(LedgerEntry request, List<LedgerEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.source().equals(request.source()) && !entry.isRequest())
                .toList();
    }

    private static LedgerEntry mark(TablePlan table, LedgerEntry request) {
        return new LedgerEntry(
                table.source().table(),
                LedgerEntry.RELOADING,
                Optional.empty(),
                Optional.empty(),
                request.watermark(),
                "",
                0);
    }

    /**
     * What lies outside of the range stays loaded. A watermark of the earlier load is behind every lane: no change from here on is in it. What
     * lies between is what a load has left that was cut short, and is loaded as such.
     */
    private static List<LedgerEntry> range(TablePlan table, LedgerEntry request, List<LedgerEntry> entries) {
        LedgerEntry earlier = entries.stream()
                .filter(entry -> entry.isChunk() && entry.source().equals(request.source()))
                .findFirst()
                .orElseThrow();
        String shape = LoadLedger.shape(table);
        List<LedgerEntry> range = new ArrayList<>(List.of(mark(table, request)));
        if (request.lower().isPresent()) {
            range.add(new LedgerEntry(
                    request.source(), 0, Optional.empty(), request.lower(), earlier.watermark(), shape, 0));
        }
        if (request.upper().isPresent()) {
            range.add(new LedgerEntry(
                    request.source(), BEHIND, request.upper(), Optional.empty(), earlier.watermark(), shape, 0));
        }
        return range;
    }
}
