package io.millrace.reader.mysql.event;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a binlog file, as it lies on the server's disk, into its events. The file begins with four bytes of magic; each event says
 * its own length.
 *
 * <p>Owns its buffer; an event is valid until the next {@link #next}. Confined to one thread.
 */
public final class BinlogFile {
    /** Largest event, as a packet's. */
    public static final int EVENT_LIMIT = PacketReader.PAYLOAD_LIMIT;

    private static final byte[] MAGIC = {(byte) 0xFE, 'b', 'i', 'n'};

    private final InputStream in;
    private final EventPlace place;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private byte[] bytes = new byte[64 << 10];
    private long position = MAGIC.length;
    private int length;

    /** Reads the magic. */
    BinlogFile(InputStream in, EventPlace place) throws IOException {
        this.in = in;
        this.place = place;
        buffer.wrap(bytes);
        byte[] magic = in.readNBytes(MAGIC.length);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new MillraceException(
                    ErrorCode.EVENT_UNDECODABLE, "not a binlog file: wanted=fe62696e, found=" + hex(magic));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Reads the next event, which then lies at the start of {@link #buffer}; false at the end of the file. */
    boolean next() throws IOException {
        position += length;
        length = 0;
        int read = in.readNBytes(bytes, 0, EventHeader.LENGTH);
        if (read == 0) {
            return false;
        }
        require(EventHeader.LENGTH, read);
        int eventLength = buffer.getInt(9);
        if (eventLength < EventHeader.LENGTH || eventLength > EVENT_LIMIT) {
            throw place.malformed("eventLength", eventLength);
        }
        if (eventLength > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(eventLength, 2 * bytes.length));
            buffer.wrap(bytes);
        }
        require(
                eventLength,
                EventHeader.LENGTH + in.readNBytes(bytes, EventHeader.LENGTH, eventLength - EventHeader.LENGTH));
        length = eventLength;
        return true;
    }

    private void require(int wanted, int found) throws EOFException {
        if (found < wanted) {
            throw new EOFException(
                    "file ends inside an event: need=" + wanted + ", got=" + found + ", position=" + position);
        }
    }

    /** Offset of the event in the file. */
    long position() {
        return position;
    }

    int length() {
        return length;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    byte[] bytes() {
        return bytes;
    }
}
