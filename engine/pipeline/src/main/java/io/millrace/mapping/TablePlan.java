package io.millrace.mapping;

import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.transform.row.TableTransform;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One table's place at the target. Immutable.
 *
 * @param number counts the tables of a {@link TaskPlan} from 0
 * @param isTied whether its rows are tied to others beyond their key, so that source order may matter (EXACTNESS 25)
 * @param tieHash of a tied table the same for all tables it is tied to: it takes the place of a row's key hash
 * @param watched source columns of which a change is a change of the row's identity to others: the key, and what foreign keys
 *     refer to whose actions the source does not tell; empty where no foreign key with an action refers to the table
 * @param unfollowed source columns to which foreign keys refer whose actions nobody runs
 * @param rank counts the tables of the task from 0, parents before children
 * @param unique source columns that take part in further unique keys of the target
 * @param loadGroup the same for all tables that are loaded under one snapshot; -1 where the table is loaded by itself
 * @param policies what becomes of its row changes
 * @param joined the numbers of all tables with the same target, its own included; empty where the table has that by itself
 * @param transform what becomes of rows on their way; empty where they stay as they are
 */
public record TablePlan(
        int number,
        TargetTable target,
        boolean isTied,
        long tieHash,
        List<Integer> watched,
        List<Integer> unfollowed,
        int rank,
        List<Integer> unique,
        int loadGroup,
        RowPolicies policies,
        List<Integer> joined,
        Optional<TableTransform> transform) {
    public TablePlan {
        Objects.requireNonNull(transform, "transform");
        Objects.requireNonNull(target, "target");
        watched = List.copyOf(watched);
        unfollowed = List.copyOf(unfollowed);
        unique = List.copyOf(unique);
        joined = List.copyOf(joined);
        Objects.requireNonNull(policies, "policies");
    }

    /** A table whose changes are all applied, and whose rows stay as they are. */
    public TablePlan(
            int number,
            TargetTable target,
            boolean isTied,
            long tieHash,
            List<Integer> watched,
            List<Integer> unfollowed,
            int rank,
            List<Integer> unique,
            int loadGroup) {
        this(
                number,
                target,
                isTied,
                tieHash,
                watched,
                unfollowed,
                rank,
                unique,
                loadGroup,
                RowPolicies.NORMAL,
                List.of(),
                Optional.empty());
    }

    /** A table to which no foreign key refers, by which none stands, and without a further unique key that is known. */
    public TablePlan(int number, TargetTable target, boolean isTied, long tieHash) {
        this(number, target, isTied, tieHash, List.of(), List.of(), number, List.of(), -1);
    }

    /** The same with what becomes of its rows; the target was planned by the effective shape. */
    TablePlan transformedBy(Optional<TableTransform> rows) {
        return new TablePlan(
                number, target, isTied, tieHash, watched, unfollowed, rank, unique, loadGroup, policies, joined, rows);
    }

    /** Whether other source tables have the same target. */
    public boolean isJoined() {
        return !joined.isEmpty();
    }

    /** Whether keys are others at the target: the same for two rows only where they are the same at the source. */
    public boolean isKeyChanged() {
        return transform.filter(TableTransform::isKeyChanged).isPresent();
    }

    /** Whether the table is loaded together with others, in one transaction. */
    public boolean isGrouped() {
        return loadGroup >= 0;
    }

    /** The source's shape by which the table was planned: that of the log's images. */
    public TableSchema source() {
        return transform.map(TableTransform::source).orElse(target.source());
    }

    /** The shape of images that are written. */
    public TableSchema shape() {
        return target.source();
    }

    /**
     * What keeps rows of a newer shape from being written as planned; empty where nothing does. Texts that only describe a
     * column, such as its declared type's spelling, may differ.
     */
    public Optional<String> difference(TableSchema schema) {
        return difference(source(), schema);
    }

    /** The same of images that were rewritten before. */
    public Optional<String> differenceOfWritten(TableSchema schema) {
        return difference(shape(), schema);
    }

    /** The same for a shape that was planned by. */
    public static Optional<String> difference(TableSchema planned, TableSchema schema) {
        if (schema.columns().size() != planned.columns().size()) {
            return Optional.of("columns=" + schema.columns().size() + ", planned="
                    + planned.columns().size());
        }
        for (int i = 0; i < planned.columns().size(); i++) {
            Column now = schema.columns().get(i);
            Column then = planned.columns().get(i);
            if (!now.name().equals(then.name())) {
                return Optional.of("column=" + now.name() + ", planned=" + then.name());
            }
            if (!isSameType(now, then)) {
                return Optional.of("column=" + now.name() + ", type=" + now.type() + ", planned=" + then.type());
            }
        }
        return schema.key().equals(planned.key())
                ? Optional.empty()
                : Optional.of("key=" + schema.key() + ", planned=" + planned.key());
    }

    private static boolean isSameType(Column now, Column then) {
        return now.type() == then.type()
                && (now.length() == then.length() || now.length() < 0 || then.length() < 0)
                && (now.scale() == then.scale() || now.scale() < 0 || then.scale() < 0);
    }
}
