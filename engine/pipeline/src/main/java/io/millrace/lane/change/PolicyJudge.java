package io.millrace.lane.change;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.expression.Condition;
import io.millrace.expression.Expression;
import io.millrace.lane.table.TableBinding;
import io.millrace.mapping.ChangeFilters;
import io.millrace.mapping.RowPolicies;
import io.millrace.mapping.TablePlan;
import io.millrace.mapping.TaskPlan;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.Operation;
import io.millrace.schema.TableId;
import io.millrace.wal.RowsFlyweight;

/**
 * What the policies for row changes make of each, by the row as the source has it: before filters and other steps. Both lanes of a change
 * of a key see the same record, and so agree.
 *
 * <p>Confined to a lane. Hot path: allocates nothing.
 */
public final class PolicyJudge {
    public enum Outcome {
        APPLIED,
        /** Dropped, and counted as ignored. */
        IGNORED,
        /** Dropped, and counted as filtered. */
        FILTERED
    }

    private final boolean hasPolicies;
    private final Condition[] inserts; // by the table's number; null: there is none
    private final Condition[] updates;
    private final Condition[] deletes;
    private final ChangeRecord record = new ChangeRecord();

    public PolicyJudge(TaskPlan plan) {
        hasPolicies = plan.tables().stream().anyMatch(table -> !table.policies().equals(RowPolicies.NORMAL));
        int count = plan.tables().size();
        inserts = new Condition[count];
        updates = new Condition[count];
        deletes = new Condition[count];
        for (TablePlan table : plan.tables()) {
            ChangeFilters filters = table.policies().filters();
            put(inserts, table, filters.insert());
            put(updates, table, filters.update());
            put(deletes, table, filters.delete());
        }
    }

    private static void put(Condition[] to, TablePlan table, String filter) {
        if (!filter.isEmpty()) {
            to[table.number()] = Expression.condition(filter, table.source()).newCondition();
        }
    }

    /** Whether any table has policies: if none has, no row is asked about. */
    public boolean hasPolicies() {
        return hasPolicies;
    }

    /**
     * What becomes of the change at which {@code rows} stands, once its table's load has ended.
     *
     * @throws MillraceException with PARTIAL_IMAGE where the source did not send what a filter looks at
     */
    public Outcome of(TableBinding table, Operation operation, RowsFlyweight rows) {
        RowPolicies policies = table.plan().policies();
        boolean isIgnored = switch (operation) {
            case INSERT -> policies.ignoresInserts();
            case UPDATE -> policies.ignoresUpdates();
            case DELETE -> policies.ignoresDeletes();
        };
        if (isIgnored) {
            return Outcome.IGNORED;
        }
        Condition[] ofOperation = switch (operation) {
            case INSERT -> inserts;
            case UPDATE -> updates;
            case DELETE -> deletes;
        };
        Condition condition = ofOperation[table.plan().number()];
        if (condition == null) {
            return Outcome.APPLIED;
        }
        record.wrap(rows.rowAddress(), rows.rowLength());
        ImageFlyweight row = operation == Operation.DELETE ? record.before() : record.after();
        return isMet(condition, row, table, operation) ? Outcome.APPLIED : Outcome.FILTERED;
    }

    private static boolean isMet(Condition condition, ImageFlyweight row, TableBinding table, Operation operation) {
        if (!condition.isDecidable(row)) {
            throw new MillraceException(
                    ErrorCode.PARTIAL_IMAGE,
                    "the source did not send what a filter looks at: " + place(table, operation));
        }
        try {
            return condition.isMet(row);
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.EXPRESSION_FAILED) {
                throw e;
            }
            String separator = e.getMessage().contains(": ") ? ", " : ": ";
            throw new MillraceException(e.code(), e.getMessage() + separator + place(table, operation), e);
        }
    }

    private static String place(TableBinding table, Operation operation) {
        TableId source = table.plan().source().table();
        String key = switch (operation) {
            case INSERT -> "dml.insert.filter";
            case UPDATE -> "dml.update.filter";
            case DELETE -> "dml.delete.filter";
        };
        return "table=" + source + ", key=" + key;
    }
}
