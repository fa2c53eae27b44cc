package io.millrace.reader.mysql.value;

import io.millrace.reader.mysql.event.ColumnCode;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * The opaque values of binary JSON, those that SQL knows and JSON does not: decimals, dates and times, and bytes. Confined to
 * one thread; allocates nothing but for a precision that it has not met.
 */
final class JsonScalars {
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREFIX = "base64:type".getBytes(StandardCharsets.US_ASCII);
    /** What a line of 76 characters encodes. */
    private static final int LINE_BYTES = 57;

    private static final int SCALE_LIMIT = 30;

    private final DecimalDecoder[] decimals =
            new DecimalDecoder[(DecimalDecoder.PRECISION_LIMIT + 1) * (SCALE_LIMIT + 1)];
    private final byte[] value = new byte[DecimalDecoder.LENGTH_LIMIT];

    /** Upper bound of the text of a value of {@code length} bytes. */
    long maxLength(int length) {
        return 96 + 2L * length;
    }

    /** Writes the text of a value; returns its length, or -1 for bytes that are none. */
    int write(int code, DirectBuffer from, int offset, int length, byte[] out, int at) {
        return switch (code) {
            case ColumnCode.NEWDECIMAL -> decimal(from, offset, length, out, at);
            case ColumnCode.DATE, ColumnCode.DATETIME, ColumnCode.TIMESTAMP, ColumnCode.TIME ->
                length == 8 ? temporal(code, from.getLong(offset), out, at) : -1;
            default -> base64(code, from, offset, length, out, at);
        };
    }

    private int decimal(DirectBuffer from, int offset, int length, byte[] out, int at) {
        if (length < 2) {
            return -1;
        }
        int precision = from.getByte(offset) & 0xFF;
        int scale = from.getByte(offset + 1) & 0xFF;
        if (precision < 1 || precision > DecimalDecoder.PRECISION_LIMIT || scale > SCALE_LIMIT || scale > precision) {
            return -1;
        }
        int index = precision * (SCALE_LIMIT + 1) + scale;
        DecimalDecoder decoder = decimals[index];
        if (decoder == null) {
            decoder = new DecimalDecoder(precision, scale);
            decimals[index] = decoder;
        }
        if (decoder.length() != length - 2) {
            return -1;
        }
        from.getBytes(offset + 2, value, 0, length - 2);
        return decoder.decode(value, 0, out, at);
    }

    /** The server's packed form: fields of 17 and 22 bits over 24 bits of microseconds. */
    private static int temporal(int code, long packed, byte[] out, int start) {
        int at = start;
        out[at++] = '"';
        long magnitude = packed < 0 ? -packed : packed;
        int micros = (int) (magnitude & 0xFF_FFFF);
        long seconds = magnitude >> 24;
        if (code != ColumnCode.TIME) {
            long days = seconds >> 17;
            int months = (int) (days >> 5);
            AsciiDigits.putPadded(months / 13, 4, out, at);
            out[at + 4] = '-';
            AsciiDigits.putPadded(months % 13, 2, out, at + 5);
            out[at + 7] = '-';
            AsciiDigits.putPadded((int) days & 31, 2, out, at + 8);
            at += 10;
            if (code != ColumnCode.DATE) {
                out[at++] = ' ';
            }
        } else if (packed < 0) {
            out[at++] = '-';
        }
        if (code != ColumnCode.DATE) {
            int clock = (int) seconds & 0x1FFFF;
            int hour = code == ColumnCode.TIME ? (int) (seconds >> 12) & 0x3FF : clock >> 12;
            int hourDigits = hour > 99 ? 3 : 2;
            AsciiDigits.putPadded(hour, hourDigits, out, at);
            at += hourDigits;
            out[at++] = ':';
            AsciiDigits.putPadded(clock >> 6 & 63, 2, out, at);
            at += 2;
            out[at++] = ':';
            AsciiDigits.putPadded(clock & 63, 2, out, at);
            at += 2;
            out[at++] = '.';
            AsciiDigits.putPadded(micros, 6, out, at);
            at += 6;
        }
        out[at++] = '"';
        return at - start;
    }

    private static int base64(int code, DirectBuffer from, int offset, int length, byte[] out, int start) {
        int at = start;
        out[at++] = '"';
        System.arraycopy(PREFIX, 0, out, at, PREFIX.length);
        at += PREFIX.length;
        at += AsciiDigits.put(code, out, at);
        out[at++] = ':';
        for (int i = 0; i < length; i += 3) {
            if (i > 0 && i % LINE_BYTES == 0) { // the server breaks lines, and JSON escapes the break
                out[at++] = '\\';
                out[at++] = 'n';
            }
            int left = Math.min(3, length - i);
            int bits = (from.getByte(offset + i) & 0xFF) << 16;
            bits |= left > 1 ? (from.getByte(offset + i + 1) & 0xFF) << 8 : 0;
            bits |= left > 2 ? from.getByte(offset + i + 2) & 0xFF : 0;
            out[at++] = BASE64[bits >> 18 & 63];
            out[at++] = BASE64[bits >> 12 & 63];
            out[at++] = left > 1 ? BASE64[bits >> 6 & 63] : (byte) '=';
            out[at++] = left > 2 ? BASE64[bits & 63] : (byte) '=';
        }
        out[at++] = '"';
        return at - start;
    }
}
