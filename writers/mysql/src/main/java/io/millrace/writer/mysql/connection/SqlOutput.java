package io.millrace.writer.mysql.connection;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.sql.OutputOverflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A growing array of bytes: the text of statements, or the lines of a LOAD DATA. Reused for ever: it allocates until it has met
 * its largest content, unless that is very large. The text of statements names large values by their places instead of having them. Confined
 * to one thread.
 */
public final class SqlOutput {
    /** The largest that max_allowed_packet can be. */
    static final int MAX_CAPACITY = 0x3FFF_FFFF;

    /** What is kept for the next content; a larger array was for one large row, and is given back. */
    private static final int MAX_KEPT_CAPACITY = 16 * 1024 * 1024;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** By byte: what stands behind the backslash, 0 for bytes that stand for themselves. */
    private static final byte[] LITERAL_ESCAPES = new byte[256];

    private static final byte[] FIELD_ESCAPES = new byte[256];

    static {
        LITERAL_ESCAPES[0] = '0';
        LITERAL_ESCAPES['\''] = '\'';
        LITERAL_ESCAPES['\\'] = '\\';
        FIELD_ESCAPES[0] = '0';
        FIELD_ESCAPES['\t'] = 't';
        FIELD_ESCAPES['\n'] = 'n';
        FIELD_ESCAPES['\\'] = '\\';
    }

    private final int initialCapacity;
    private final boolean isOfStatements;
    private final List<LargeValue> largeValues = new ArrayList<>();
    private long largeBytes;
    private byte[] bytes;
    private int length;

    public SqlOutput(int initialCapacity) {
        this(initialCapacity, false);
    }

    /** @param isOfStatements whether large values stay where they lie until a statement is sent */
    public SqlOutput(int initialCapacity, boolean isOfStatements) {
        this.initialCapacity = initialCapacity;
        this.isOfStatements = isOfStatements;
        bytes = new byte[initialCapacity];
    }

    /** The content, valid until the next put: growth replaces the array. */
    byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** Values that are not in the array, by their places. */
    List<LargeValue> largeValues() {
        return largeValues;
    }

    /** What those add to the length. */
    long largeBytes() {
        return largeBytes;
    }

    /** Drops all. */
    public void clear() {
        length = 0;
        dropLarge(0);
        if (bytes.length > MAX_KEPT_CAPACITY) {
            bytes = new byte[initialCapacity];
        }
    }

    /** Drops what stands behind. */
    public void length(int newLength) {
        length = newLength;
        dropLarge(newLength);
    }

    private void dropLarge(int from) {
        for (int i = largeValues.size() - 1; i >= 0 && largeValues.get(i).place() >= from; i--) {
            largeBytes -= largeValues.remove(i).length();
        }
    }

    public void putByte(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    public void putBytes(byte[] source) {
        ensure(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** Characters of ASCII. */
    public void putAscii(CharSequence text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    /** The content, where it is ASCII. */
    public String ascii() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    /** Copies a variable value of an image as it is. */
    public void putValue(ImageFlyweight image, int column) {
        int count = image.valueLength(column);
        ensure(count);
        image.buffer().getBytes(image.valueOffset(column), bytes, length, count);
        length += count;
    }

    /** Bytes inside the quotes of a literal. */
    public void putEscaped(DirectBuffer source, int offset, int count) {
        if (isOfStatements && count >= LargeValue.LEAST_BYTES) {
            LargeValue value = new LargeValue(length, source, offset, count, LITERAL_ESCAPES);
            largeValues.add(value);
            largeBytes += value.length();
        } else {
            putEscaped(source, offset, count, LITERAL_ESCAPES);
        }
    }

    /** Bytes of a field of LOAD DATA. */
    public void putField(DirectBuffer source, int offset, int count) {
        putEscaped(source, offset, count, FIELD_ESCAPES);
    }

    /** In both charsets that a literal may have here, utf8mb4 and binary, no byte of a longer character is one that is escaped. */
    private void putEscaped(DirectBuffer source, int offset, int count, byte[] escapes) {
        ensure(2L * count);
        byte[] to = bytes;
        int end = length;
        for (int i = 0; i < count; i++) {
            byte value = source.getByte(offset + i);
            byte escape = escapes[value & 0xFF];
            if (escape != 0) {
                to[end++] = '\\';
                to[end++] = escape;
            } else {
                to[end++] = value;
            }
        }
        length = end;
    }

    /** Two digits a byte. */
    public void putHex(DirectBuffer source, int offset, int count) {
        ensure(2L * count);
        for (int i = 0; i < count; i++) {
            putHexByte(source.getByte(offset + i));
        }
    }

    public void putHexByte(byte value) {
        ensure(2);
        bytes[length++] = HEX[value >>> 4 & 0xF];
        bytes[length++] = HEX[value & 0xF];
    }

    public void putSigned(long value) {
        if (value < 0) {
            putByte('-');
        }
        putUnsigned(value < 0 ? -value : value);
    }

    public void putUnsigned(long value) {
        int digits = 1;
        for (long rest = Long.divideUnsigned(value, 10); rest != 0; rest /= 10) {
            digits++;
        }
        putDigits(value, digits);
    }

    /** The last digits of an unsigned number, with zeros in front. */
    public void putDigits(long value, int digits) {
        ensure(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            long quotient = Long.divideUnsigned(rest, 10);
            bytes[length + i] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        }
        length += digits;
    }

    private void ensure(long count) {
        if (count > bytes.length - length) {
            grow(count);
        }
    }

    private void grow(long count) {
        long needed = length + count;
        if (needed > MAX_CAPACITY) {
            throw tooLarge(needed, MAX_CAPACITY);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_CAPACITY, Math.max(needed, bytes.length * 2L)));
    }

    /** A row that does not fit into any statement that the server takes. */
    static OutputOverflowException tooLarge(long bytes, long most) {
        return new OutputOverflowException("row too large for a statement: bytes=" + bytes + ", most=" + most
                + " (the server's max_allowed_packet)");
    }
}
