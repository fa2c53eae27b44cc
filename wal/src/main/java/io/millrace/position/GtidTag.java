package io.millrace.position;

import org.agrona.DirectBuffer;

/**
 * The tag that MySQL's GTIDs may carry beside the server's uuid: up to 32 of {@code a-z 0-9 _}, the first no digit. Packed to the
 * base of 38, twelve characters a word, so that a transaction is named without allocation; the words order as the server orders
 * tags. Immutable.
 *
 * @param high characters 1 to 12; 0 where there is no tag
 * @param middle 13 to 24
 * @param low 25 to 32
 */
public record GtidTag(long high, long middle, long low) implements Comparable<GtidTag> {
    public static final GtidTag NONE = new GtidTag(0, 0, 0);
    public static final int MAX_LENGTH = 32;

    /** What {@link #word} returns for bytes that are no tag. */
    public static final long INVALID = -1;

    private static final int INVALID_SYMBOL = -1;
    private static final int BASE = 38;
    private static final int WORD_LENGTH = 12;
    private static final String SYMBOLS = "\0000123456789_abcdefghijklmnopqrstuvwxyz";

    /** Whether a field of a GTID set's text is a tag and no interval. */
    static boolean looksLike(String text) {
        return !text.isEmpty() && (text.charAt(0) == '_' || Character.isLetter(text.charAt(0)));
    }

    /** Reads a tag, in letters of either case; the empty string is no tag. */
    public static GtidTag parse(String text) {
        int length = text.length();
        if (length > MAX_LENGTH || (length > 0 && !looksLike(text))) {
            throw new IllegalArgumentException("not a tag");
        }
        long[] words = new long[3];
        for (int i = 0; i < words.length * WORD_LENGTH; i++) {
            int symbol = i < length ? symbol(text.charAt(i)) : 0;
            if (symbol < 0) {
                throw new IllegalArgumentException("not a tag");
            }
            words[i / WORD_LENGTH] = words[i / WORD_LENGTH] * BASE + symbol;
        }
        return new GtidTag(words[0], words[1], words[2]);
    }

    /**
     * One of the three words of a tag that stands in ASCII in a buffer, or {@link #INVALID}. Allocates nothing.
     *
     * @param number 0 high, 1 middle, 2 low
     */
    public static long word(DirectBuffer buffer, int offset, int length, int number) {
        long word = 0;
        for (int i = number * WORD_LENGTH; i < (number + 1) * WORD_LENGTH; i++) {
            int symbol = i < length ? symbol((char) (buffer.getByte(offset + i) & 0xFF)) : 0;
            if (symbol < 0 || (i == 0 && length > 0 && symbol <= 10)) {
                return INVALID;
            }
            word = word * BASE + symbol;
        }
        return word;
    }

    /** The number of a character, 0 for none: digits, then the underscore, then letters; negative for any other. */
    private static int symbol(char c) {
        if (c >= '0' && c <= '9') {
            return 1 + c - '0';
        }
        if (c == '_') {
            return 11;
        }
        char lower = c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
        return lower >= 'a' && lower <= 'z' ? 12 + lower - 'a' : INVALID_SYMBOL;
    }

    public boolean isNone() {
        return high == 0;
    }

    @Override
    public int compareTo(GtidTag other) {
        int order = Long.compare(high, other.high);
        order = order == 0 ? Long.compare(middle, other.middle) : order;
        return order == 0 ? Long.compare(low, other.low) : order;
    }

    /** As the server prints it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(MAX_LENGTH);
        for (long word : new long[] {high, middle, low}) {
            long power = 1;
            for (int i = 1; i < WORD_LENGTH; i++) {
                power *= BASE;
            }
            for (; power > 0; power /= BASE) {
                int symbol = (int) (word / power % BASE);
                if (symbol != 0) {
                    text.append(SYMBOLS.charAt(symbol));
                }
            }
        }
        return text.toString();
    }
}
