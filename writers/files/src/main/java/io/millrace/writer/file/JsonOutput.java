package io.millrace.writer.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * JSON as bytes of UTF-8, in an array that grows. Confined to one thread. Hot path: allocates nothing once it has grown.
 */
final class JsonOutput {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_BYTES = 1 << 16;
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
    private static final int DIGITS = 20;

    private final byte[] digits = new byte[DIGITS];
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** In which {@link #length} bytes stand, valid until more is put. */
    byte[] array() {
        return bytes;
    }

    private void need(int more) {
        if (bytes.length - length < more) {
            int doubled = (int) Math.min(MOST_BYTES, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), doubled));
        }
    }

    void put(char c) {
        need(1);
        bytes[length++] = (byte) c;
    }

    /** Bytes that are JSON already. */
    void put(byte[] json) {
        need(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
    }

    void copy(JsonOutput other) {
        need(other.length);
        System.arraycopy(other.bytes, 0, bytes, length, other.length);
        length += other.length;
    }

    /** Characters that are JSON already, and ASCII. */
    void ascii(String json) {
        need(json.length());
        for (int i = 0; i < json.length(); i++) {
            bytes[length++] = (byte) json.charAt(i);
        }
    }

    void number(long value) {
        if (value < 0) {
            put('-');
            unsigned(-value); // the least long is its own negation, and right as an unsigned one
        } else {
            unsigned(value);
        }
    }

    void unsigned(long value) {
        int at = DIGITS;
        long rest = value;
        do {
            long quotient = Long.divideUnsigned(rest, 10);
            digits[--at] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        } while (rest != 0);
        need(DIGITS - at);
        System.arraycopy(digits, at, bytes, length, DIGITS - at);
        length += DIGITS - at;
    }

    /** Digits with zeros before them, up to a width. */
    void padded(long value, int width) {
        need(width);
        long rest = value;
        for (int i = width - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
    }

    /** A string, quotes included. */
    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        put('"');
        for (byte b : utf8) {
            escaped(b);
        }
        put('"');
    }

    /** A string of UTF-8 bytes, quotes included. */
    void text(DirectBuffer buffer, int offset, int count) {
        need(count + 2);
        bytes[length++] = '"';
        for (int i = 0; i < count; i++) {
            escaped(buffer.getByte(offset + i));
        }
        put('"');
    }

    private void escaped(byte b) {
        need(6);
        switch (b) {
            case '"' -> two('"');
            case '\\' -> two('\\');
            case '\n' -> two('n');
            case '\r' -> two('r');
            case '\t' -> two('t');
            default -> {
                if (b >= 0 && b < 0x20) {
                    bytes[length++] = '\\';
                    bytes[length++] = 'u';
                    bytes[length++] = '0';
                    bytes[length++] = '0';
                    bytes[length++] = HEX[b >> 4];
                    bytes[length++] = HEX[b & 15];
                } else {
                    bytes[length++] = b;
                }
            }
        }
    }

    private void two(char c) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) c;
    }

    /** A string of base64, quotes included. */
    void base64(DirectBuffer buffer, int offset, int count) {
        need(Math.addExact(Math.multiplyExact((count + 2) / 3, 4), 2));
        bytes[length++] = '"';
        int i = 0;
        for (; i + 3 <= count; i += 3) {
            int three = (buffer.getByte(offset + i) & 0xFF) << 16
                    | (buffer.getByte(offset + i + 1) & 0xFF) << 8
                    | (buffer.getByte(offset + i + 2) & 0xFF);
            bytes[length++] = BASE64[three >> 18];
            bytes[length++] = BASE64[three >> 12 & 63];
            bytes[length++] = BASE64[three >> 6 & 63];
            bytes[length++] = BASE64[three & 63];
        }
        int left = count - i;
        if (left > 0) {
            int rest = (buffer.getByte(offset + i) & 0xFF) << 16
                    | (left == 2 ? (buffer.getByte(offset + i + 1) & 0xFF) << 8 : 0);
            bytes[length++] = BASE64[rest >> 18];
            bytes[length++] = BASE64[rest >> 12 & 63];
            bytes[length++] = left == 2 ? BASE64[rest >> 6 & 63] : (byte) '=';
            bytes[length++] = '=';
        }
        bytes[length++] = '"';
    }
}
