package io.millrace.reader.mysql.event;

import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What MariaDB compresses in its events of types 165 to 171: the statement of a QUERY_COMPRESSED_EVENT, the rows of the others.
 *
 * <pre>
 *  bit   7     6 5 4       3   2 1 0
 *       | 1 | algorithm 0 | 0 | n   |  inflated length n, big-endian | zlib …
 * </pre>
 *
 * (The server's {@code binlog_buf_compress}.)
 *
 * <p>Owns the inflated bytes, which are valid until the next call. Confined to one thread; allocates to grow, and for text.
 */
public final class MariaDbInflater implements AutoCloseable {
    private static final int IS_COMPRESSED = 0x80;
    private static final int ALGORITHM = 0x70;
    private static final int LENGTH_BYTES = 0x07;

    /** zlib cannot make more of a byte. */
    private static final int GROWTH_LIMIT = 1032;

    private static final int INITIAL_CAPACITY = 64 << 10;
    /** Beyond this a buffer that was grown for one event is given back. */
    private static final int KEPT_CAPACITY = 16 << 20;

    private final Inflater inflater = new Inflater();
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final byte[] beyond = new byte[1];
    private byte[] bytes = new byte[INITIAL_CAPACITY];

    public MariaDbInflater() {
        buffer.wrap(bytes);
    }

    /** Inflates what is left of an event; it lies from the start of {@link #buffer}, as many bytes as are returned. */
    public int inflate(EventBytes from) {
        EventPlace place = from.place();
        int head = from.u8("compression");
        if ((head & IS_COMPRESSED) == 0 || (head & LENGTH_BYTES) < 1 || (head & LENGTH_BYTES) > 4) {
            throw place.malformed("compression", head);
        }
        if ((head & ALGORITHM) != 0) {
            throw place.unsupported("compression is not known: algorithm=" + ((head & ALGORITHM) >> 4));
        }
        long length = 0;
        for (int i = head & LENGTH_BYTES; i > 0; i--) {
            length = length << 8 | from.u8("inflatedLength");
        }
        int compressed = from.remaining();
        if (length > BinlogFile.EVENT_LIMIT || length > (long) compressed * GROWTH_LIMIT) {
            throw place.malformed("inflatedLength", length);
        }
        reserve((int) length);
        inflater.reset();
        inflater.setInput(array(from), from.take(compressed, "compressed"), compressed);
        try {
            int found = 0;
            while (found < length) {
                int next = inflater.inflate(bytes, found, (int) length - found);
                if (next == 0) {
                    throw place.tooShort("compressed", length, found);
                }
                found += next;
            }
            // The stream's own end, with its checksum, stands behind the last byte.
            if (!inflater.finished() && (inflater.inflate(beyond) != 0 || !inflater.finished())) {
                throw place.malformed("inflatedLength", length);
            }
        } catch (DataFormatException e) {
            throw place.undecodable("compressed", e);
        }
        return (int) length;
    }

    private static byte[] array(EventBytes from) {
        return from.buffer().byteArray();
    }

    private void reserve(int length) {
        if (length > bytes.length || (bytes.length > KEPT_CAPACITY && length <= INITIAL_CAPACITY)) {
            bytes = new byte[Math.max(length, INITIAL_CAPACITY)];
            buffer.wrap(bytes);
        }
    }

    /** What is left of an event, inflated, as text. */
    String text(EventBytes from) {
        return new String(bytes, 0, inflate(from), StandardCharsets.UTF_8);
    }

    public UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
