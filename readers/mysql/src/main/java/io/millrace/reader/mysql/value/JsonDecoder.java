package io.millrace.reader.mysql.value;

import io.millrace.reader.mysql.event.EventPlace;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * MySQL's binary JSON to the text that the server prints for it.
 *
 * <pre>
 *  value            type 1 | data
 *  object           count | size | (key offset | key length 2) × count | (type 1 | offset or value) × count | keys | values
 *  array            count | size | (type 1 | offset or value) × count | values
 * </pre>
 *
 * Counts, sizes and offsets have 2 bytes in small and 4 bytes in large containers; offsets count from the container's first
 * byte. (The server's {@code json_binary.cc}; the text is that of {@code Json_wrapper::to_string}.)
 *
 * <p>Every offset and length is checked against its container. Owns the text, which is valid until the next call. Confined to
 * one thread; allocates nothing but to grow.
 */
public final class JsonDecoder {
    private static final int SMALL_OBJECT = 0x00;
    private static final int LARGE_OBJECT = 0x01;
    private static final int SMALL_ARRAY = 0x02;
    private static final int LARGE_ARRAY = 0x03;
    private static final int LITERAL = 0x04;
    private static final int INT16 = 0x05;
    private static final int UINT16 = 0x06;
    private static final int INT32 = 0x07;
    private static final int UINT32 = 0x08;
    private static final int INT64 = 0x09;
    private static final int UINT64 = 0x0A;
    private static final int DOUBLE = 0x0B;
    private static final int STRING = 0x0C;
    private static final int OPAQUE = 0x0F;

    /** The server's own limit is 100. */
    private static final int DEPTH_LIMIT = 128;

    /** No document's text is longer than this many times its bytes; damaged offsets could make one that is. */
    private static final int GROWTH_LIMIT = 16;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final byte[] NULL_TEXT = {'n', 'u', 'l', 'l'};
    private static final byte[] TRUE_TEXT = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE_TEXT = {'f', 'a', 'l', 's', 'e'};

    private final EventPlace place;
    private final DoubleText doubles = new DoubleText();
    private final JsonScalars scalars = new JsonScalars();
    private final UnsafeBuffer text = new UnsafeBuffer(0, 0);
    private byte[] out = new byte[4096];
    private int length;
    private DirectBuffer from;
    private long textLimit;

    public JsonDecoder(EventPlace place) {
        this.place = place;
        text.wrap(out);
    }

    /** Decodes a document; its text is the first bytes of {@link #text}, as many as are returned. */
    public int decode(DirectBuffer source, int offset, int documentLength) {
        from = source;
        length = 0;
        textLimit = (long) documentLength * GROWTH_LIMIT + 64;
        if (documentLength == 0) {
            put(NULL_TEXT); // an empty value stands for null
        } else {
            value(source.getByte(offset) & 0xFF, offset + 1, offset + documentLength, 0);
        }
        return length;
    }

    public DirectBuffer text() {
        return text;
    }

    private void value(int type, int at, int end, int depth) {
        switch (type) {
            case SMALL_OBJECT -> container(at, end, 2, true, depth);
            case LARGE_OBJECT -> container(at, end, 4, true, depth);
            case SMALL_ARRAY -> container(at, end, 2, false, depth);
            case LARGE_ARRAY -> container(at, end, 4, false, depth);
            case LITERAL -> literal(u8(at, end));
            case INT16 -> number(from.getShort(need(at, end, 2)));
            case UINT16 -> number(from.getShort(need(at, end, 2)) & 0xFFFF);
            case INT32 -> number(from.getInt(need(at, end, 4)));
            case UINT32 -> number(from.getInt(need(at, end, 4)) & 0xFFFF_FFFFL);
            case INT64 -> number(from.getLong(need(at, end, 8)));
            case UINT64 -> unsigned(from.getLong(need(at, end, 8)));
            case DOUBLE -> {
                reserve(DoubleText.MAX_LENGTH);
                length += doubles.write(Double.longBitsToDouble(from.getLong(need(at, end, 8))), out, length);
            }
            case STRING -> {
                long header = variableLength(at, end);
                quoted((int) (header >>> 32), (int) header);
            }
            case OPAQUE -> opaque(at, end);
            default -> throw place.malformed("json.type", type);
        }
    }

    private void container(int start, int outerEnd, int width, boolean isObject, int depth) {
        if (depth >= DEPTH_LIMIT) {
            throw place.malformed("json.depth", depth);
        }
        need(start, outerEnd, 2 * width);
        long count = unsigned(start, width);
        long size = unsigned(start + width, width);
        int keyEntry = isObject ? width + 2 : 0;
        int valueEntry = 1 + width;
        long header = 2L * width + count * (keyEntry + valueEntry);
        if (size < header || size > outerEnd - start) {
            throw place.malformed("json.size", size);
        }
        int end = start + (int) size;
        int values = start + 2 * width + (int) count * keyEntry;
        put(isObject ? '{' : '[');
        for (int i = 0; i < (int) count; i++) {
            if (i > 0) {
                put(',');
                put(' ');
            }
            if (isObject) {
                int entry = start + 2 * width + i * keyEntry;
                int keyLength = from.getShort(entry + width) & 0xFFFF;
                quoted(inside(start, end, unsigned(entry, width), keyLength, header), keyLength);
                put(':');
                put(' ');
            }
            int entry = values + i * valueEntry;
            int type = from.getByte(entry) & 0xFF;
            if (isInline(type, width)) {
                value(type, entry + 1, entry + valueEntry, depth + 1);
            } else {
                value(type, inside(start, end, unsigned(entry + 1, width), 1, header), end, depth + 1);
            }
        }
        put(isObject ? '}' : ']');
    }

    private static boolean isInline(int type, int width) {
        return switch (type) {
            case LITERAL, INT16, UINT16 -> true;
            case INT32, UINT32 -> width == 4;
            default -> false;
        };
    }

    private int inside(int start, int end, long offset, int need, long header) {
        if (offset < header || offset + need > end - start) {
            throw place.malformed("json.offset", offset);
        }
        return start + (int) offset;
    }

    private void literal(int which) {
        switch (which) {
            case 0 -> put(NULL_TEXT);
            case 1 -> put(TRUE_TEXT);
            case 2 -> put(FALSE_TEXT);
            default -> throw place.malformed("json.literal", which);
        }
    }

    private void opaque(int at, int end) {
        int code = u8(at, end);
        long header = variableLength(at + 1, end);
        int valueLength = (int) header;
        int valueAt = (int) (header >>> 32);
        reserve(scalars.maxLength(valueLength));
        int written = scalars.write(code, from, valueAt, valueLength, out, length);
        if (written < 0) {
            throw place.malformed("json.opaque", code);
        }
        length += written;
    }

    /** Seven bits a byte, lowest first. Returns where the bytes start &lt;&lt; 32 | how many they are. */
    private long variableLength(int at, int end) {
        long value = 0;
        for (int i = 0; i < 5; i++) {
            int next = u8(at + i, end);
            value |= (long) (next & 0x7F) << (7 * i);
            if (next < 0x80) {
                if (value > end - at - i - 1) {
                    throw place.tooShort("json.length", value, end - at - i - 1);
                }
                return ((long) (at + i + 1) << 32) | value;
            }
        }
        throw place.malformed("json.length", value);
    }

    private void quoted(int at, int count) {
        reserve(2 + 6L * count);
        int to = length;
        out[to++] = '"';
        for (int i = 0; i < count; i++) {
            byte b = from.getByte(at + i);
            if ((b >= ' ' && b != '"' && b != '\\') || b < 0) {
                out[to++] = b;
            } else {
                to = escape(b, to);
            }
        }
        out[to++] = '"';
        length = to;
        checkLimit();
    }

    private int escape(byte b, int start) {
        int to = start;
        out[to++] = '\\';
        switch (b) {
            case '"', '\\' -> out[to++] = b;
            case '\b' -> out[to++] = 'b';
            case '\f' -> out[to++] = 'f';
            case '\n' -> out[to++] = 'n';
            case '\r' -> out[to++] = 'r';
            case '\t' -> out[to++] = 't';
            default -> {
                out[to++] = 'u';
                out[to++] = '0';
                out[to++] = '0';
                out[to++] = HEX[b >> 4];
                out[to++] = HEX[b & 0xF];
            }
        }
        return to;
    }

    private void number(long value) {
        if (value < 0) {
            put('-');
            unsigned(-value);
        } else {
            unsigned(value);
        }
    }

    private void unsigned(long value) {
        reserve(20);
        length += AsciiDigits.put(value, out, length);
    }

    private int u8(int at, int end) {
        return from.getByte(need(at, end, 1)) & 0xFF;
    }

    private long unsigned(int at, int width) {
        return width == 2 ? from.getShort(at) & 0xFFFF : from.getInt(at) & 0xFFFF_FFFFL;
    }

    private int need(int at, int end, int count) {
        if (end - at < count) {
            throw place.tooShort("json", count, end - at);
        }
        return at;
    }

    private void put(char c) {
        reserve(1);
        out[length++] = (byte) c;
    }

    private void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void checkLimit() {
        if (length > textLimit) {
            throw place.malformed("json.textLength", length);
        }
    }

    private void reserve(long count) {
        checkLimit();
        long needed = length + count;
        if (needed > out.length) {
            if (needed > Integer.MAX_VALUE - 8) {
                throw place.malformed("json.textLength", needed);
            }
            out = Arrays.copyOf(out, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * out.length)));
            text.wrap(out);
        }
    }
}
