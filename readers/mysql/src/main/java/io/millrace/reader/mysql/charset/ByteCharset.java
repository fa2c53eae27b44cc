package io.millrace.reader.mysql.charset;

import io.millrace.reader.mysql.value.TextDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A character set of one byte a character, as a table. Immutable and thread-safe. */
final class ByteCharset implements TextDecoder {
    private static final int LONGEST = 3;

    /** UTF-8 of each byte, its first byte lowest, and its length in the highest. */
    private final int[] characters;

    private ByteCharset(int[] characters) {
        this.characters = characters;
    }

    /** A character set from its 256 characters, all of the basic plane. */
    static ByteCharset of(String characters) {
        if (characters.length() != 256) {
            throw new IllegalArgumentException("not a table of 256 characters: found=" + characters.length());
        }
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            byte[] utf8 = characters.substring(i, i + 1).getBytes(StandardCharsets.UTF_8);
            int packed = utf8.length << 24;
            for (int k = 0; k < utf8.length; k++) {
                packed |= (utf8[k] & 0xFF) << (8 * k);
            }
            table[i] = packed;
        }
        return new ByteCharset(table);
    }

    @Override
    public int maxLength(int length) {
        return Math.multiplyExact(length, LONGEST);
    }

    @Override
    public int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        int at = toOffset;
        for (int i = 0; i < length; i++) {
            int packed = characters[from.getByte(offset + i) & 0xFF];
            int count = packed >>> 24;
            to.putByte(at, (byte) packed);
            if (count > 1) {
                to.putByte(at + 1, (byte) (packed >> 8));
                if (count > 2) {
                    to.putByte(at + 2, (byte) (packed >> 16));
                }
            }
            at += count;
        }
        return at - toOffset;
    }
}
