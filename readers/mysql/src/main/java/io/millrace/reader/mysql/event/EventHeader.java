package io.millrace.reader.mysql.event;

import org.agrona.DirectBuffer;

/**
 * The header that every event begins with.
 *
 * <pre>
 *   0            4      5             9              13             17      19
 *  +------------+------+-------------+--------------+--------------+-------+
 *  | timestamp  | type | server id   | event length | end position | flags |
 *  +------------+------+-------------+--------------+--------------+-------+
 * </pre>
 *
 * <p>Valid until the stream's next packet. Confined to the stream's thread.
 */
public final class EventHeader {
    public static final int LENGTH = 19;

    /** The file is still being written: set in its FORMAT_DESCRIPTION_EVENT, not part of the checksum. */
    public static final int FLAG_IN_USE = 0x1;
    /** Made up for the reader; in no file. */
    public static final int FLAG_ARTIFICIAL = 0x20;
    /** A reader that does not know the type may pass it over. */
    public static final int FLAG_IGNORABLE = 0x80;

    private DirectBuffer buffer;
    private int offset;

    public EventHeader wrap(DirectBuffer source, int at) {
        buffer = source;
        offset = at;
        return this;
    }

    /** Seconds since 1970 by the source's clock. */
    public long timestampSeconds() {
        return buffer.getInt(offset) & 0xFFFF_FFFFL;
    }

    public int typeCode() {
        return buffer.getByte(offset + 4) & 0xFF;
    }

    public long serverId() {
        return buffer.getInt(offset + 5) & 0xFFFF_FFFFL;
    }

    /** Bytes of the event with header and checksum. */
    public int eventLength() {
        return buffer.getInt(offset + 9);
    }

    /** Low 32 bits of the offset behind the event in its file; 0 where it is in none. */
    public int endPosition() {
        return buffer.getInt(offset + 13);
    }

    public int flags() {
        return buffer.getShort(offset + 17) & 0xFFFF;
    }
}
