package io.millrace.writer.postgres.connection;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.sql.OutputOverflowException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A growing array of bytes in network order: what a statement's parameters or a COPY's rows are encoded into. Reused for
 * ever: it allocates until it has met its largest content, unless that is very large. Where what is put may leave before the
 * rest is there, a large value passes through the array in pieces. Confined to one thread.
 */
public final class BinaryOutput {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The server takes no message of 1 GiB. */
    public static final int MAX_CAPACITY = 0x3FFF_FFFF;

    /** What is kept for the next content; a larger array was for one large row, and is given back. */
    private static final int MAX_KEPT_CAPACITY = 16 * 1024 * 1024;

    /** From here on a value passes in pieces. */
    private static final int LARGE_VALUE = 1024 * 1024;

    /** Takes bytes that are complete, and are overwritten when it returns. */
    public interface Drain {
        void take(byte[] bytes, int length);
    }

    private final int initialCapacity;
    private final Drain drain;
    private byte[] bytes;
    private int length;

    /** All stays until it is cleared. */
    public BinaryOutput(int initialCapacity) {
        this(initialCapacity, null);
    }

    /** A large value, and all before it, goes to a drain. */
    public BinaryOutput(int initialCapacity, Drain drain) {
        this.initialCapacity = initialCapacity;
        this.drain = drain;
        bytes = new byte[initialCapacity];
    }

    /** The content, valid until the next put: growth replaces the array. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Drops all. */
    public void clear() {
        length = 0;
        if (bytes.length > MAX_KEPT_CAPACITY) {
            bytes = new byte[initialCapacity];
        }
    }

    /** Drops what stands behind. */
    public void length(int newLength) {
        length = newLength;
    }

    /** Makes room, and says where it is: for encoders that write into {@link #bytes} themselves and then {@link #length}. */
    public int reserve(int count) {
        ensure(count);
        return length;
    }

    public void putByte(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    public void putShort(int value) {
        ensure(2);
        SHORT.set(bytes, length, (short) value);
        length += 2;
    }

    public void putInt(int value) {
        ensure(4);
        INT.set(bytes, length, value);
        length += 4;
    }

    public void putLong(long value) {
        ensure(8);
        LONG.set(bytes, length, value);
        length += 8;
    }

    /** Fills in a length that was not known before. */
    public void setInt(int offset, int value) {
        INT.set(bytes, offset, value);
    }

    public void setShort(int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    public void putBytes(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    public void putBytes(byte[] source) {
        ensure(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** Whether a value of that length passes in pieces, so that nothing of it can be looked at or changed behind {@link #putValue}. */
    public boolean isPassing(int count) {
        return drain != null && count >= LARGE_VALUE;
    }

    /** Copies a variable value of an image. */
    public void putValue(ImageFlyweight image, int column) {
        int count = image.valueLength(column);
        if (isPassing(count)) {
            pass(image.buffer(), image.valueOffset(column), count);
        } else {
            putWhole(image, column);
        }
    }

    private void pass(DirectBuffer from, int offset, int count) {
        drain();
        for (int passed = 0; passed < count; ) {
            length = Math.min(bytes.length, count - passed);
            from.getBytes(offset + passed, bytes, 0, length);
            passed += length;
            drain();
        }
    }

    private void drain() {
        drain.take(bytes, length);
        length = 0;
    }

    /** Copies a variable value of an image, which stays here until all is cleared. */
    public void putWhole(ImageFlyweight image, int column) {
        int count = image.valueLength(column);
        ensure(count);
        image.buffer().getBytes(image.valueOffset(column), bytes, length, count);
        length += count;
    }

    private void ensure(int count) {
        if (count > bytes.length - length) {
            grow(count);
        }
    }

    private void grow(int count) {
        long needed = (long) length + count;
        if (needed > MAX_CAPACITY) {
            throw new OutputOverflowException("message over 1 GiB: needed=" + needed);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_CAPACITY, Math.max(needed, bytes.length * 2L)));
    }
}
