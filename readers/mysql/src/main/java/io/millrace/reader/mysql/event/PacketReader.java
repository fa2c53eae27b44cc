package io.millrace.reader.mysql.event;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames the server's packets: three bytes of length, one of sequence, the payload. A payload that fills a packet is
 * continued by the next one, so a longer one is put together here; only what one read brought ahead is ever moved.
 *
 * <pre>
 *            start           position            end          capacity
 *  | consumed  | this payload   | read ahead …    | free …       |
 * </pre>
 *
 * <p>Owns its buffer, into which the socket is read in bulk; a payload is valid until the next {@link #next}. It grows to the
 * largest payload, up to a named limit. Confined to the stream's thread.
 */
public final class PacketReader {
    /** As the server's own largest {@code max_allowed_packet}. */
    static final int PAYLOAD_LIMIT = 1 << 30;

    /** Largest payload that is read, of a stream or of a table, in bytes: the server's limit, or half of the heap where that is less. */
    public static final int LARGEST_PAYLOAD =
            (int) Math.min(PAYLOAD_LIMIT, Runtime.getRuntime().maxMemory() / 2);

    private static final int HEADER_LENGTH = 4;
    /** Of an event's length, in its header; a byte stands before the event. */
    private static final int EVENT_LENGTH_OFFSET = 9;
    /** For the next packet's header, and for some of what is read ahead. */
    private static final int ROOM_BEHIND = 64 << 10;

    private static final int FULL_PACKET = 0xFF_FFFF;
    private static final int INITIAL_CAPACITY = 1 << 20;
    /**
     * Beyond this a buffer that was grown for one payload is given back. A row of 64 MiB fits with what stands around it: of rows that each
     * take a new one, the heap is full of old ones.
     */
    private static final int KEPT_CAPACITY = 66 << 20;

    private final InputStream in;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int start;
    private int position;
    private int end;
    private int sequence;
    private boolean isContinued;
    private long received;

    public PacketReader(InputStream in, int firstSequence) {
        this.in = in;
        this.sequence = firstSequence;
        buffer.wrap(bytes);
    }

    /** Whether the next packet's header and the bytes that it announces are here, so that {@link #next} cannot block. */
    public boolean isNextBuffered() {
        return end - position >= HEADER_LENGTH && end - position - HEADER_LENGTH >= length(position);
    }

    /**
     * Reads the next payload, or the first part of one that is longer than a packet ({@link #isContinued}); blocks until it is
     * whole. It lies from {@link #offset} to {@link #limit} of {@link #buffer}.
     *
     * @throws IOException where the connection ends or times out
     */
    public void next() throws IOException {
        if (position == end) {
            position = 0;
            end = 0;
        }
        nextPart();
    }

    /** Whether the payload goes on in a further packet. */
    public boolean isContinued() {
        return isContinued;
    }

    /** Reads the next part of a payload in place of the one before. */
    public void nextPart() throws IOException {
        start = position;
        fill(HEADER_LENGTH);
        int length = header();
        start = position;
        fill(length);
        position += length;
        isContinued = length == FULL_PACKET;
    }

    /** Reads all further parts of a payload, and puts them together with what is here. */
    public void join() throws IOException {
        if (isContinued) {
            makeRoomForEvent();
        }
        while (isContinued) {
            fill(HEADER_LENGTH);
            int length = header();
            // The header lies between two parts of the payload: what was read ahead moves down over it.
            position -= HEADER_LENGTH;
            end -= HEADER_LENGTH;
            System.arraycopy(bytes, position + HEADER_LENGTH, bytes, position, end - position);
            fill(length);
            position += length;
            isContinued = length == FULL_PACKET;
        }
    }

    /**
     * Grows the buffer once to what the event's header announces: by doubling, the last two steps would take three times the event.
     */
    private void makeRoomForEvent() {
        long length = 1L + (buffer.getInt(start + 1 + EVENT_LENGTH_OFFSET) & 0xFFFF_FFFFL);
        requireWithinLimit(length);
        if (length + ROOM_BEHIND > bytes.length - start) {
            move(new byte[(int) Math.max(length + ROOM_BEHIND, end - start)]);
        }
    }

    private void requireWithinLimit(long length) {
        if (length > LARGEST_PAYLOAD) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "event is over the limit, which is 1 GiB and half of the heap: length=" + length + ", limit="
                            + LARGEST_PAYLOAD);
        }
    }

    private int header() {
        int length = length(position);
        int found = bytes[position + 3] & 0xFF;
        if (found != sequence) {
            throw new MillraceException(
                    ErrorCode.SOURCE_PROTOCOL, "packets are out of order: expected=" + sequence + ", found=" + found);
        }
        sequence = (sequence + 1) & 0xFF;
        position += HEADER_LENGTH;
        return length;
    }

    private int length(int at) {
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
    }

    /** Makes sure that {@code count} bytes are here behind {@code position}. */
    private void fill(int count) throws IOException {
        if (end - position >= count) {
            return;
        }
        if (count > bytes.length - position) {
            makeRoom(count);
        }
        while (end - position < count) {
            int read = in.read(bytes, end, bytes.length - end);
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            end += read;
            received += read;
        }
    }

    /** Moves the payload that is being read to the buffer's start, and grows the buffer where that is not enough. */
    private void makeRoom(int count) {
        int kept = position - start;
        long needed = (long) kept + count;
        requireWithinLimit(needed);
        byte[] to = bytes;
        if (needed > bytes.length) {
            to = new byte[(int) Math.min(LARGEST_PAYLOAD, Math.max(needed, 2L * bytes.length))];
        } else if (bytes.length > KEPT_CAPACITY && needed < INITIAL_CAPACITY && end - start <= INITIAL_CAPACITY) {
            to = new byte[INITIAL_CAPACITY];
        }
        move(to);
    }

    private void move(byte[] to) {
        System.arraycopy(bytes, start, to, 0, end - start);
        end -= start;
        position -= start;
        start = 0;
        if (to != bytes) {
            bytes = to;
            buffer.wrap(bytes);
        }
    }

    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** What {@link #buffer} wraps, from its first byte. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return start;
    }

    public int limit() {
        return position;
    }

    /** Bytes that came from the socket. */
    public long received() {
        return received;
    }

    /** A copy of the payload: for packets that are no events. */
    public byte[] payload() {
        return Arrays.copyOfRange(bytes, start, position);
    }
}
