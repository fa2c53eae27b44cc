package io.millrace.writer.mysql.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.agrona.DirectBuffer;

/**
 * Numbers of a JSON text before MySQL, whose JSON has integers of 64 bits, doubles, and DECIMALs which no text can say. What a text
 * says becomes a double, rounded by a parser that is some units in the last place off, up to MySQL 8.0 at least: 0.41384962831330796 is
 * read as 0.413849628313308. What the same parser reads exactly, in every version, has at most 15 digits and a small exponent.
 *
 * <p>Stateless. {@link #areExact} allocates nothing.
 */
public final class JsonNumbers {
    /** So many decimal digits are whole below 2^53. */
    private static final int EXACT_DIGITS = 15;

    /** No double needs more. */
    private static final int MOST_DIGITS = 17;

    /** Powers of ten up to this one are doubles. */
    private static final int EXACT_POWER = 22;

    private static final int LONG_DIGITS = 18;
    private static final String MOST_UNSIGNED = "18446744073709551615";
    private static final String MOST_SIGNED = "9223372036854775807";
    private static final String LEAST_SIGNED = "9223372036854775808";
    private static final int DECIMAL_DIGITS = 65;
    private static final int DECIMAL_SCALE = 30;
    private static final int FAR_EXPONENT = 100_000;

    private JsonNumbers() {}

    /** Whether the server reads each number of a text as what it is. */
    static boolean areExact(DirectBuffer text, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            byte c = text.getByte(at);
            if (c == '"') {
                at = endOfString(text, at, end);
            } else if (isNumber(c)) {
                int to = endOfNumber(text, at, end);
                if (!isExact(text, at, to)) {
                    return false;
                }
                at = to;
            } else {
                at++;
            }
        }
        return true;
    }

    static boolean isNumber(byte first) {
        return first == '-' || (first >= '0' && first <= '9');
    }

    /** Behind the quote that ends it. */
    static int endOfString(DirectBuffer text, int from, int end) {
        int at = from + 1;
        while (at < end && text.getByte(at) != '"') {
            at += text.getByte(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, end);
    }

    static int endOfNumber(DirectBuffer text, int from, int end) {
        int at = from + 1;
        while (at < end) {
            byte c = text.getByte(at);
            boolean isOfIt = (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
            if (!isOfIt) {
                return at;
            }
            at++;
        }
        return end;
    }

    /** Whether the server reads a number of a text as what it is. */
    static boolean isExact(DirectBuffer text, int from, int to) {
        int digits = 0;
        int power = 0;
        boolean isWhole = true;
        for (int at = from; at < to; at++) {
            byte c = text.getByte(at);
            if (c >= '0' && c <= '9') {
                digits += digits > 0 || c != '0' ? 1 : 0;
                power -= isWhole ? 0 : 1;
            } else if (c == '.') {
                isWhole = false;
            } else if (c == 'e' || c == 'E') {
                isWhole = false;
                power += exponent(text, at + 1, to);
                break;
            }
        }
        if (isWhole) {
            return digits <= LONG_DIGITS || isInRange(text, from, to);
        }
        return digits == 0 || (digits <= EXACT_DIGITS && Math.abs(power) <= EXACT_POWER);
    }

    private static int exponent(DirectBuffer text, int from, int to) {
        int value = 0;
        for (int at = from; at < to; at++) {
            byte c = text.getByte(at);
            if (c >= '0' && c <= '9') {
                value = Math.min(FAR_EXPONENT, value * 10 + c - '0');
            }
        }
        return from < to && text.getByte(from) == '-' ? -value : value;
    }

    /** Of a whole number, which has no zeros before it. */
    private static boolean isInRange(DirectBuffer text, int from, int to) {
        boolean isNegative = text.getByte(from) == '-';
        return isNegative
                ? isAtMost(text, from + 1, to, LEAST_SIGNED)
                : isAtMost(text, from, to, MOST_UNSIGNED) || isAtMost(text, from, to, MOST_SIGNED);
    }

    private static boolean isAtMost(DirectBuffer text, int from, int to, String most) {
        int length = to - from;
        if (length != most.length()) {
            return length < most.length();
        }
        for (int i = 0; i < length; i++) {
            int difference = text.getByte(from + i) - most.charAt(i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return true;
    }

    /** A literal of SQL for a number that the server reads exactly of a text, of the same type: an integer, or a double. */
    static String plain(String number) {
        return isWhole(number) ? number : asDouble(number);
    }

    private static boolean isWhole(String number) {
        return number.indexOf('.') < 0 && !hasExponent(number);
    }

    private static boolean hasExponent(String number) {
        return number.indexOf('e') >= 0 || number.indexOf('E') >= 0;
    }

    /** A literal without an exponent would be a DECIMAL. */
    private static String asDouble(String number) {
        return hasExponent(number) ? number : number + "e0";
    }

    /**
     * A literal of SQL that has the value of a number: a double where there is one, else a DECIMAL.
     *
     * @return null where neither holds it
     */
    static String literal(String number) {
        BigDecimal value = new BigDecimal(number);
        double nearest = Double.parseDouble(number);
        boolean isDouble = !Double.isInfinite(nearest) && shortest(nearest).compareTo(value) == 0;
        if (isDouble) {
            return asDouble(number);
        }
        BigDecimal least = value.stripTrailingZeros();
        long whole = (long) least.precision() - least.scale();
        int scale = Math.max(0, least.scale());
        boolean isDecimal = scale <= DECIMAL_SCALE && Math.max(0, whole) + scale <= DECIMAL_DIGITS;
        return isDecimal ? least.toPlainString() : null;
    }

    /** What the server writes of a double: the fewest digits that are read as it. The virtual machine writes more of some. */
    public static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        int least = Math.abs(value) < Double.MIN_NORMAL ? 1 : EXACT_DIGITS; // of a subnormal one, 15 may be too many
        for (int digits = least; digits < MOST_DIGITS; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == value) {
                return rounded;
            }
        }
        return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
    }
}
