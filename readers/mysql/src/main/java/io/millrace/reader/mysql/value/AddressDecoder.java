package io.millrace.reader.mysql.value;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * MariaDB's {@code inet4} and {@code inet6} as the server prints them: the longest run of zero groups is left out, a run of one
 * too, and an address that embeds one of version 4 shows it so. Zeros that the server stripped at the end count.
 *
 * <p>Immutable; allocates nothing.
 */
public enum AddressDecoder implements ValueDecoder {
    INET4(4, 15),
    INET6(16, 39);

    private static final int GROUPS = 8;
    private static final int FIRST_OF_VERSION_4 = 6;

    private final int bytes;
    private final int longest;

    AddressDecoder(int bytes, int longest) {
        this.bytes = bytes;
        this.longest = longest;
    }

    /** Bytes of a value in the server's memory. */
    public int bytes() {
        return bytes;
    }

    @Override
    public int maxLength(DirectBuffer from, int offset, int length) {
        return longest;
    }

    @Override
    public int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        return (this == INET4
                        ? version4(from, offset, length, 0, to, toOffset)
                        : version6(from, offset, length, to, toOffset))
                - toOffset;
    }

    private static int version6(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        int gap = -1;
        int gapLength = 0;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && group(from, offset, length, i + run) == 0) {
                run++;
            }
            if (run > gapLength) {
                gap = i;
                gapLength = run;
            }
            i += run;
        }
        int at = toOffset;
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                if (i == 0) {
                    to.putByte(at++, (byte) ':');
                }
                to.putByte(at++, (byte) ':');
                i += gapLength - 1;
            } else if (i == FIRST_OF_VERSION_4
                    && gap == 0
                    && (gapLength == 6 || (gapLength == 5 && group(from, offset, length, 5) == 0xFFFF))) {
                return version4(from, offset, length, 12, to, at);
            } else {
                at = hex(group(from, offset, length, i), to, at);
                if (i + 1 < GROUPS) {
                    to.putByte(at++, (byte) ':');
                }
            }
        }
        return at;
    }

    private static int version4(DirectBuffer from, int offset, int length, int first, MutableDirectBuffer to, int out) {
        int at = out;
        for (int i = 0; i < 4; i++) {
            int octet = octet(from, offset, length, first + i);
            if (i > 0) {
                to.putByte(at++, (byte) '.');
            }
            if (octet >= 100) {
                to.putByte(at++, (byte) ('0' + octet / 100));
            }
            if (octet >= 10) {
                to.putByte(at++, (byte) ('0' + octet / 10 % 10));
            }
            to.putByte(at++, (byte) ('0' + octet % 10));
        }
        return at;
    }

    private static int hex(int group, MutableDirectBuffer to, int out) {
        int at = out;
        for (int shift = 12; shift >= 0; shift -= 4) {
            int digit = group >>> shift & 15;
            if (digit != 0 || at > out || shift == 0) {
                to.putByte(at++, (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10));
            }
        }
        return at;
    }

    private static int group(DirectBuffer from, int offset, int length, int i) {
        return octet(from, offset, length, 2 * i) << 8 | octet(from, offset, length, 2 * i + 1);
    }

    private static int octet(DirectBuffer from, int offset, int length, int i) {
        return i < length ? from.getByte(offset + i) & 0xFF : 0;
    }
}
