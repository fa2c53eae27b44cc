package io.millrace.reader.mysql.event;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * TRANSACTION_PAYLOAD_EVENT: the events of a whole transaction, compressed into one. They are inflated piece by piece into a window
 * and handed out where they lie, so that neither the inflated form nor, where it comes in parts, the compressed one is ever whole
 * in memory.
 *
 * <pre>
 *  (field packed | length packed | value) … | 0 | compressed events, each with a header and without checksum
 *
 *            start          end              capacity
 *  window   | event  | next … | free …       |
 * </pre>
 *
 * <p>An event is handed out once something is inflated behind it, and the last one by {@link #end}: so that a transaction is not
 * committed before the checksum of the whole was compared. (The server's {@code transaction_payload_event}: fields 1 length, 2
 * compression, 3 inflated length.)
 *
 * <p>Owns its window, which grows to the largest event within, up to a limit, and the decompressor, whose memory is the frame's own
 * window of at most 128 MiB. Confined to the stream's thread. Allocates to grow, and once for each buffer that it reads from.
 */
public final class TransactionPayload implements AutoCloseable {
    /** Takes an event from inside. Its bytes, which lie in an array, are valid during the call. */
    public interface Events {
        void onInnerEvent(UnsafeBuffer buffer, int offset, int length);
    }

    private static final int END_MARK = 0;
    private static final int PAYLOAD_LENGTH = 1;
    private static final int COMPRESSION = 2;
    private static final int INFLATED_LENGTH = 3;

    private static final int ZSTD = 0;
    private static final int NONE = 255;

    private static final int INITIAL_CAPACITY = 256 << 10;
    /** Beyond this a window that was grown for one event is given back. */
    private static final int KEPT_CAPACITY = 16 << 20;

    private static final byte[] NOTHING = new byte[0];

    private final EventPlace place;
    private final Events events;
    private final int eventLimit;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private ZstdDecompressCtx zstd;
    private byte[] window = NOTHING;
    private ByteBuffer output = ByteBuffer.wrap(NOTHING);
    private byte[] inputArray = NOTHING;
    private ByteBuffer input = ByteBuffer.wrap(NOTHING);
    private int start;
    private int end;
    private boolean isPlain;
    private boolean isFrameEnded;
    private long expectedInput;
    private long expectedOutput;
    private long consumed;
    private long inflated;

    /** @param eventLimit largest event inside */
    public TransactionPayload(EventPlace place, Events events, int eventLimit) {
        this.place = place;
        this.events = events;
        this.eventLimit = eventLimit;
    }

    /** Reads the fields that stand before the compressed bytes. */
    public void begin(EventBytes bytes) {
        start = 0;
        end = 0;
        consumed = 0;
        inflated = 0;
        isFrameEnded = true;
        isPlain = false;
        expectedInput = -1;
        expectedOutput = -1;
        boolean hasCompression = false;
        for (long field = bytes.packed("field"); field != END_MARK; field = bytes.packed("field")) {
            int length = bytes.packedCount("fieldLength");
            int from = bytes.take(length, "field");
            if (field == PAYLOAD_LENGTH) {
                expectedInput = value(bytes, from, length);
            } else if (field == INFLATED_LENGTH) {
                expectedOutput = value(bytes, from, length);
            } else if (field == COMPRESSION) {
                long compression = value(bytes, from, length);
                if (compression != ZSTD && compression != NONE) {
                    throw place.unsupported("compression is not known: compression=" + compression);
                }
                isPlain = compression == NONE;
                hasCompression = true;
            }
        }
        if (!hasCompression) {
            throw place.malformed("compression", -1);
        }
        if (window.length == 0 || window.length > KEPT_CAPACITY) {
            grow(INITIAL_CAPACITY);
        }
    }

    private static long value(EventBytes bytes, int from, int length) {
        long value = new EventBytes(bytes.place())
                .wrap(bytes.buffer(), from, from + length)
                .packed("fieldValue");
        if (value < 0) {
            throw bytes.place().malformed("fieldValue", value);
        }
        return value;
    }

    /** Inflates some of the compressed bytes, and hands out what becomes whole. */
    public void inflate(byte[] array, int offset, int length) {
        if (array != inputArray) {
            inputArray = array;
            input = ByteBuffer.wrap(array);
        }
        input.limit(offset + length).position(offset);
        consumed += length;
        boolean isWindowFull = false;
        while (input.hasRemaining() || isWindowFull) {
            if (end == window.length) {
                makeRoom();
            }
            int before = end;
            if (isPlain) {
                copy();
            } else {
                decompress();
            }
            inflated += end - before;
            if (expectedOutput >= 0 && inflated > expectedOutput) {
                throw place.malformed("inflatedLength", inflated);
            }
            isWindowFull = end == window.length && !isPlain && !isFrameEnded;
            handOut();
        }
        // A buffer that was grown for a large packet is not held beyond it.
        if (array.length > KEPT_CAPACITY) {
            inputArray = NOTHING;
            input = ByteBuffer.wrap(NOTHING);
        }
    }

    private void copy() {
        int count = Math.min(input.remaining(), window.length - end);
        input.get(window, end, count);
        end += count;
    }

    private void decompress() {
        if (isFrameEnded) {
            if (zstd == null) {
                zstd = new ZstdDecompressCtx();
            }
            zstd.reset();
        }
        int had = input.remaining();
        output.limit(window.length).position(end);
        try {
            isFrameEnded = zstd.decompressByteBufferStream(output, input);
        } catch (ZstdException e) {
            throw place.undecodable("payload", e);
        }
        boolean isStuck = output.position() == end && input.remaining() == had && had > 0;
        end = output.position();
        if (isStuck) {
            throw place.malformed("payload", had);
        }
    }

    /** Events that something stands behind. */
    private void handOut() {
        while (end - start > EventHeader.LENGTH) {
            int length = eventLength();
            if (end - start <= length) {
                return;
            }
            events.onInnerEvent(buffer, start, length);
            start += length;
        }
    }

    private int eventLength() {
        int length = buffer.getInt(start + 9);
        if (length < EventHeader.LENGTH) {
            throw place.malformed("eventLength", length);
        }
        if (length > eventLimit) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "event is over the limit: length=" + length + ", limit=" + eventLimit + ", " + place.text());
        }
        return length;
    }

    /** Moves what is left to the window's start, and grows the window where an event and what follows it do not fit. */
    private void makeRoom() {
        int kept = end - start;
        if (start == 0) {
            grow((int) Math.min(Integer.MAX_VALUE - 8, 2L * window.length));
        } else {
            System.arraycopy(window, start, window, 0, kept);
        }
        start = 0;
        end = kept;
    }

    private void grow(int capacity) {
        window = Arrays.copyOf(window, capacity);
        output = ByteBuffer.wrap(window);
        buffer.wrap(window);
    }

    /** All compressed bytes were given, and the checksum over them is right: hands out the last event. */
    public void end() {
        if (!isFrameEnded) {
            throw place.tooShort("payload", consumed + 1, consumed);
        }
        if (expectedInput >= 0 && consumed != expectedInput) {
            throw place.malformed("payloadLength", consumed);
        }
        if (expectedOutput >= 0 && inflated != expectedOutput) {
            throw place.malformed("inflatedLength", inflated);
        }
        int left = end - start;
        if (left > 0) {
            if (left < EventHeader.LENGTH) {
                throw place.tooShort("innerHeader", EventHeader.LENGTH, left);
            }
            int length = eventLength();
            if (left != length) {
                throw place.tooShort("innerEvent", length, left);
            }
            events.onInnerEvent(buffer, start, length);
            start = end;
        }
    }

    /** Where an event that is handed out stood in the inflated bytes. */
    public long innerOffset() {
        return inflated - (end - start);
    }

    /** Bytes that the window takes now. */
    public int capacity() {
        return window.length;
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
            zstd = null;
        }
    }
}
