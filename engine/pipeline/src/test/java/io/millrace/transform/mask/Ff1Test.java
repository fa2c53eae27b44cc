package io.millrace.transform.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The samples that NIST gives with SP 800-38G, and that no two texts become one. */
class Ff1Test {
    private static final String KEY_128 = "2B7E151628AED2A6ABF7158809CF4F3C";
    private static final String KEY_192 = KEY_128 + "EF4359D8D580AA4F";
    private static final String KEY_256 = KEY_192 + "7F036D6F04FC6A94";

    private static String encrypted(int keyBits, int radix, String tweak, String text) {
        String key = keyBits == 128 ? KEY_128 : keyBits == 192 ? KEY_192 : KEY_256;
        Ff1 cipher = new Ff1(HexFormat.of().parseHex(key), radix, HexFormat.of().parseHex(tweak));
        int[] numbers = text.chars().map(c -> Character.digit(c, radix)).toArray();
        cipher.encrypt(numbers, numbers.length);
        StringBuilder result = new StringBuilder();
        for (int number : numbers) {
            result.append(Character.forDigit(number, radix));
        }
        return result.toString();
    }

    @Test
    void shouldGiveWhatNistGives() {
        String tweak = "39383736353433323130";
        String mixedTweak = "3737373770717273373737";
        String digits = "0123456789";
        String mixed = "0123456789abcdefghi";
        assertEquals("2433477484", encrypted(128, 10, "", digits));
        assertEquals("6124200773", encrypted(128, 10, tweak, digits));
        assertEquals("a9tv40mll9kdu509eum", encrypted(128, 36, mixedTweak, mixed));
        assertEquals("2830668132", encrypted(192, 10, "", digits));
        assertEquals("2496655549", encrypted(192, 10, tweak, digits));
        assertEquals("xbj3kv35jrawxv32ysr", encrypted(192, 36, mixedTweak, mixed));
        assertEquals("6657667009", encrypted(256, 10, "", digits));
        assertEquals("1001623463", encrypted(256, 10, tweak, digits));
        assertEquals("xs8a0azh2avyalyzuwd", encrypted(256, 36, mixedTweak, mixed));
    }

    @Test
    void shouldMakeNoTwoTextsOne() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(encrypted(128, 10, "", String.format("%03d", i)));
        }
        assertEquals(1_000, all.size());
    }
}
