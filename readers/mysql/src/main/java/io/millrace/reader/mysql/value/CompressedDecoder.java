package io.millrace.reader.mysql.value;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Values of MariaDB's {@code COMPRESSED} columns, which lie in the binlog as they lie in the table. An empty value has no bytes.
 *
 * <pre>
 *  +---------------------------+--------------------------+------+
 *  | 0x00                      |                            text |
 *  | 0x8 : raw(1) lengthOf(3)  | length(1 to 5), big-end. | zlib |   raw: deflate without zlib's header
 *  +---------------------------+--------------------------+------+
 * </pre>
 *
 * Its buffers grow to the largest value and stay. Confined to the stream's thread.
 */
public final class CompressedDecoder implements ValueDecoder {
    private static final int METHOD_NONE = 0;
    private static final int METHOD_ZLIB = 8;
    private static final int RAW = 8;
    /** Deflate makes a byte of no more than these. */
    private static final long MOST_BYTES_OF_ONE = 1032;

    /** What the text becomes, or null where it stays as it is. */
    private final ValueDecoder text;

    private final Inflater wrapped = new Inflater();
    private final Inflater raw = new Inflater(true);
    private final UnsafeBuffer inflated = new UnsafeBuffer(0, 0);
    private byte[] input = new byte[0];
    private byte[] output = new byte[0];

    public CompressedDecoder(ValueDecoder text) {
        this.text = text;
    }

    @Override
    public int maxLength(DirectBuffer from, int offset, int length) {
        int plain = plainLength(from, offset, length);
        // The bound of a decoder of text depends on the length alone.
        return text == null ? plain : text.maxLength(from, offset, plain);
    }

    @Override
    public int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        int plain = plainLength(from, offset, length);
        if (length == 0 || method(from, offset) == METHOD_NONE) {
            return copy(from, length == 0 ? offset : offset + 1, plain, to, toOffset);
        }
        int header = 1 + (from.getByte(offset) & 7);
        int packed = length - header;
        if (input.length < packed) {
            input = new byte[packed];
        }
        if (output.length < plain) {
            output = new byte[plain];
        }
        from.getBytes(offset + header, input, 0, packed);
        Inflater inflater = (from.getByte(offset) & RAW) == 0 ? wrapped : raw;
        inflater.reset();
        inflater.setInput(input, 0, packed);
        int done = 0;
        try {
            while (done < plain) {
                int count = inflater.inflate(output, done, plain - done);
                if (count == 0) {
                    throw undecodable("inflated", plain, done);
                }
                done += count;
            }
        } catch (DataFormatException e) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE, "cannot inflate a compressed column: length=" + length, e);
        }
        inflated.wrap(output, 0, plain);
        return copy(inflated, 0, plain, to, toOffset);
    }

    private int copy(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        if (text != null) {
            return text.decode(from, offset, length, to, toOffset);
        }
        to.putBytes(toOffset, from, offset, length);
        return length;
    }

    private static int plainLength(DirectBuffer from, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int method = method(from, offset);
        if (method == METHOD_NONE) {
            return length - 1;
        }
        int lengthBytes = from.getByte(offset) & 7;
        if (method != METHOD_ZLIB || length <= lengthBytes) {
            throw undecodable("method 8 and its length", 1 + lengthBytes, length);
        }
        long plain = 0;
        for (int i = 1; i <= lengthBytes; i++) {
            plain = plain << 8 | (from.getByte(offset + i) & 0xFF);
        }
        if (plain < 0 || plain > Math.min(Integer.MAX_VALUE, length * MOST_BYTES_OF_ONE)) {
            throw undecodable("original length", plain, length);
        }
        return (int) plain;
    }

    private static int method(DirectBuffer from, int offset) {
        return (from.getByte(offset) & 0xF0) >>> 4;
    }

    private static MillraceException undecodable(String what, long need, long got) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode a compressed column: " + what + ", need=" + need + ", got=" + got);
    }
}
