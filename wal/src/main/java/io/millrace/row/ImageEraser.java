package io.millrace.row;

import static io.millrace.row.RowDescriptor.IMAGE_BITS_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_COLUMN_COUNT_OFFSET;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes columns out of a copy of an image, which begins at the array's start: they are absent, and their bytes are zeros. Confined to one thread. */
public final class ImageEraser {
    private final MutableDirectBuffer image;
    private final int columnCount;

    public ImageEraser(byte[] image) {
        this.image = new UnsafeBuffer(image);
        columnCount = this.image.getInt(IMAGE_COLUMN_COUNT_OFFSET);
    }

    /**
     * Takes a column out.
     *
     * @param isFixed whether the column's value lies in its slot
     */
    public void erase(int column, boolean isFixed) {
        int slot = RowDescriptor.slotsOffset(columnCount) + (column << 3);
        if (!isFixed) {
            image.setMemory(image.getInt(slot), image.getInt(slot + Integer.BYTES), (byte) 0);
        }
        image.putLong(slot, 0);
        int present = IMAGE_BITS_OFFSET + ((column >>> 6) << 3);
        clear(present, column);
        clear(present + (RowDescriptor.bitWords(columnCount) << 3), column);
    }

    private void clear(int word, int column) {
        image.putLong(word, image.getLong(word) & ~(1L << column));
    }
}
