package io.millrace.load;

import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import java.util.Optional;

/** One moment of a full load, as lanes see it. Immutable and thread-safe. */
public final class LoadView {
    /** Nothing is or was being loaded. */
    public static final LoadView NONE = new LoadView(0, new TableView[0], false, Optional.empty());

    private final long version;
    private final TableView[] tables;
    private final boolean doesDrop;
    private final Optional<SourcePosition> end;

    /**
     * A moment.
     *
     * @param tables by the number of their plan; not written any more
     */
    LoadView(long version, TableView[] tables, boolean doesDrop, Optional<SourcePosition> end) {
        this.version = version;
        this.tables = tables;
        this.doesDrop = doesDrop;
        this.end = end;
    }

    /** Counts the views of a load. */
    public long version() {
        return version;
    }

    /** Known when all chunks are committed: a lane that has passed it has passed everything that a chunk may hold. */
    public Optional<SourcePosition> end() {
        return end;
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
        return tables[table].judge(image, transaction, doesDrop);
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
