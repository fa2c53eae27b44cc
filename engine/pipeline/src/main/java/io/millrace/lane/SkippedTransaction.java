package io.millrace.lane;

import io.millrace.position.PostgresPosition;
import io.millrace.position.TransactionId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction of the source of which a person has said that its rows are to be passed: they count as ignored. What a lane had applied of it
 * before stays. Confined to a lane.
 */
final class SkippedTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(SkippedTransaction.class);

    private final int lane;
    private String place = "";
    private boolean isOpen;
    private boolean isSaid;

    SkippedTransaction(int lane) {
        this.lane = lane;
    }

    /** Before the first row. */
    void name(String of) {
        place = of;
    }

    void onBegin(TransactionId begun) {
        if (place.isEmpty()) {
            return;
        }
        isOpen = place.equals(placeOf(begun));
        if (isOpen && !isSaid) {
            isSaid = true;
            LOG.warn("a transaction is passed, as it was asked for: lane={}, skip={}", lane, place);
        }
    }

    void onCommit() {
        isOpen = false;
    }

    /** Whether the rows that come are its. */
    boolean isOpen() {
        return isOpen;
    }

    /** How a person names a transaction. */
    static String placeOf(TransactionId transaction) {
        return switch (transaction.kind) {
            case TransactionId.KIND_MYSQL, TransactionId.KIND_MARIADB -> "gtid:" + transaction;
            case TransactionId.KIND_POSTGRES -> "lsn:" + PostgresPosition.lsnText(transaction.serverLow);
            default -> "binlog:" + transaction.fileNumber + ":" + transaction.endPosition;
        };
    }
}
