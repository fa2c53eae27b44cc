package io.millrace.lane.change;

import io.millrace.position.PostgresPosition;
import io.millrace.position.TransactionId;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of the source of which a person has said that their rows are to be passed: they count as ignored. What a lane had applied of one
 * before stays. Confined to a lane.
 */
public final class SkippedTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(SkippedTransaction.class);

    private final int lane;
    private Set<String> places = Set.of();
    private boolean isOpen;
    private final Set<String> said = new HashSet<>();

    public SkippedTransaction(int lane) {
        this.lane = lane;
    }

    /** Before the first row. */
    public void name(Set<String> all) {
        places = Set.copyOf(all);
    }

    public void onBegin(TransactionId begun) {
        if (places.isEmpty()) {
            return;
        }
        String place = placeOf(begun);
        isOpen = places.contains(place);
        if (isOpen && said.add(place)) {
            LOG.warn("a transaction is passed, as it was asked for: lane={}, place={}", lane, place);
        }
    }

    public void onCommit() {
        isOpen = false;
    }

    /** Whether the rows that come are its. */
    public boolean isOpen() {
        return isOpen;
    }

    /** How a person names a transaction. */
    public static String placeOf(TransactionId transaction) {
        return switch (transaction.kind) {
            case TransactionId.KIND_MYSQL, TransactionId.KIND_MARIADB -> "gtid:" + transaction;
            case TransactionId.KIND_POSTGRES -> "lsn:" + PostgresPosition.lsnText(transaction.serverLow);
            default -> "binlog:" + transaction.fileNumber + ":" + transaction.endPosition;
        };
    }
}
