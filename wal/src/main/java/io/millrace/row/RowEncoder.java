package io.millrace.row;

import static io.millrace.row.RowDescriptor.BEFORE_KEY_HASH_OFFSET;
import static io.millrace.row.RowDescriptor.BEFORE_LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_BITS_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_COLUMN_COUNT_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.KEY_HASH_OFFSET;
import static io.millrace.row.RowDescriptor.LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.RECORD_HEADER_LENGTH;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Builds one row record at a time, straight into the memory where it will stay. See {@link RowDescriptor} for the layout.
 *
 * <p>Order of calls: {@link #beginRecord}, then for each image {@link #beginImage}, one {@code put} for each column in
 * any order, {@link #endImage}; then {@link #endRecord}. A column that is not put is present with slot 0.
 *
 * <p>Confined to one thread. Hot path: allocates nothing.
 */
public final class RowEncoder {
    private final RowSpace space;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private int recordOffset;
    private int image; // from the record's start, like all that follow
    private int slots;
    private int bitWords;
    private int position;
    private int beforeLength;
    private int claimedLength;

    public RowEncoder(RowSpace space) {
        this.space = space;
    }

    /** Starts a record. The first image that follows is the before image where the operation has one. */
    public void beginRecord() {
        recordOffset = space.grow(buffer, 0, 0, RECORD_HEADER_LENGTH);
        position = RECORD_HEADER_LENGTH;
        claimedLength = RECORD_HEADER_LENGTH;
        beforeLength = 0;
    }

    /** Starts an image in which every column is present and not NULL until told otherwise. */
    public void beginImage(int columnCount) {
        image = position;
        bitWords = RowDescriptor.bitWords(columnCount);
        slots = image + RowDescriptor.slotsOffset(columnCount);
        int end = image + RowDescriptor.imageFixedLength(columnCount);
        ensure(end);
        int base = recordOffset + image;
        buffer.putInt(base + IMAGE_COLUMN_COUNT_OFFSET, columnCount);
        int bits = base + IMAGE_BITS_OFFSET;
        for (int i = 0; i < bitWords; i++) {
            buffer.putLong(bits + (i << 3), -1L);
            buffer.putLong(bits + ((bitWords + i) << 3), 0L);
        }
        // A loop of stores: setMemory of a few hundred bytes outside the heap costs more than the row.
        for (int at = recordOffset + slots, last = recordOffset + end; at < last; at += Long.BYTES) {
            buffer.putLong(at, 0L);
        }
        position = end;
    }

    /** A value of a fixed-width type. */
    public void putLong(int column, long value) {
        buffer.putLong(recordOffset + slots + (column << 3), value);
    }

    public void putNull(int column) {
        int at = recordOffset + image + IMAGE_BITS_OFFSET + ((bitWords + (column >>> 6)) << 3);
        buffer.putLong(at, buffer.getLong(at) | (1L << column));
    }

    /** The source did not send this column. */
    public void putAbsent(int column) {
        int at = recordOffset + image + IMAGE_BITS_OFFSET + ((column >>> 6) << 3);
        buffer.putLong(at, buffer.getLong(at) & ~(1L << column));
    }

    /** A value of a variable type, copied. */
    public void putBytes(int column, DirectBuffer source, int offset, int length) {
        int to = reserve(length);
        buffer.putBytes(to, source, offset, length);
        putReserved(column, length);
    }

    /**
     * Makes room for a variable value of up to {@code maxLength} bytes. It may move the record: ask {@link #buffer} after it.
     *
     * @return the offset in {@link #buffer} where the bytes go
     */
    public int reserve(int maxLength) {
        ensure(position + maxLength);
        return recordOffset + position;
    }

    /** Ends a variable value that was written at the offset of the last {@link #reserve}. */
    public void putReserved(int column, int length) {
        putLong(column, ((long) length << 32) | (position - image));
        position += length;
    }

    /** Where {@link #reserve} points into. Valid until the next call of this encoder. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Ends the image; for UPDATE and DELETE say {@code isBefore} at the first. */
    public void endImage(boolean isBefore) {
        int end = RowDescriptor.align(position);
        ensure(end);
        int length = end - image;
        buffer.putInt(recordOffset + image + IMAGE_LENGTH_OFFSET, length);
        position = end;
        if (isBefore) {
            beforeLength = length;
        }
    }

    /** Points a flyweight at the image that was ended last. Valid until the next call of this encoder. */
    public void wrapLastImage(ImageFlyweight flyweight) {
        flyweight.wrap(buffer, recordOffset + image, position - image);
    }

    /**
     * Ends the record.
     *
     * @return its length in bytes
     */
    public int endRecord(long keyHash, long beforeKeyHash) {
        buffer.putInt(recordOffset + LENGTH_OFFSET, position);
        buffer.putInt(recordOffset + BEFORE_LENGTH_OFFSET, beforeLength);
        buffer.putLong(recordOffset + KEY_HASH_OFFSET, keyHash);
        buffer.putLong(recordOffset + BEFORE_KEY_HASH_OFFSET, beforeKeyHash);
        return position;
    }

    /** Where the record starts in {@link #buffer}. */
    public int recordOffset() {
        return recordOffset;
    }

    /** Up to where the caller may have written, from the record's start: more than the record where it reserved more. */
    public int claimedLength() {
        return claimedLength;
    }

    private void ensure(int requiredLength) {
        if (requiredLength < 0) {
            throw new IllegalArgumentException("row record over 2 GiB: required=" + requiredLength);
        }
        claimedLength = Math.max(claimedLength, requiredLength);
        if (requiredLength > buffer.capacity() - recordOffset) {
            recordOffset = space.grow(buffer, recordOffset, position, requiredLength);
        }
    }
}
