package io.millrace.reader.mysql.charset;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which bytes make a character in the character sets of several bytes: what the servers let into a column, and no more. What a
 * character is, each server tells itself: {@link ServerCharsets}.
 *
 * <pre>
 *            one byte      two bytes                                      more
 * all        00-7F
 * BIG5                     A1-F9, 40-7E A1-FE
 * CP932 SJIS A1-DF         81-9F E0-FC, 40-7E 80-FC
 * EUCJPMS
 * UJIS                     A1-FE, A1-FE and 8E, A1-DF                     8F, A1-FE, A1-FE
 * EUCKR                    81-FE, 41-5A 61-7A 81-FE
 * GB2312                   A1-F7, A1-FE
 * GBK                      81-FE, 40-7E 80-FE
 * GB18030                  81-FE, 40-7E 80-FE                             81-FE, 30-39, 81-FE, 30-39
 * </pre>
 */
enum MultiByteLayout {
    BIG5("", "A1-F9", "40-7E A1-FE"),
    CP932("A1-DF", "81-9F E0-FC", "40-7E 80-FC"),
    EUCJPMS("", "A1-FE", "A1-FE"),
    EUCKR("", "81-FE", "41-5A 61-7A 81-FE"),
    GB18030("", "81-FE", "40-7E 80-FE"),
    GB2312("", "A1-F7", "A1-FE"),
    GBK("", "81-FE", "40-7E 80-FE"),
    SJIS("A1-DF", "81-9F E0-FC", "40-7E 80-FC"),
    UJIS("", "A1-FE", "A1-FE");

    /** Leads the half-width kana of EUC. */
    private static final int KANA = 0x8E;

    private final String singles;
    private final String leads;
    private final String trails;

    MultiByteLayout(String singles, String leads, String trails) {
        this.singles = "00-7F " + singles;
        this.leads = leads;
        this.trails = trails;
    }

    static Optional<MultiByteLayout> of(String charset) {
        return Arrays.stream(values())
                .filter(layout -> layout.charset().equals(charset))
                .findFirst();
    }

    String charset() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean hasThreeBytes() {
        return this == UJIS || this == EUCJPMS;
    }

    boolean hasFourBytes() {
        return this == GB18030;
    }

    /** The characters of one byte. */
    int[] ones() {
        return bytes(singles);
    }

    /** The characters of two bytes, big-endian. */
    int[] twos() {
        int[] pairs = pairs(bytes(leads), bytes(trails));
        if (!hasThreeBytes()) {
            return pairs;
        }
        int[] kana = pairs(new int[] {KANA}, bytes("A1-DF"));
        int[] all = Arrays.copyOf(pairs, pairs.length + kana.length);
        System.arraycopy(kana, 0, all, pairs.length, kana.length);
        return all;
    }

    /** The last two bytes of the characters of three bytes, big-endian. */
    int[] threes() {
        return hasThreeBytes() ? pairs(bytes(leads), bytes(trails)) : new int[0];
    }

    private static int[] pairs(int[] leads, int[] trails) {
        int[] pairs = new int[leads.length * trails.length];
        int at = 0;
        for (int lead : leads) {
            for (int trail : trails) {
                pairs[at++] = lead << 8 | trail;
            }
        }
        return pairs;
    }

    private static int[] bytes(String ranges) {
        return Arrays.stream(ranges.strip().split(" "))
                .flatMapToInt(range -> IntStream.rangeClosed(
                        Integer.parseInt(range.substring(0, 2), 16), Integer.parseInt(range.substring(3), 16)))
                .toArray();
    }
}
