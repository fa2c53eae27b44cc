package io.millrace.load;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.MySqlGtids;
import io.millrace.position.PostgresSnapshot;
import io.millrace.position.TransactionId;
import java.util.BitSet;
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

    /** Decision 0045. */
    @Test
    void shouldWaitForEveryLaneWhenTablesJoinOthers() {
        JoinHold first = new JoinHold(1, new BitSet(), Optional.of(upTo(7)));
        LoadGate gate = new LoadGate(2, LoadView.NONE);
        assertFalse(gate.doAllStand(first));
        gate.stand(0, first, true);
        assertFalse(gate.doAllStand(first), "lane 1 has said nothing");
        gate.stand(1, first, false);
        assertTrue(gate.isInDoubt(first));
        assertFalse(gate.doAllStand(first), "lane 1 stands before something that may have more behind it");

        JoinHold second = first.at(2, upTo(8));
        assertFalse(gate.isInDoubt(second));
        gate.stand(1, second, true);
        assertFalse(gate.doAllStand(second), "lane 0 stands where the first snapshot was");
        gate.stand(0, second, true);
        assertTrue(gate.doAllStand(second));
    }

    /** A commit is in the WAL before it is shown: one behind the snapshot's LSN has nothing behind it that the snapshot shows. */
    @Test
    void shouldDoubtAPlaceWhenACommitWasWrittenBeforeTheSnapshotThatLacksIt() {
        JoinHold hold = new JoinHold(1, new BitSet(), Optional.of(PostgresSnapshot.of("100:105:101", 0x5000)));
        assertFalse(hold.holds(commit(102, 0x4800)));
        assertTrue(hold.holds(commit(101, 0x4900)));
        assertFalse(hold.isBehindAll(commit(101, 0x4900)));
        assertTrue(hold.holds(commit(105, 0x5000)));
        assertTrue(hold.isBehindAll(commit(105, 0x5000)));
    }

    private static TransactionId commit(long xid, long lsn) {
        TransactionId id = new TransactionId();
        id.kind = TransactionId.KIND_POSTGRES;
        id.number = xid;
        id.serverLow = lsn;
        return id;
    }

    @Test
    void shouldOpenAtOnceWhenThereAreNoLanes() {
        LoadGate gate = new LoadGate(0, LoadView.NONE);
        assertTrue(gate.isAcknowledged(1));
        assertTrue(gate.isContainedIn(MySqlGtids.EMPTY));
    }
}
