package io.millrace.dirty;

import io.millrace.schema.TableId;
import io.millrace.task.TaskSpec;
import io.millrace.writer.LedgerEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The dirty rows of a task that runs: what its lanes could not write, and which of it later changes have overtaken. Thread-safe:
 * lanes meet here only while there are such rows.
 */
public final class DirtyRows implements AutoCloseable {
    /** At once: they lie in memory until they are stored. */
    private static final int MOST_REFUSALS = 1_000;

    private final DirtyStore store;
    private final DirtyBudget budget;
    private final int mostRefusals;
    private final boolean isCounting;
    private final Function<DirtyRow, List<Long>> keyHashes;
    private final OpenRows open = new OpenRows();

    private DirtyRows(DirtyStore store, TaskSpec task, Function<DirtyRow, List<Long>> keyHashes) {
        this.store = store;
        this.keyHashes = keyHashes;
        budget = new DirtyBudget(task);
        mostRefusals = budget.isNone() ? 1 : MOST_REFUSALS;
        isCounting = budget.isRelative();
        for (StoredRow row : store.rows()) {
            budget.stored(row.head().schema().table());
        }
        take(store.rows());
        List<DirtyStore.Mark> lost = store.rows().stream()
                .filter(row -> row.state() == DirtyState.OPEN && !open.isFollowed(row.number()))
                .map(row -> new DirtyStore.Mark(
                        row.number(), DirtyState.UNCERTAIN, row.head().place()))
                .toList();
        if (!lost.isEmpty()) {
            store.mark(lost);
        }
    }

    /**
     * Opens what is stored.
     *
     * @param directory the task's data directory, whose lock the caller holds
     * @param keyHashes by which lanes hash the keys of a row, two where it changes; none where
     *     the table is not followed as it was: nobody will know then what becomes of the row
     */
    public static DirtyRows open(Path directory, TaskSpec task, Function<DirtyRow, List<Long>> keyHashes) {
        return new DirtyRows(DirtyStore.open(directory), task, keyHashes);
    }

    private void take(Collection<StoredRow> changed) {
        for (StoredRow row : changed) {
            if (!open.isKnown(row.number())) {
                open.know(row.number(), keyHashes.apply(store.read(row.number()).orElseThrow()));
            }
        }
        open.take(changed);
    }

    /** How many rows that cannot be written are worth looking for at once. */
    public int mostRefusals() {
        return mostRefusals;
    }

    /** Whether rows that pass are to be counted, for a limit in percent. */
    public boolean isCounting() {
        return isCounting;
    }

    /** Rows of a source table have come. */
    public synchronized void passed(TableId source, long rows) {
        budget.passed(source, rows);
    }

    /** Hashes of the keys of stored rows that are not known to be overtaken; maybe some of others, too. */
    public StoredKeys keys() {
        return open.keys();
    }

    /** Stored rows whose key may have this hash, with their images; without those that are overtaken. */
    public synchronized List<Candidate> candidates(long hash) {
        List<Candidate> found = new ArrayList<>();
        for (long number : open.of(hash)) {
            found.add(new Candidate(
                    store.row(number).orElseThrow(), store.read(number).orElseThrow()));
        }
        return found;
    }

    /** A stored row that may be of a key. */
    public record Candidate(StoredRow known, DirtyRow row) {}

    /** Says that later changes have overtaken rows: before those changes are committed at the target. */
    public synchronized void overtaken(List<DirtyStore.Mark> marks) {
        take(store.mark(marks));
    }

    /** Says that all rows of some source tables are loaded anew. */
    public synchronized void reloaded(Set<TableId> tables) {
        take(store.settle(tables, DirtyState.OVERTAKEN));
    }

    /**
     * Stores rows, durably.
     *
     * @throws io.millrace.error.MillraceException with DIRTY_LIMIT for the first that is too many; then none is stored
     */
    public synchronized void store(List<DirtyRow> rows) {
        for (DirtyRow row : rows) {
            if (!store.has(row)) {
                budget.take(row);
            }
        }
        take(store.add(rows));
    }

    /**
     * Stores the rows of a load's chunk, durably, before the chunk is committed, in place of those that an attempt at the same chunk
     * stored which was not.
     *
     * @throws io.millrace.error.MillraceException with DIRTY_LIMIT for the first that is too many; then none is stored
     */
    public synchronized void storeChunk(TableId source, int number, List<DirtyRow> rows) {
        DirtyPlace place = DirtyPlace.ofLoad(source, number, 0);
        remove(store.rows().stream()
                .filter(row -> row.head().place().isOfChunk(place))
                .toList());
        rows.forEach(budget::take);
        if (!rows.isEmpty()) {
            take(store.add(rows));
        }
    }

    /**
     * Forgets what was stored of chunks that were not committed: their rows are read again, in chunks of other ranges maybe, and are stored
     * by what they are then. Before a load goes on, when nobody else can commit a chunk any more.
     *
     * @param committed the ledger
     */
    public synchronized void forgetChunksBut(List<LedgerEntry> committed) {
        remove(store.rows().stream()
                .filter(row -> isOfLoadBut(row.head(), committed))
                .toList());
    }

    private static boolean isOfLoadBut(DirtyRow row, List<LedgerEntry> committed) {
        TableId source = row.schema().table();
        return row.place().isOfLoad(source)
                && committed.stream()
                        .noneMatch(entry -> entry.source().equals(source)
                                && entry.number() == row.place().logIndex());
    }

    private void remove(List<StoredRow> stale) {
        if (stale.isEmpty()) {
            return;
        }
        List<Long> numbers = stale.stream().map(StoredRow::number).toList();
        store.remove(numbers);
        stale.forEach(row -> budget.removed(row.head().schema().table()));
        open.forget(numbers);
    }

    /** Whether there are rows of a source table that are not known to be overtaken. */
    public synchronized boolean hasOf(TableId source) {
        return store.rows().stream().anyMatch(row -> isOpenOf(row, source));
    }

    private static boolean isOpenOf(StoredRow row, TableId source) {
        return row.state() != DirtyState.OVERTAKEN
                && row.head().schema().table().equals(source);
    }

    /** Source tables are about to be loaded again: what the stream could not write of them is overtaken. */
    public synchronized void reloaded(Collection<TableId> sources) {
        List<DirtyStore.Mark> marks = new ArrayList<>();
        for (TableId source : sources) {
            store.rows().stream()
                    .filter(row -> isOpenOf(row, source) && !row.head().place().isOfLoad(source))
                    .forEach(row -> marks.add(
                            new DirtyStore.Mark(row.number(), DirtyState.OVERTAKEN, DirtyPlace.ofLoad(source, -1, 0))));
        }
        if (!marks.isEmpty()) {
            overtaken(marks);
        }
    }

    /** Rows in the store. */
    public synchronized int count() {
        return store.count();
    }

    @Override
    public synchronized void close() {
        store.close();
    }
}
