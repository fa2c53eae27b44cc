package io.millrace.pipeline.opening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.lane.Follower;
import io.millrace.load.ChunkLoader;
import io.millrace.load.FullLoad;
import io.millrace.pipeline.ModelRig;
import io.millrace.pipeline.ModelTable;
import io.millrace.position.SourcePosition;
import io.millrace.task.Step;
import io.millrace.writer.Checkpoint;
import io.millrace.writer.LedgerEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start finds, refuses and brings together. */
class SessionOpeningTest {
    @TempDir
    Path directory;

    private final ModelTable orders = new ModelTable("orders", false, 40);
    private ModelRig rig;

    @BeforeEach
    void make() {
        rig = new ModelRig(new Random(6), directory.resolve("data"));
        rig.add(orders);
        for (int i = 0; i < 30; i++) {
            rig.source.mutate(4);
        }
        rig.source.settleAll();
    }

    private ErrorCode refusal() {
        return assertThrows(MillraceException.class, rig::open).code();
    }

    private void runAWhile() {
        rig.live(200);
    }

    /** EXACTNESS 7: an index beyond the log's end, as after a restored disk. */
    @Test
    void shouldReadAgainFromTheSourceWhenACheckpointIsBeyondTheLogsEnd() {
        runAWhile();
        rig.crash(false);
        UUID lost = rig.log.id();
        rig.log.forget(3);
        rig.logAfterDrop = true;
        rig.open();
        assertNotEquals(lost, rig.log.id());
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
    }

    /** EXACTNESS 7: the disk was set back, and the log went on in fewer documents. What lies between, the lane never saw. */
    @Test
    void shouldReadAgainFromTheSourceWhenTheLogIsFurtherOnAtACheckpointsIndex() {
        runAWhile();
        rig.drain();
        for (int i = 0; i < 20; i++) {
            rig.source.mutate(4);
        }
        rig.source.settleAll();
        rig.source.pump(rig.sink, 1_000, false);
        rig.crash(false);
        UUID other = rig.log.id();
        rig.log.merge(8);
        rig.logAfterDrop = true;
        rig.open();
        assertNotEquals(other, rig.log.id());
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
    }

    /** EXACTNESS 15. */
    @Test
    void shouldRefuseWhenATableChangesWhileThePositionIsTaken() {
        rig.source.changesShapeWithPosition = true;
        assertEquals(ErrorCode.SCHEMA_MISMATCH, refusal());
        assertEquals(List.of(), rig.target.checkpoints);
    }

    /** EXACTNESS 40: under one snapshot, in one transaction, whatever comes between. */
    @Test
    void shouldLoadTablesTogetherWhenTheTargetTiesTheirRows() {
        ModelTable lines = new ModelTable("lines", false, 20);
        rig.add(lines);
        rig.target.tied.add(orders.schema().table());
        rig.target.tied.add(lines.schema().table());
        rig.live(300);
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
        assertEquals(
                List.of(0, 0, LedgerEntry.END, LedgerEntry.END),
                rig.target.ledger.stream().map(LedgerEntry::number).toList());
        assertEquals(
                rig.target.ledger.get(0).watermark(), rig.target.ledger.get(1).watermark());
    }

    /** EXACTNESS 26: a lane that has not written that it is past the load's end finds the same one again. */
    @Test
    void shouldKeepTheLoadsEndWhenKilledBehindIt() {
        rig.open();
        rig.drain();
        List<LedgerEntry> ledger = List.copyOf(rig.target.ledger);
        assertTrue(ledger.stream().anyMatch(LedgerEntry::isEnd));
        rig.crash(false);
        for (int i = 0; i < 5; i++) {
            rig.source.mutate(6);
        }
        rig.open();
        rig.drain();
        assertEquals(ledger, rig.target.ledger);
        rig.finish();
        rig.crash(false);
        rig.open();
        assertTrue(rig.session.load().isEmpty());
    }

    /** EXACTNESS 23: between the lanes' places are rows that other lanes would apply, beside what the first of them has applied already. */
    @Test
    void shouldRefuseOtherTiesWhenLanesWereCutShortAndTakeThemWhenTheyHaveMet() {
        rig.open();
        rig.drain();
        rig.finish();
        rig.crash(false);
        rig.open();
        leaveLanesApart();
        rig.crash(false);
        rig.target.tied.add(orders.schema().table());
        assertEquals(ErrorCode.TARGET_TABLE_MISMATCH, refusal());
        rig.crash(false);
        rig.target.tied.clear();
        rig.open();
        rig.drain();
        rig.finish();
        rig.crash(false);
        rig.target.tied.add(orders.schema().table());
        rig.open();
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
    }

