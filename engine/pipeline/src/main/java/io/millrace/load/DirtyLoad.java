package io.millrace.load;

import io.millrace.dirty.DirtyPlace;
import io.millrace.dirty.DirtyRow;
import io.millrace.dirty.DirtyRows;
import io.millrace.dirty.StoredImage;
import io.millrace.mapping.TablePlan;
import io.millrace.position.SourcePosition;
import io.millrace.position.TransactionId;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.Refusal;
import io.millrace.writer.RowRefusals;
import io.millrace.writer.RunOperation;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.EpochClock;

/**
 * A load's dealings with rows that cannot be written. A chunk that fails for one is loaded once more with a writer that leaves such
 * rows out and tells of them here; they are stored before the chunk is committed. Confined to the load's thread.
 */
final class DirtyLoad implements RowRefusals {
    private final DirtyRows dirty;
    private final EpochClock clock;
    private final List<DirtyRow> refused = new ArrayList<>();
    private TablePlan table;
    private int chunk;
    private String snapshot = "";
    private int refusedInTable;
    private boolean isLeavingOut;

    DirtyLoad(DirtyRows dirty, EpochClock clock) {
        this.dirty = dirty;
        this.clock = clock;
    }

    /** Whether a chunk that failed for its rows is worth another attempt. */
    boolean mayLeaveOut() {
        return dirty.mostRefusals() > 1 && !isLeavingOut;
    }

    /** The next attempt leaves rows out. */
    void leaveOut() {
        isLeavingOut = true;
    }

    boolean isLeavingOut() {
        return isLeavingOut;
    }

    /** An attempt at a chunk begins. */
    void begin() {
        refused.clear();
    }

    /** Its rows of a table follow. */
    void table(TablePlan plan, int number, SourcePosition watermark) {
        table = plan;
        chunk = number;
        snapshot = "snapshot at " + watermark.text();
        refusedInTable = 0;
    }

    @Override
    public void refuse(int number, ImageFlyweight image, Refusal why) {
        byte[] bytes = new byte[image.buffer().getInt(RowDescriptor.IMAGE_LENGTH_OFFSET)];
        image.buffer().getBytes(0, bytes);
        refusedInTable++;
        refused.add(new DirtyRow(
                DirtyPlace.ofLoad(table.source().table(), chunk, number),
                new byte[TransactionId.LENGTH],
                0,
                snapshot,
                0,
                table.shape(),
                table.target().name(),
                RunOperation.INSERT,
                StoredImage.of(bytes, table.target()),
                new byte[0],
                false,
                why,
                clock.time()));
    }

    /** Rows of the table that are in the store instead of the target; once all have been flushed. */
    int refusedInTable() {
        return refusedInTable;
    }

    /** Before the chunk is committed, with all its tables. */
    void store(List<LedgerEntry> entries) {
        for (LedgerEntry entry : entries) {
            List<DirtyRow> rows = refused.stream()
                    .filter(row -> row.schema().table().equals(entry.source()))
                    .toList();
            dirty.passed(entry.source(), entry.rows());
            dirty.storeChunk(entry.source(), entry.number(), rows);
        }
    }

    /** The chunk is at the target. */
    void committed() {
        refused.clear();
        isLeavingOut = false;
    }
}
