package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import java.nio.charset.StandardCharsets;

/**
 * A message's bytes, read from front to back; numbers are big-endian. Every read is checked against the message's end once.
 * Confined to one thread; reused; allocates nothing but for texts.
 */
final class MessageBytes {
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
    void wrap(byte[] message, int offset, int length, long lsn) {
        bytes = message;
        at = offset;
        limit = offset + length;
        this.lsn = lsn;
        part = "";
    }

    /** Names what is being read, for errors. */
    void part(String name) {
        part = name;
    }

    byte[] bytes() {
        return bytes;
    }

    long lsn() {
        return lsn;
    }

    private void require(int length) {
        if (length < 0 || length > limit - at) {
            throw failure("need=" + length + ", got=" + (limit - at));
        }
    }

    MillraceException failure(String why) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode " + part + ": " + why + ", lsn=" + PostgresPosition.lsnText(lsn));
    }

    int u8() {
        require(1);
        return bytes[at++] & 0xFF;
    }

    int u16() {
        require(Short.BYTES);
        int value = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        at += Short.BYTES;
        return value;
    }

    int i32() {
        require(Integer.BYTES);
        int value = (bytes[at] & 0xFF) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
        at += Integer.BYTES;
        return value;
    }

    long i64() {
        long high = i32();
        return high << Integer.SIZE | (i32() & 0xFFFF_FFFFL);
    }

    /** Microseconds since 1970. */
    long time() {
        return i64() + POSTGRES_EPOCH_MICROS;
    }

    /** Flags that no version uses yet: one that is set changes the meaning of what we would read. */
    void requireNoFlags() {
        int flags = u8();
        if (flags != 0) {
            throw failure("flags=0x" + Integer.toHexString(flags));
        }
    }

    /** UTF-8 up to a zero byte. */
    String text() {
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
    int skip(int length) {
        require(length);
        int start = at;
        at += length;
        return start;
    }

    void requireEnd() {
        if (at != limit) {
            throw failure("bytes behind the end, count=" + (limit - at));
        }
    }
}
