package io.millrace.load;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import java.util.Optional;

/** One moment of a full load, as lanes see it. Immutable and thread-safe. */
public final class LoadView {
    /** Nothing is or was being loaded. */
    public static final LoadView NONE = new LoadView(0, new TableView[0], false, new SourcePosition[0], null, null);

    private final long version;
    private final TableView[] tables;
    private final boolean doesDrop;
    private final SourcePosition[] ends;
    private final int endCount;
    private final JoinHold hold;
    private final Settling settling;

    /**
     * A moment.
     *
     * @param tables by the number of their plan; not written any more
     * @param ends of their loads, as numbered, null where it is not known; not written any more
     * @param hold null where lanes need not stand
     * @param settling null where chunks are not committed yet
     */
    LoadView(
            long version,
            TableView[] tables,
            boolean doesDrop,
            SourcePosition[] ends,
            JoinHold hold,
            Settling settling) {
        this.settling = settling;
        this.version = version;
        this.tables = tables;
        this.doesDrop = doesDrop;
        this.ends = ends;
        this.hold = hold;
        int known = 0;
        for (SourcePosition end : ends) {
            known += end == null ? 0 : 1;
        }
        endCount = known;
    }

    /** Counts the views of a load. */
    public long version() {
        return version;
    }

    /**
     * Where a table's load ends. Known when all chunks are committed, and the same for good: a lane that has passed it has passed
     * everything that a chunk may hold.
     *
     * @param table the number of its plan
     */
    public Optional<SourcePosition> end(int table) {
        return table < ends.length ? Optional.ofNullable(ends[table]) : Optional.empty();
    }

    /** Of how many tables it is known. */
    public int endCount() {
        return endCount;
    }

    /** Whether changes of pending chunks are left out, so that lanes do not wait for them. */
    public boolean doesDrop() {
        return doesDrop;
    }

    /** Where lanes stand while tables are loaded that join others; null where they need not. */
    public JoinHold hold() {
        return hold;
    }

    /** Where lanes come to before the load ends; null where chunks are not committed yet. */
    public Settling settling() {
        return settling;
    }

    /** Whether changes must be judged. */
    public boolean isActive() {
        return tables.length > 0;
    }

    /**
     * What a change of a key means.
     *
     * @param table the number of its plan
     * @param image with the key
     */
    public Verdict judge(int table, ImageFlyweight image, TransactionId transaction) {
        // What lanes pass is in the snapshot.
        boolean isShown = hold != null && hold.isOpen() && hold.isOf(table);
        return isShown ? Verdict.SKIP : tables[table].judge(image, transaction, doesDrop);
    }

    /**
     * Whether all that was loaded of a table lies behind a place: no change from there on is in a chunk already.
     *
     * @param table the number of its plan
     */
    public boolean isPassed(int table, SourcePosition place) {
        return !isActive() || tables[table].isPassed(place);
    }
}
