package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;
import io.millrace.lane.change.PolicyJudge;
import io.millrace.lane.table.TableBinding;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A lane's own rows of one document from a key change on which it meets another lane ({@code KeyMoves}), or from a transaction that it may not
 * pass yet, in their order. Their images
 * stay in the log's memory, which is not released meanwhile. Such changes are rare, so this may allocate. Confined to a lane.
 */
public final class HeldRows {
    /**
     * One row.
     *
     * @param kind as a {@link ChangeKind}; of REKEY the record lies at the address, of all others the image
     * @param number of the row in its document
     * @param isNew whether this is the lane of the new key, which counts the change
     * @param hash of the row's key, or of REKEY that of its new key
     * @param origin as {@link BatchOrigins} packs it
     * @param policy of REKEY what the table's policies make of it behind its load's end
     * @param at where the lane stands before the row; null for all but REKEY and a stand
     */
    public record Row(
            TableBinding table,
            byte kind,
            long number,
            boolean isNew,
            long address,
            int length,
            long hash,
            int otherLane,
            TransactionId transaction,
            long origin,
            PolicyJudge.Outcome policy,
            At at) {}

    /**
     * A place for a checkpoint inside a document, which a start reads again from its beginning.
     *
     * @param rowsInto rows of the open transaction before this place
     */
    public record At(SourcePosition position, String lastTransaction, long rowsInto) {}

    private final Deque<Row> rows = new ArrayDeque<>();

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public void add(Row row) {
        rows.add(row);
    }

    public Row first() {
        return rows.getFirst();
    }

    public void removeFirst() {
        rows.removeFirst();
    }
}
