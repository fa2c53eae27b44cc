package io.millrace.load;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** EXACTNESS 38: a chunk opens only when a snapshot has all that lanes left out for it. */
class LoadGateTest {
    private static final UUID SERVER = new UUID(1, 2);

    private static MySqlGtids upTo(long number) {
        return MySqlGtids.parse(SERVER + ":1-" + number);
    }

    private static Optional<TransactionId> transaction(long number) {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_MYSQL;
        id.serverHigh = SERVER.getMostSignificantBits();
        id.serverLow = SERVER.getLeastSignificantBits();
        id.number = number;
        return Optional.of(id);
    }

    @Test
    void shouldNotOpenWhenALaneGoesByAnOlderView() {
        LoadGate gate = new LoadGate(2, LoadView.NONE);
        gate.acknowledge(0, 3, upTo(5), Optional.empty());
        assertFalse(gate.isAcknowledged(3), "lane 1 has said nothing");
        gate.acknowledge(1, 2, upTo(5), Optional.empty());
        assertFalse(gate.isAcknowledged(3), "lane 1 is behind");
        gate.acknowledge(1, 4, upTo(5), Optional.empty());
        assertTrue(gate.isAcknowledged(3));
    }

    @Test
    void shouldRefuseASnapshotWhenItLacksWhatALaneHadPassed() {
        LoadGate gate = new LoadGate(2, LoadView.NONE);
        gate.acknowledge(0, 1, upTo(5), Optional.empty());
        gate.acknowledge(1, 1, upTo(9), Optional.empty());
        assertFalse(gate.isContainedIn(upTo(8)));
        assertTrue(gate.isContainedIn(upTo(9)));
    }

    @Test
    void shouldRefuseASnapshotWhenItLacksTheTransactionThatALaneWasIn() {
        LoadGate gate = new LoadGate(1, LoadView.NONE);
        gate.acknowledge(0, 1, upTo(5), transaction(6));
        assertFalse(gate.isContainedIn(upTo(5)), "rows of 6 may have been left out");
        assertTrue(gate.isContainedIn(upTo(6)));
    }

    /** EXACTNESS 34: up to there the log was written without the tables that the task takes now. */
    @Test
    void shouldRefuseASnapshotWhenItLacksWhatTheLogHeldAtTheStart() {
        LoadGate gate = new LoadGate(1, LoadView.NONE, Optional.of(upTo(7)));
        gate.acknowledge(0, 1, upTo(5), Optional.empty());
        assertFalse(gate.isContainedIn(upTo(6)));
        assertTrue(gate.isContainedIn(upTo(7)));
    }

    @Test
    void shouldOpenAtOnceWhenThereAreNoLanes() {
        LoadGate gate = new LoadGate(0, LoadView.NONE);
        assertTrue(gate.isAcknowledged(1));
        assertTrue(gate.isContainedIn(MySqlGtids.EMPTY));
    }
}
