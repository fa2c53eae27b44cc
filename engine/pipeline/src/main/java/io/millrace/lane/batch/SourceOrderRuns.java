package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.RowPolicies;
import io.millrace.writer.RunOperation;

/**
 * Makes the runs of tied tables' changes as the source made them: neighbours of the same table and operation become one run, as long as
 * their keys differ and none changes a unique value (EXACTNESS 25). Confined to a lane; allocates nothing.
 */
final class SourceOrderRuns {
    private final TableBinding[] tables;
    private final BatchEntries entries;

    /**
     * Over a batch's entries.
     *
     * @param tables by the number of their plan
     */
    SourceOrderRuns(TableBinding[] tables, BatchEntries entries) {
        this.tables = tables;
        this.entries = entries;
    }

    /** Adds them behind what is there. */
    void add(RunList to) {
        int runTable = -1;
        RunOperation runOperation = null;
        byte runKind = 0;
        boolean isRunLoose = false;
        for (int entry = 0; entry < entries.count(); entry++) {
            int state = entries.state(entry);
            byte kind = EntryState.kind(state);
            if (kind == 0
                    || entries.isRefused(entry)
                    || !tables[entries.table(entry)].plan().isTied()) {
                continue;
            }
            TableBinding table = tables[entries.table(entry)];
            RowPolicies policies = table.plan().policies();
            boolean isLoose = table.load().isLooseAt(entry);
            RunOperation operation = ChangeKind.isDelete(kind) && table.marksDeletesAt(entry)
                    ? RunOperation.MARK
                    : operation(kind, (state & EntryState.PARTIAL) != 0, isLoose, policies);
            boolean isContinued = entries.table(entry) == runTable
                    && operation == runOperation
                    && isLoose == isRunLoose
                    && operation != RunOperation.REKEY
                    && kind != ChangeKind.UPDATE_UNIQUE
                    && runKind != ChangeKind.UPDATE_UNIQUE
                    && (kind == ChangeKind.DELETE_ALONE) == (runKind == ChangeKind.DELETE_ALONE)
                    && !(to.isOpen() && entries.olderOf(entry) >= to.firstOfOpen());
            if (!isContinued) {
                end(to, runTable, runOperation, runKind, isRunLoose);
                isRunLoose = isLoose;
                runTable = entries.table(entry);
                runOperation = operation;
                runKind = kind;
            }
            to.place(entry);
        }
        end(to, runTable, runOperation, runKind, isRunLoose);
    }

    private void end(RunList to, int table, RunOperation operation, byte kind, boolean isLoose) {
        if (!to.isOpen()) {
            return;
        }
        int first = to.firstOfOpen();
        LaneRun run = to.end(tables[table].plan().target(), operation)
                .by(tables[table].plan().policies(), isLoose);
        if (kind == ChangeKind.DELETE_ALONE || (kind == ChangeKind.REKEY && entries.haveKeysRested(first))) {
            run.restKeys();
        }
    }

    private static RunOperation operation(byte kind, boolean isPartial, boolean isLoose, RowPolicies policies) {
        if (policies.makeNoRow() && !isLoose && ChangeKind.isUpdate(kind)) {
            return RunOperation.UPDATE_IF_THERE;
        }
        return switch (kind) {
            case ChangeKind.INSERT -> isLoose || policies.keepRows() ? RunOperation.UPSERT : RunOperation.INSERT;
            case ChangeKind.UPDATE, ChangeKind.UPDATE_UNIQUE -> {
                RunOperation loose = isPartial ? RunOperation.UPDATE_IF_THERE : RunOperation.UPSERT;
                yield isLoose ? loose : RunOperation.UPDATE;
            }
            case ChangeKind.MOVE_IN -> RunOperation.UPSERT;
            case ChangeKind.REKEY -> RunOperation.REKEY;
            default -> RunOperation.DELETE;
        };
    }
}
