package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.TableBinding;
import io.millrace.writer.RunOperation;
import java.util.Arrays;

/**
 * Makes the runs of what a batch comes to: of each key its last change alone, in the order of {@link NetBuckets}.
 *
 * <p>The server's keys may still refuse that order, never mistake it: each row ends as its last change left it. Where a change does
 * more than its row tells, or its key's changes cannot be taken together, a cut goes through the batch: all before it is applied
 * before all behind it. That is a key change as one statement, a removal of what foreign keys with actions refer to, an update of
 * some columns behind another change of its key, and a change of a unique value whose row comes or goes in the same part.
 *
 * <p>Confined to a lane. Hot path: allocates nothing but when it grows.
 */
final class NetRuns {
    private final TableBinding[] tables;
    private final BatchEntries entries;
    private final TiedNets nets;
    private final NetBuckets buckets;
    private RunList to;
    private int[] cuts = new int[4];
    private int cutCount;

    /**
     * Over a batch's entries.
     *
     * @param tables by the number of their plan
     */
    NetRuns(TableBinding[] tables, BatchEntries entries) {
        this.tables = tables;
        this.entries = entries;
        nets = new TiedNets(tables, entries);
        buckets = new NetBuckets(tables, entries, nets);
    }

    /** All that stands before an entry is applied before all behind it, of all tables. */
    void cut(int entry) {
        if (cutCount > 0 && cuts[cutCount - 1] == entry) {
            return;
        }
        if (cutCount == cuts.length) {
            cuts = Arrays.copyOf(cuts, cutCount << 1);
        }
        cuts[cutCount++] = entry;
    }

    boolean isCut() {
        return cutCount > 0;
    }

    void clearCuts() {
        cutCount = 0;
    }

    /** Where the first cut behind those is. */
    private int nextCut(int passed) {
        return passed < cutCount ? cuts[passed] : Integer.MAX_VALUE;
    }

    /** Makes the runs of all entries, or of those of tables that are not tied. */
    void make(RunList runs, boolean isTiedLeftOut) {
        to = runs;
        to.begin();
        nets.begin();
        buckets.begin(runs, isTiedLeftOut);
        int count = entries.count();
        int start = 0;
        int entry = 0;
        int passedCuts = 0;
        int cut = nextCut(0);
        while (entry < count) {
            if (entry == cut) {
                buckets.part(start, entry);
                start = entry;
                cut = nextCut(++passedCuts);
            }
            byte kind = EntryState.kind(entries.state(entry));
            if (kind == 0 || entries.isRefused(entry) || buckets.isLeftOut(entry)) {
                if (kind == 0 && entries.olderOf(entry) >= start) {
                    buckets.part(start, entry); // rows of two tables with one key
                    start = entry;
                }
                entry++;
            } else if (standsAlone(entry, kind)) {
                buckets.part(start, entry);
                entry = alone(entry, kind, Math.min(cut, count));
                start = entry;
            } else {
                if (!nets.take(entry, kind, start)) {
                    buckets.part(start, entry);
                    start = entry;
                    nets.take(entry, kind, start);
                }
                entry++;
            }
        }
        buckets.part(start, count);
    }

    /** Whether a change does more than its row tells, or is not of one key. */
    private boolean standsAlone(int entry, byte kind) {
        return kind == ChangeKind.REKEY || (ChangeKind.isRemoval(kind) && tables[entries.table(entry)].isParent());
    }

    /** A run of such a change, and of removals like it that follow; returns the entry behind it. */
    private int alone(int first, byte kind, int limit) {
        int end = first + 1;
        to.place(first);
        while (kind != ChangeKind.REKEY
                && end < limit
                && EntryState.kind(entries.state(end)) == kind
                && entries.table(end) == entries.table(first)
                && entries.olderOf(end) < first
                && !entries.isRefused(end)) {
            to.place(end++);
        }
        RunOperation operation = kind == ChangeKind.REKEY ? RunOperation.REKEY : RunOperation.DELETE;
        LaneRun run = buckets.alone(first, tables[entries.table(first)], operation);
        if (kind == ChangeKind.DELETE_ALONE || (kind == ChangeKind.REKEY && entries.haveKeysRested(first))) {
            run.restKeys();
        }
        return end;
    }
}
