package io.millrace.writer.postgres.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** U+0000 in UTF-8, which PostgreSQL's text cannot hold. Eight bytes at a time. */
public final class NulCharacters {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private NulCharacters() {}

    public static boolean isIn(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long word = (long) LONG.get(bytes, i);
            if (((word - ONES) & ~word & HIGH_BITS) != 0) {
                return true;
            }
        }
        for (; i < end; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    public static boolean isIn(DirectBuffer buffer, int offset, int length) {
        int end = offset + length;
        int i = offset;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            long word = buffer.getLong(i);
            if (((word - ONES) & ~word & HIGH_BITS) != 0) {
                return true;
            }
        }
        for (; i < end; i++) {
            if (buffer.getByte(i) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Closes the gaps; says how many bytes are left. */
    public static int strip(byte[] bytes, int offset, int length) {
        if (!isIn(bytes, offset, length)) {
            return length;
        }
        int to = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] != 0) {
                bytes[to++] = bytes[i];
            }
        }
        return to - offset;
    }
}
