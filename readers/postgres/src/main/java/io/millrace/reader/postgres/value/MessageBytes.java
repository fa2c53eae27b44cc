package io.millrace.reader.postgres.value;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import java.nio.charset.StandardCharsets;

/**
 * A message's bytes, read from front to back; numbers are big-endian. Every read is checked against the message's end once.
 * Confined to one thread; reused; allocates nothing but for texts.
 */
public final class MessageBytes {
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

    private byte[] bytes = new byte[0];
    private int at;
    private int limit;
    private long lsn;
    private String part = "";

    /**
     * Points to a message.
     *
     * @param lsn where it stands, for messages
     */
    public void wrap(byte[] message, int offset, int length, long lsn) {
        bytes = message;
        at = offset;
        limit = offset + length;
        this.lsn = lsn;
        part = "";
    }

    /** Names what is being read, for errors. */
    public void part(String name) {
        part = name;
    }

    public byte[] bytes() {
        return bytes;
    }

    public long lsn() {
        return lsn;
    }

    private void require(int length) {
        if (length < 0 || length > limit - at) {
            throw failure("need=" + length + ", got=" + (limit - at));
        }
    }

    public MillraceException failure(String why) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode " + part + ": " + why + ", lsn=" + PostgresPosition.lsnText(lsn));
    }

    public int u8() {
        require(1);
        return bytes[at++] & 0xFF;
    }

    public int u16() {
        require(Short.BYTES);
        int value = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        at += Short.BYTES;
        return value;
    }

    public int i32() {
        require(Integer.BYTES);
        int value = (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
        at += Integer.BYTES;
        return value;
    }

    public long i64() {
        long high = i32();
        return high << Integer.SIZE | (i32() & 0xFFFF_FFFFL);
    }

    /** Microseconds since 1970. */
    public long time() {
        return i64() + POSTGRES_EPOCH_MICROS;
    }

    /** Flags that no version uses yet: one that is set changes the meaning of what we would read. */
    public void requireNoFlags() {
        int flags = u8();
        if (flags != 0) {
            throw failure("flags=0x" + Integer.toHexString(flags));
        }
    }

    /** UTF-8 up to a zero byte. */
    public String text() {
        int end = at;
        while (end < limit && bytes[end] != 0) {
            end++;
        }
        if (end == limit) {
            throw failure("text without end, got=" + (limit - at));
        }
        String text = new String(bytes, at, end - at, StandardCharsets.UTF_8);
        at = end + 1;
        return text;
    }

    /** Passes bytes; returns where they start. */
    public int skip(int length) {
        require(length);
        int start = at;
        at += length;
        return start;
    }

    public void requireEnd() {
        if (at != limit) {
            throw failure("bytes behind the end, count=" + (limit - at));
        }
    }
}
