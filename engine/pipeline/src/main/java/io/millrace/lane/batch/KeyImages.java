package io.millrace.lane.batch;

import io.millrace.lane.change.ChangeKind;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;

/** A look at the key of a batch's entry, of a change of a key at either. Confined to a lane; reused. */
public final class KeyImages {
    private final ImageFlyweight image = new ImageFlyweight();
    private final BatchEntries entries;

    public KeyImages(BatchEntries entries) {
        this.entries = entries;
    }

    /** Whether the entry is a change of a key as one statement, whose image is the whole record. */
    public boolean isRecord(int entry) {
        return EntryState.kind(entries.state(entry)) == ChangeKind.REKEY;
    }

    /** The row as the change leaves it, or of a removal its key. */
    public ImageFlyweight after(int entry) {
        return isRecord(entry) ? entries.wrapAfter(entry, image) : entries.wrap(entry, image);
    }

    public ImageFlyweight before(int entry) {
        return entries.wrapBefore(entry, image);
    }

    public static byte[] copy(ImageFlyweight image) {
        byte[] bytes = new byte[image.buffer().getInt(RowDescriptor.IMAGE_LENGTH_OFFSET)];
        image.buffer().getBytes(0, bytes);
        return bytes;
    }
}
