package io.millrace.reader.mysql.charset;

import io.millrace.reader.mysql.value.TextDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A character set of one to four bytes a character, as tables. What is no character becomes a question mark, as the server's
 * CONVERT has it; a byte that begins none, which no server lets into a column, as well.
 *
 * <p>Immutable and thread-safe; allocates nothing.
 */
final class MultiByteCharset implements TextDecoder {
    private static final int LONGEST = 3;
    private static final int THREE_BYTES = 0x8F;
    private static final int UNKNOWN = 1 << 24 | '?';

    /** Four-byte characters by their place in the row of all: those before this one are of the basic plane. */
    private static final int FOURS = 39_420;
    /** The place of U+10000; from there on both run in step. */
    private static final int FIRST_SUPPLEMENTARY = 189_000;

    private static final int LAST_SUPPLEMENTARY = FIRST_SUPPLEMENTARY + 0xF_FFFF;

    /** UTF-8 of each byte, pair or place as {@link #pack} has it; 0 where none begins. */
    private final int[] ones;

    private final int[] twos;
    private final int[] threes;
    private final int[] fours;

    private MultiByteCharset(int[] ones, int[] twos, int[] threes, int[] fours) {
        this.ones = ones;
        this.twos = twos;
        this.threes = threes;
        this.fours = fours;
    }

    /** Made from what a server makes of a text of characters, given and returned as a hexadecimal and a plain string. */
    static MultiByteCharset of(MultiByteLayout layout, UnaryOperator<String> server) {
        int[] ones = table(256, layout.ones(), layout.ones(), "%02X", server);
        int[] twos = table(1 << 15, layout.twos(), layout.twos(), "%04X", server);
        int[] threes = null;
        if (layout.hasThreeBytes()) {
            threes = table(1 << 15, layout.threes(), layout.threes(), "8F%04X", server);
        }
        int[] fours = null;
        if (layout.hasFourBytes()) {
            int[] places = new int[FOURS];
            int[] codes = new int[FOURS];
            for (int place = 0; place < FOURS; place++) {
                places[place] = place;
                codes[place] = (0x81 + place / 12_600) << 24
                        | (0x30 + place / 1260 % 10) << 16
                        | (0x81 + place / 10 % 126) << 8
                        | (0x30 + place % 10);
            }
            fours = table(FOURS, places, codes, "%08X", server);
        }
        return new MultiByteCharset(ones, twos, threes, fours);
    }

    private static int[] table(int size, int[] places, int[] codes, String form, UnaryOperator<String> server) {
        StringBuilder hex = new StringBuilder();
        for (int code : codes) {
            hex.append(String.format(Locale.ROOT, form, code));
        }
        int[] characters = server.apply(hex.toString()).codePoints().toArray();
        if (characters.length != codes.length) {
            throw new IllegalStateException(
                    "server has another number of characters: asked=" + codes.length + ", got=" + characters.length);
        }
        int[] table = new int[size];
        for (int i = 0; i < characters.length; i++) {
            table[places[i] % size] = pack(characters[i]);
        }
        return table;
    }

    /** UTF-8 of a character of the basic plane, its first byte lowest, and its length in the highest. */
    private static int pack(int character) {
        byte[] utf8 = Character.toString(character).getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST) {
            throw new IllegalStateException("character is not of the basic plane: character=" + character);
        }
        int packed = utf8.length << 24;
        for (int k = 0; k < utf8.length; k++) {
            packed |= (utf8[k] & 0xFF) << (8 * k);
        }
        return packed;
    }

    @Override
    public int maxLength(int length) {
        return Math.multiplyExact(length, LONGEST);
    }

    @Override
    public int decode(DirectBuffer from, int offset, int length, MutableDirectBuffer to, int toOffset) {
        int end = offset + length;
        int at = offset;
        int out = toOffset;
        while (at < end) {
            int lead = from.getByte(at) & 0xFF;
            int packed = ones[lead];
            int width = 1;
            if (packed == 0 && end - at > 1) {
                width = 2;
                int trail = from.getByte(at + 1) & 0xFF;
                if (threes != null && lead == THREE_BYTES) {
                    width = 3;
                    packed = end - at < 3 ? 0 : threes[pair(trail, from.getByte(at + 2) & 0xFF)];
                } else if (fours != null && trail >= '0' && trail <= '9') {
                    width = 4;
                    int place = end - at < 4 ? -1 : place(from, at);
                    if (place >= FIRST_SUPPLEMENTARY && place <= LAST_SUPPLEMENTARY) {
                        out += putSupplementary(place - FIRST_SUPPLEMENTARY + 0x1_0000, to, out);
                        at += width;
                        continue;
                    }
                    packed = place < 0 ? 0 : place < FOURS ? fours[place] : UNKNOWN;
                } else {
                    packed = twos[pair(lead, trail)];
                }
            }
            at += packed == 0 ? 1 : width;
            out += put(packed == 0 ? UNKNOWN : packed, to, out);
        }
        return out - toOffset;
    }

    /** Where two bytes stand in a table, of whose lead the highest bit is always set. */
    private static int pair(int lead, int trail) {
        return (lead & 0x7F) << 8 | trail;
    }

    /** Where four bytes stand in the row of all that are possible; -1 if they are none. */
    private static int place(DirectBuffer from, int at) {
        int a = (from.getByte(at) & 0xFF) - 0x81;
        int b = (from.getByte(at + 1) & 0xFF) - '0';
        int c = (from.getByte(at + 2) & 0xFF) - 0x81;
        int d = (from.getByte(at + 3) & 0xFF) - '0';
        boolean isOne = a >= 0 && a < 126 && c >= 0 && c < 126 && d >= 0 && d < 10;
        return isOne ? (a * 10 + b) * 1260 + c * 10 + d : -1;
    }

    private static int put(int packed, MutableDirectBuffer to, int out) {
        int count = packed >>> 24;
        to.putByte(out, (byte) packed);
        if (count > 1) {
            to.putByte(out + 1, (byte) (packed >> 8));
            if (count > 2) {
                to.putByte(out + 2, (byte) (packed >> 16));
            }
        }
        return count;
    }

    private static int putSupplementary(int character, MutableDirectBuffer to, int out) {
        to.putByte(out, (byte) (0xF0 | character >> 18));
        to.putByte(out + 1, (byte) (0x80 | ((character >> 12) & 0x3F)));
        to.putByte(out + 2, (byte) (0x80 | ((character >> 6) & 0x3F)));
        to.putByte(out + 3, (byte) (0x80 | (character & 0x3F)));
        return 4;
    }
}
