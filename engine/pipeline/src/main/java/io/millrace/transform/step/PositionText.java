package io.millrace.transform.step;

import io.millrace.position.PostgresPosition;
import io.millrace.position.TransactionId;

/** Where a transaction stands at its source. */
final class PositionText {
    private PositionText() {}

    /** In the form of positions; empty where the source has no GTIDs: then no row knows where its transaction ends. */
    static String of(TransactionId transaction) {
        return switch (transaction.kind) {
            case TransactionId.KIND_MYSQL, TransactionId.KIND_MARIADB -> "gtid:" + transaction;
            case TransactionId.KIND_POSTGRES -> "lsn:" + PostgresPosition.lsnText(transaction.serverLow);
            default -> "";
        };
    }
}