    /** One lane alone goes on. */
    private void leaveLanesApart() {
        Follower first = rig.session.lanes().get(0);
        long start = first.status().committed().logIndex();
        for (int i = 0; i < 10_000 && first.status().committed().logIndex() == start; i++) {
            rig.source.mutate(4);
            rig.source.settleAll();
            rig.source.pump(rig.sink, 100, false);
            rig.log.sync();
            rig.nanos += 50_000_000;
            first.doWork();
        }
        assertNotEquals(
                first.status().committed().logIndex(),
                rig.session.lanes().get(1).status().committed().logIndex());
    }

    /** EXACTNESS 41. */
    @Test
    void shouldRefuseToGoOnWhenTheTableChangedItsShapeWithinItsLoad() {
        rig.open();
        while (rig.target.ledger.isEmpty()) {
            rig.step(false);
        }
        rig.crash(false);
        LedgerEntry entry = rig.target.ledger.get(0);
        rig.target.ledger.set(
                0,
                new LedgerEntry(
                        entry.source(),
                        entry.number(),
                        entry.lower(),
                        entry.upper(),
                        entry.watermark(),
                        "another",
                        entry.rows()));
        assertEquals(ErrorCode.SCHEMA_MISMATCH, refusal());
    }

    @Test
    void shouldRefuseWhenTheDirectoryIsOfAnotherSource() throws IOException {
        runAWhile();
        rig.crash(false);
        Files.writeString(directory.resolve("data").resolve("source"), "somebody else\n");
        assertEquals(ErrorCode.SOURCE_IDENTITY, refusal());
    }

    @Test
    void shouldGoOnAtAnotherServerWhenItHoldsTheHistory() throws IOException {
        runAWhile();
        rig.crash(false);
        rig.source.name = "the replica";
        rig.source.holdsHistory = true;
        rig.open();
        rig.drain();
        assertEquals(
                "the replica",
                Files.readString(directory.resolve("data").resolve("source")).strip());
        rig.crash(false);
        rig.source.name = "a stranger";
        rig.source.holdsHistory = false;
        assertEquals(ErrorCode.SOURCE_IDENTITY, refusal());
    }

    @Test
    void shouldGoOnBehindItsChunksWhenALoadWasCutShort() {
        rig.open();
        while (rig.target.ledger.size() < 3) {
            rig.step(false);
        }
        rig.crash(false);
        rig.open();
        long loaded = rig.target.ledger.stream().mapToLong(LedgerEntry::rows).sum();
        assertEquals(
                loaded, rig.session.load().map(FullLoad::status).orElseThrow().rows());
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
    }

    /** Chunks of one table are loaded at once, and the later one may be committed when the earlier one is lost. */
    @Test
    void shouldReadWhatLiesBetweenCommittedChunksWhenALoadWasCutShort() {
        rig.open();
        List<ChunkLoader> loaders = rig.session.load().orElseThrow().loaders();
        rig.session.lanes().forEach(Follower::doWork);
        loaders.get(0).doWork(); // takes the first chunk, and no further step
        for (int i = 0; i < 1_000 && rig.target.ledger.size() < 2; i++) {
            rig.nanos += 20_000_000;
            rig.session.lanes().forEach(Follower::doWork);
            loaders.get(1).doWork();
        }
        assertEquals(
                List.of(1, 2),
                rig.target.ledger.stream().map(LedgerEntry::number).toList());
        rig.crash(false);
        rig.open();
        rig.drain();
        assertEquals(Optional.empty(), rig.difference());
        LedgerEntry lost = rig.target.ledger.stream()
                .filter(entry -> entry.number() == 0)
                .findFirst()
                .orElseThrow();
        assertEquals(rig.target.ledger.get(0).lower(), lost.upper());
    }

    @Test
    void shouldRaiseTheEpochAndKeepThePositionAtEachStart() {
        runAWhile();
        SourcePosition before = rig.target.checkpoints.get(0).position();
        rig.crash(false);
        rig.open();
        Checkpoint held = rig.target.checkpoints.get(0);
        assertEquals(2, held.epoch());
        assertEquals(before, held.position());
    }

    @Test
    void shouldRefuseWhenATableIsMissingAndNoneMayBeMade() {
        rig.task = ModelRig.task(2, Step.FULL, Step.INCREMENTAL);
        assertEquals(ErrorCode.TARGET_TABLE_MISSING, refusal());
        assertTrue(rig.target.tables.isEmpty());
    }
}
