package io.millrace.row;

import static io.millrace.row.RowDescriptor.BEFORE_KEY_HASH_OFFSET;
import static io.millrace.row.RowDescriptor.BEFORE_LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_BITS_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_COLUMN_COUNT_OFFSET;
import static io.millrace.row.RowDescriptor.IMAGE_LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.KEY_HASH_OFFSET;
import static io.millrace.row.RowDescriptor.LENGTH_OFFSET;
import static io.millrace.row.RowDescriptor.RECORD_HEADER_LENGTH;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Builds one row record at a time, straight into the memory where it will stay. See {@link RowDescriptor} for the layout.
 *
 * <p>Order of calls: {@link #beginRecord}, then for each image {@link #beginImage}, one {@code put} for each column in
 * any order, {@link #endImage}; then {@link #endRecord}. A column that is not put is present with slot 0.
 *
 * <p>Memory outside the heap, which is where rows that many must pass are built, is written by its address: through a buffer
 * that may also be of the heap, each store would make the compiler forget all fields that it holds in registers. Every store is
 * inside the room that {@link RowSpace#grow} gave.
 *
 * <p>Confined to one thread. Hot path: allocates nothing.
 */
public final class RowEncoder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Longest value that is copied by words: a call costs more than a short one. */
    private static final int WORDS_LIMIT = 128;

    /** The same of values that lie one behind the other in an image. */
    private static final int RUN_LIMIT = 512;

    private static final long LENGTH_BITS = 0xFFFF_FFFFL << 32;

    private final RowSpace space;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private boolean isOutsideHeap;
    private long address; // of the record, where it is outside the heap
    private int capacity; // from the record's start
    private int columnCount;
    private int recordOffset;
    private int image; // from the record's start, like all that follow
    private int slots;
    private int bitWords;
    private int position;
    private int beforeLength;
    private int claimedLength;
    private int flags;

    public RowEncoder(RowSpace space) {
        this.space = space;
    }

    /** Starts a record. The first image that follows is the before image where the operation has one. */
    public void beginRecord() {
        moveTo(space.grow(buffer, 0, 0, RECORD_HEADER_LENGTH));
        position = RECORD_HEADER_LENGTH;
        claimedLength = RECORD_HEADER_LENGTH;
        beforeLength = 0;
        columnCount = 0;
        flags = 0;
    }

    /** The source did not look at foreign keys when it changed the row of this record. */
    public void keysRested() {
        flags = RowDescriptor.KEYS_RESTED;
    }

    /** Starts an image in which every column is present and not NULL until told otherwise. */
    public void beginImage(int columns) {
        image = position;
        columnCount = columns;
        bitWords = RowDescriptor.bitWords(columns);
        slots = image + RowDescriptor.slotsOffset(columns);
        int end = image + RowDescriptor.imageFixedLength(columns);
        ensure(end);
        putInt(image + IMAGE_COLUMN_COUNT_OFFSET, columns);
        int bits = image + IMAGE_BITS_OFFSET;
        int nulls = bits + (bitWords << 3);
        for (; bits < nulls; bits += Long.BYTES) {
            store(bits, -1L);
        }
        // A loop of stores: setMemory of a few hundred bytes outside the heap costs more than the row.
        for (int at = nulls; at < end; at += Long.BYTES) {
            store(at, 0L);
        }
        position = end;
    }

    /**
     * Starts an image whose columns are those of another, copied, but for those that a plan says are put: these are present and not NULL until
     * told otherwise.
     *
     * @param from whose memory is not this record's
     */
    public void beginCopy(CopyPlan plan, ImageFlyweight from) {
        if (from.columnCount() < plan.copied()) {
            throw new IllegalArgumentException(
                    "image lacks columns: count=" + from.columnCount() + ", copied=" + plan.copied());
        }
        image = position;
        columnCount = plan.columns();
        bitWords = RowDescriptor.bitWords(columnCount);
        slots = image + RowDescriptor.slotsOffset(columnCount);
        int end = image + RowDescriptor.imageFixedLength(columnCount);
        ensure(end);
        position = end;
        putInt(image + IMAGE_COLUMN_COUNT_OFFSET, columnCount);
        copyColumns(plan, from);
    }

    /** Values that lie one behind the other in the other image are copied at once. */
    private void copyColumns(CopyPlan plan, ImageFlyweight from) {
        int runStart = 0;
        int runEnd = 0;
        for (int word = 0; word < bitWords; word++) {
            long kept = plan.kept(word);
            long present = kept == 0 ? 0 : from.presentBits(word) & kept;
            long nulls = kept == 0 ? 0 : from.nullBits(word) & kept;
            int bits = image + IMAGE_BITS_OFFSET + (word << 3);
            store(bits, present | plan.given(word));
            store(bits + (bitWords << 3), nulls);
            long there = present & ~nulls;
            int end = Math.min(columnCount, (word + 1) << 6);
            for (int column = word << 6; column < end; column++) {
                long slot = (there >>> column & 1L) == 0 ? 0 : from.longAt(column);
                if (slot != 0 && !plan.isFixed(column)) {
                    int offset = (int) slot;
                    if (offset != runEnd) {
                        copyRun(from, runStart, runEnd);
                        runStart = offset;
                    }
                    runEnd = offset + (int) (slot >>> 32);
                    slot = (slot & LENGTH_BITS) | (position - image + offset - runStart);
                }
                store(slots + (column << 3), slot);
            }
        }
        copyRun(from, runStart, runEnd);
    }

    private void copyRun(ImageFlyweight from, int start, int end) {
        int length = end - start;
        if (start < 0 || length < 0 || end > from.length()) {
            throw new IllegalArgumentException(
                    "value lies outside its image: from=" + start + ", to=" + end + ", length=" + from.length());
        }
        ensure(position + length);
        if (length <= RUN_LIMIT && isOutsideHeap && from.isOutsideHeap()) {
            ShortBytes.copy(from.address() + start, address + position, length);
        } else {
            buffer.putBytes(recordOffset + position, from.buffer(), start, length);
        }
        position += length;
    }

    /** A value of a fixed-width type. */
    public void putLong(int column, long value) {
        store(slots + (Objects.checkIndex(column, columnCount) << 3), value);
    }

    public void putNull(int column) {
        int at = image + IMAGE_BITS_OFFSET + ((bitWords + (Objects.checkIndex(column, columnCount) >>> 6)) << 3);
        store(at, load(at) | (1L << column));
    }

    /** Takes {@link #putAbsent} back: the column is there. */
    public void putPresent(int column) {
        int at = image + IMAGE_BITS_OFFSET + ((Objects.checkIndex(column, columnCount) >>> 6) << 3);
        store(at, load(at) | (1L << column));
    }

    /** The source did not send this column. */
    public void putAbsent(int column) {
        int at = image + IMAGE_BITS_OFFSET + ((Objects.checkIndex(column, columnCount) >>> 6) << 3);
        store(at, load(at) & ~(1L << column));
    }

    /** The slot that a column of the open or last image has. */
    public long slot(int column) {
        return load(slots + (Objects.checkIndex(column, columnCount) << 3));
    }

    /** Whether a column of the open or last image is NULL. */
    public boolean isNull(int column) {
        return (load(image + IMAGE_BITS_OFFSET + ((bitWords + (Objects.checkIndex(column, columnCount) >>> 6)) << 3))
                                >>> column
                        & 1L)
                != 0;
    }

    /** A value of a variable type, copied. A short one is read by words, up to seven bytes past it where the array has them. */
    public void putBytes(int column, byte[] source, int offset, int length) {
        int rounded = (length + 7) & -8;
        if (length <= WORDS_LIMIT && rounded <= source.length - offset && isOutsideHeap) {
            ensure(position + rounded);
            long to = address + position;
            for (int done = 0; done < rounded; done += 8) {
                UnsafeApi.putLong(to + done, (long) LONGS.get(source, offset + done));
            }
        } else {
            buffer.putBytes(reserve(length), source, offset, length);
        }
        putReserved(column, length);
    }

    /** A value of a variable type, copied. */
    public void putBytes(int column, DirectBuffer source, int offset, int length) {
        int to = reserve(length);
        buffer.putBytes(to, source, offset, length);
        putReserved(column, length);
    }

    /**
     * Puts what the column has in the record's before image, which has been ended and which must have it.
     *
     * @param isFixed whether the column's type is of fixed width
     */
    public void putFromBefore(int column, boolean isFixed) {
        int before = RECORD_HEADER_LENGTH;
        int nulls = before + IMAGE_BITS_OFFSET + ((bitWords + (column >>> 6)) << 3);
        if ((buffer.getLong(recordOffset + nulls) >>> column & 1L) != 0) {
            putNull(column);
            return;
        }
        long slot = buffer.getLong(recordOffset + before + (slots - image) + (column << 3));
        if (isFixed) {
            putLong(column, slot);
        } else {
            int length = (int) (slot >>> 32);
            int to = reserve(length);
            buffer.putBytes(to, buffer, recordOffset + before + (int) slot, length);
            putReserved(column, length);
        }
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
        if (length < 0 || length > capacity - position) {
            throw new IllegalArgumentException("value is longer than its room: length=" + length);
        }
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
        putInt(image + IMAGE_LENGTH_OFFSET, length);
        position = end;
        if (isBefore) {
            beforeLength = length;
        }
    }

    /** Points a flyweight at the image that was ended last. Valid until the next call of this encoder. */
    public void wrapLastImage(ImageFlyweight flyweight) {
        flyweight.wrap(buffer, recordOffset + image, position - image);
    }

    /** Points a flyweight at the record's before image, which has been ended. Valid until the next call of this encoder. */
    public void wrapBeforeImage(ImageFlyweight flyweight) {
        flyweight.wrap(buffer, recordOffset + RECORD_HEADER_LENGTH, beforeLength);
    }

    /**
     * Ends the record.
     *
     * @return its length in bytes
     */
    public int endRecord(long keyHash, long beforeKeyHash) {
        putInt(LENGTH_OFFSET, position);
        putInt(BEFORE_LENGTH_OFFSET, beforeLength | flags);
        store(KEY_HASH_OFFSET, keyHash);
        store(BEFORE_KEY_HASH_OFFSET, beforeKeyHash);
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
        if (requiredLength > capacity) {
            moveTo(space.grow(buffer, recordOffset, position, requiredLength));
            if (requiredLength > capacity) {
                throw new IllegalStateException("no room: required=" + requiredLength + ", got=" + capacity);
            }
        }
    }

    private void moveTo(int offset) {
        recordOffset = offset;
        isOutsideHeap = buffer.byteArray() == null;
        address = buffer.addressOffset() + offset;
        capacity = buffer.capacity() - offset;
    }

    // Offsets from here on are from the record's start, and the caller has made sure of their room.

    private void store(int offset, long value) {
        if (isOutsideHeap) {
            UnsafeApi.putLong(address + offset, value);
        } else {
            buffer.putLong(recordOffset + offset, value);
        }
    }

    private long load(int offset) {
        return isOutsideHeap ? UnsafeApi.getLong(address + offset) : buffer.getLong(recordOffset + offset);
    }

    private void putInt(int offset, int value) {
        if (isOutsideHeap) {
            UnsafeApi.putInt(address + offset, value);
        } else {
            buffer.putInt(recordOffset + offset, value);
        }
    }
}
