package io.millrace.reader.mysql.event;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * A cursor over one event's bytes, little-endian. Every read checks the length first and names what it wanted.
 *
 * <p>For events that come once a transaction or less; rows are read by {@code RowDecoder}. Valid until the stream's next
 * packet. Confined to the stream's thread.
 */
public final class EventBytes {
    private final EventPlace place;
    private DirectBuffer buffer;
    private int position;
    private int limit;

    public EventBytes(EventPlace place) {
        this.place = place;
    }

    public EventBytes wrap(DirectBuffer source, int offset, int end) {
        buffer = source;
        position = offset;
        limit = end;
        return this;
    }

    EventPlace place() {
        return place;
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    public int position() {
        return position;
    }

    public int limit() {
        return limit;
    }

    public int remaining() {
        return limit - position;
    }

    /** Makes sure of {@code length} more bytes and passes them; returns where they start. */
    public int take(long length, String what) {
        if (length < 0 || length > limit - position) {
            throw place.tooShort(what, length, limit - position);
        }
        int start = position;
        position += (int) length;
        return start;
    }

    public int u8(String what) {
        return buffer.getByte(take(1, what)) & 0xFF;
    }

    public int u16(String what) {
        return buffer.getShort(take(2, what)) & 0xFFFF;
    }

    long u32(String what) {
        return buffer.getInt(take(4, what)) & 0xFFFF_FFFFL;
    }

    int i32(String what) {
        return buffer.getInt(take(4, what));
    }

    public long i64(String what) {
        return buffer.getLong(take(8, what));
    }

    /** An unsigned integer of 1 to 8 bytes. */
    public long unsigned(int length, String what) {
        int start = take(length, what);
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << 8) | (buffer.getByte(start + i) & 0xFF);
        }
        return value;
    }

    /** MySQL's length-encoded integer. */
    public long packed(String what) {
        int first = u8(what);
        return switch (first) {
            case 251, 255 -> throw place.malformed(what, first);
            case 252 -> unsigned(2, what);
            case 253 -> unsigned(3, what);
            case 254 -> unsigned(8, what);
            default -> first;
        };
    }

    /** A length-encoded integer that counts things or bytes of this event, so that it cannot exceed the event. */
    public int packedCount(String what) {
        long value = packed(what);
        if (value < 0 || value > limit) {
            throw place.malformed(what, value);
        }
        return (int) value;
    }

    /** A length-encoded integer that is a number of something elsewhere: a column, a collation. */
    int packedInt(String what) {
        long value = packed(what);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw place.malformed(what, value);
        }
        return (int) value;
    }

    public String text(int length, String what) {
        return text(length, StandardCharsets.UTF_8, what);
    }

    public String text(int length, Charset charset, String what) {
        return new String(bytes(length, what), charset);
    }

    public byte[] bytes(int length, String what) {
        int start = take(length, what);
        byte[] copy = new byte[length];
        buffer.getBytes(start, copy);
        return copy;
    }
}
