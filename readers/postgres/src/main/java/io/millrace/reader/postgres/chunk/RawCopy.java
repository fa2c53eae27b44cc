package io.millrace.reader.postgres.chunk;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.RawSink;
import io.millrace.reader.postgres.value.BigEndian;
import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * The messages of a COPY in the binary format, each looked through and handed on as it is: one row a message, behind the header that
 * comes with the first one. Confined to one thread; allocates nothing.
 *
 * <pre>
 *  signature, flags, length of extension │ field count, (length, value)… │ … │ -1
 * </pre>
 */
final class RawCopy {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int HEADER_LENGTH = SIGNATURE.length + 2 * Integer.BYTES;

    /**
     * The server's own types whose binary form means the same to every server: numbers of the type, and of its array where
     * that is one, too. Left out are types that hold a number of the server's own catalog, and money, whose fraction is a setting.
     */
    private static final Set<Integer> SAME_EVERYWHERE = Set.of(
            16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 600, 601, 602, 603, 604, 628, 650, 700, 701, 718, 774, 829, 869,
            1042, 1043, 1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 1700, 2950, 3220, 3802, 1000, 1001, 1005, 1007,
            1009, 1014, 1015, 1016, 1021, 1022, 1115, 1182, 1183, 1185, 1187, 1231, 2951, 3807);

    private final TableId table;
    private final int fieldCount;
    private boolean isBegun;
    private boolean isEnded;

    RawCopy(TableId table, int fieldCount) {
        this.table = table;
        this.fieldCount = fieldCount;
    }

    static boolean isSameEverywhere(int type) {
        return SAME_EVERYWHERE.contains(type);
    }

    /** Returns whether there was a row in the message. */
    boolean take(byte[] message, RawSink sink) {
        int at = isBegun ? 0 : header(message);
        isBegun = true;
        if (isEnded || message.length - at < Short.BYTES) {
            throw failure("length=" + (message.length - at) + ", ended=" + isEnded);
        }
        if (BigEndian.i16(message, at) == -1) {
            isEnded = true;
            requireEnd(message, at + Short.BYTES);
            return false;
        }
        requireRow(message, at);
        sink.row(message, at, message.length - at);
        return true;
    }

    private int header(byte[] message) {
        boolean isOurs = message.length >= HEADER_LENGTH
                && Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                && BigEndian.i32(message, SIGNATURE.length) == 0
                && BigEndian.i32(message, SIGNATURE.length + Integer.BYTES) == 0;
        if (!isOurs) {
            throw failure("another header, length=" + message.length);
        }
        return HEADER_LENGTH;
    }

    private void requireRow(byte[] message, int from) {
        int at = from + Short.BYTES;
        int fields = BigEndian.i16(message, from);
        if (fields != fieldCount) {
            throw failure("fields=" + fields + ", expected=" + fieldCount);
        }
        for (int i = 0; i < fields; i++) {
            if (message.length - at < Integer.BYTES) {
                throw failure("field=" + i + ", need=" + Integer.BYTES + ", got=" + (message.length - at));
            }
            int length = BigEndian.i32(message, at);
            at += Integer.BYTES;
            if (length < -1 || length > message.length - at) {
                throw failure("field=" + i + ", need=" + length + ", got=" + (message.length - at));
            }
            at += Math.max(0, length);
        }
        requireEnd(message, at);
    }

    private void requireEnd(byte[] message, int at) {
        if (at != message.length) {
            throw failure("bytes behind a row, length=" + (message.length - at));
        }
    }

    /** Whether the server sent the end: without it rows may be missing. */
    void requireEnded() {
        if (!isEnded) {
            throw failure("no end");
        }
    }

    private MillraceException failure(String why) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE, "cannot take a message of COPY: table=" + table + ", " + why);
    }
}
