package io.millrace.expression.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An exact number that is computed in place: up to 18 digits as a long and a scale, without allocation; longer ones as a
 * {@link BigDecimal}. PostgreSQL's NaN and infinities are values, too: NaN is greater than all others and equal to itself.
 *
 * <p>Mutable; confined to one thread.
 */
public final class Decimal {
    /** Most bytes that {@link #put} writes: digits of PostgreSQL's longest numbers would be more, and are an error. */
    public static final int MOST_BYTES = 1_024;

    private static final int MOST_DIGITS = 18;
    private static final long LIMIT = 1_000_000_000_000_000_000L;
    private static final long[] POWERS = powers();
    private static final int LEAST_QUOTIENT_DIGITS = 16;
    private static final int GROUP = 4; // PostgreSQL counts digits by groups of four
    private static final int MOST_SCALE = 1_000;

    private static final byte NEGATIVE_INFINITY = -1;
    private static final byte FINITE = 0;
    private static final byte INFINITY = 1;
    private static final byte NAN = 2;

    private byte kind;
    private long unscaled;
    private int scale;
    private BigDecimal big; // null: the number is unscaled and scale

    private static long[] powers() {
        long[] powers = new long[MOST_DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    public Decimal set(long whole) {
        kind = FINITE;
        scale = 0;
        unscaled = whole;
        big = whole >= LIMIT || whole <= -LIMIT ? BigDecimal.valueOf(whole) : null;
        return this;
    }

    public Decimal set(BigDecimal number) {
        kind = FINITE;
        boolean isSmall = number.precision() <= MOST_DIGITS && number.scale() >= 0 && number.scale() <= MOST_DIGITS;
        big = isSmall ? null : number;
        if (isSmall) {
            unscaled = number.unscaledValue().longValue();
            scale = number.scale();
        }
        return this;
    }

    public Decimal set(Decimal other) {
        kind = other.kind;
        unscaled = other.unscaled;
        scale = other.scale;
        big = other.big;
        return this;
    }

    private void set(long newUnscaled, int newScale) {
        kind = FINITE;
        unscaled = newUnscaled;
        scale = newScale;
        big = null;
    }

    /** Reads the digits of an image. */
    public Decimal parse(DirectBuffer buffer, int offset, int length) {
        int i = offset;
        int end = offset + length;
        boolean isNegative = length > 0 && buffer.getByte(i) == '-';
        i += isNegative ? 1 : 0;
        if (end - i > MOST_DIGITS + 1 || i == end || buffer.getByte(i) > '9') {
            return parseText(buffer.getStringWithoutLengthAscii(offset, length));
        }
        long digits = 0;
        int count = 0;
        int fraction = -1;
        for (; i < end; i++) {
            byte c = buffer.getByte(i);
            if (c == '.') {
                fraction = 0;
            } else {
                digits = digits * 10 + (c - '0');
                count++;
                fraction += fraction >= 0 ? 1 : 0;
            }
        }
        if (count > MOST_DIGITS) {
            return parseText(buffer.getStringWithoutLengthAscii(offset, length));
        }
        set(isNegative ? -digits : digits, Math.max(0, fraction));
        return this;
    }

    private Decimal parseText(String text) {
        switch (text) {
            case "NaN" -> kind = NAN;
            case "Infinity" -> kind = INFINITY;
            case "-Infinity" -> kind = NEGATIVE_INFINITY;
            default -> {
                return set(new BigDecimal(text));
            }
        }
        return this;
    }

    /** NaN or an infinity. */
    public void setSpecial(double number) {
        kind = Double.isNaN(number) ? NAN : number > 0 ? INFINITY : NEGATIVE_INFINITY;
    }

    public boolean isNaN() {
        return kind == NAN;
    }

    public boolean isFinite() {
        return kind == FINITE;
    }

    private BigDecimal big() {
        return big != null ? big : BigDecimal.valueOf(unscaled, scale);
    }

    /** The number; only of a finite one. */
    public BigDecimal toBigDecimal() {
        return big();
    }

    private boolean areSmall(Decimal other) {
        return big == null && other.big == null;
    }

    /** Below 0, 0 or above it, as this number is less, equal or greater; those that are not finite have their places around all others. */
    public int compare(Decimal other) {
        if (kind != FINITE || other.kind != FINITE) {
            return Byte.compare(kind, other.kind);
        }
        if (areSmall(other)) {
            if (scale == other.scale) {
                return Long.compare(unscaled, other.unscaled);
            }
            boolean isFiner = scale > other.scale;
            long mine = isFiner ? unscaled : scaled(unscaled, other.scale - scale);
            long theirs = isFiner ? scaled(other.unscaled, scale - other.scale) : other.unscaled;
            if (mine != Long.MIN_VALUE && theirs != Long.MIN_VALUE) {
                return Long.compare(mine, theirs);
            }
        }
        return big().compareTo(other.big());
    }

    /** Times a power of ten; the least long where that is too much. */
    private static long scaled(long number, int digits) {
        long power = POWERS[digits];
        long product = number * power;
        return Math.multiplyHigh(number, power) == product >> 63 && product != Long.MIN_VALUE
                ? product
                : Long.MIN_VALUE;
    }

    public void add(Decimal a, Decimal b) {
        if (isSpecial(a, b)) {
            specialSum(a, b.kind);
            return;
        }
        if (!sumSmall(a, b, 1)) {
            set(a.big().add(b.big()));
        }
    }

    public void subtract(Decimal a, Decimal b) {
        if (isSpecial(a, b)) {
            specialSum(a, b.kind == NAN ? NAN : (byte) -b.kind);
            return;
        }
        if (!sumSmall(a, b, -1)) {
            set(a.big().subtract(b.big()));
        }
    }

    private boolean sumSmall(Decimal a, Decimal b, int sign) {
        if (!a.areSmall(b)) {
            return false;
        }
        int common = Math.max(a.scale, b.scale);
        long left = scaled(a.unscaled, common - a.scale);
        long right = scaled(b.unscaled, common - b.scale);
        if (left == Long.MIN_VALUE || right == Long.MIN_VALUE) {
            return false;
        }
        long sum = left + sign * right;
        boolean isOver = ((left ^ sum) & (sign * right ^ sum)) < 0 || sum >= LIMIT || sum <= -LIMIT;
        if (!isOver) {
            set(sum, common);
        }
        return !isOver;
    }

    public void multiply(Decimal a, Decimal b) {
        if (isSpecial(a, b)) {
            int signs = a.signum() * b.signum();
            kind = a.kind == NAN || b.kind == NAN || signs == 0 ? NAN : (byte) signs;
            return;
        }
        if (a.areSmall(b) && a.scale + b.scale <= MOST_DIGITS) {
            long product = a.unscaled * b.unscaled;
            boolean fits = Math.multiplyHigh(a.unscaled, b.unscaled) == product >> 63;
            if (fits && product < LIMIT && product > -LIMIT) {
                set(product, a.scale + b.scale);
                return;
            }
        }
        set(a.big().multiply(b.big()));
    }

    /** To as many digits as PostgreSQL gives. Allocates. */
    public void divide(Decimal a, Decimal b) {
        if (isSpecial(a, b)) {
            divideSpecial(a, b);
            return;
        }
        BigDecimal divisor = b.big();
        if (divisor.signum() == 0) {
            throw EvaluationErrors.divisionByZero();
        }
        BigDecimal dividend = a.big();
        int weight = weight(dividend) - weight(divisor);
        if (firstGroup(dividend) <= firstGroup(divisor)) {
            weight--;
        }
        int digits = Math.max(LEAST_QUOTIENT_DIGITS - weight * GROUP, Math.max(dividend.scale(), divisor.scale()));
        set(dividend.divide(divisor, Math.max(0, Math.min(MOST_SCALE, digits)), RoundingMode.HALF_UP));
    }

    private void divideSpecial(Decimal a, Decimal b) {
        if (a.kind == NAN || b.kind == NAN || (a.kind != FINITE && b.kind != FINITE)) {
            kind = NAN;
        } else if (a.kind == FINITE) {
            set(0);
        } else if (b.signum() == 0) {
            throw EvaluationErrors.divisionByZero();
        } else {
            kind = (byte) (a.kind * b.signum());
        }
    }

    private static int weight(BigDecimal number) {
        return number.signum() == 0 ? 0 : Math.floorDiv(number.precision() - number.scale() - 1, GROUP);
    }

    private static int firstGroup(BigDecimal number) {
        return number.abs().movePointLeft(GROUP * weight(number)).intValue();
    }

    /** What is left of a division to whole numbers, with the dividend's sign. */
    public void remainder(Decimal a, Decimal b) {
        if (isSpecial(a, b)) {
            remainderSpecial(a, b);
            return;
        }
        if (b.big().signum() == 0) {
            throw EvaluationErrors.divisionByZero();
        }
        if (a.areSmall(b) && a.scale == b.scale) {
            set(a.unscaled % b.unscaled, a.scale);
            return;
        }
        BigDecimal dividend = a.big();
        BigDecimal divisor = b.big();
        set(dividend.remainder(divisor)
                .setScale(Math.max(dividend.scale(), divisor.scale()), RoundingMode.UNNECESSARY));
    }

    private void remainderSpecial(Decimal a, Decimal b) {
        if (a.kind == NAN || b.kind == NAN) {
            kind = NAN;
        } else if (a.kind != FINITE) {
            if (b.signum() == 0) {
                throw EvaluationErrors.divisionByZero();
            }
            kind = NAN;
        } else {
            set(a);
        }
    }

    public void negate(Decimal a) {
        if (a.kind != FINITE) {
            kind = a.kind == NAN ? NAN : (byte) -a.kind;
        } else if (a.big == null) {
            set(-a.unscaled, a.scale);
        } else {
            set(a.big.negate());
        }
    }

    public int signum() {
        if (kind != FINITE) {
            return kind == NAN ? 0 : kind;
        }
        return big != null ? big.signum() : Long.signum(unscaled);
    }

    private static boolean isSpecial(Decimal a, Decimal b) {
        return a.kind != FINITE || b.kind != FINITE;
    }

    private void specialSum(Decimal a, byte other) {
        if (a.kind == NAN || other == NAN) {
            kind = NAN;
        } else if (a.kind != FINITE && other != FINITE) {
            kind = a.kind == other ? other : NAN;
        } else {
            kind = a.kind == FINITE ? other : a.kind;
        }
    }

    /** The nearest double. Allocates where the number has more than 15 digits. */
    public double toDouble() {
        return switch (kind) {
            case NAN -> Double.NaN;
            case INFINITY -> Double.POSITIVE_INFINITY;
            case NEGATIVE_INFINITY -> Double.NEGATIVE_INFINITY;
            default -> {
                boolean isExact = big == null && Math.abs(unscaled) <= 1L << 53;
                yield isExact ? unscaled / (double) POWERS[scale] : big().doubleValue();
            }
        };
    }

    /** The nearest whole number, half away from zero. */
    public long toLong(String type) {
        if (kind != FINITE) {
            throw EvaluationErrors.outOfRange(type);
        }
        if (big == null && scale == 0) {
            return unscaled;
        }
        BigDecimal whole = big().setScale(0, RoundingMode.HALF_UP);
        if (whole.precision() > MOST_DIGITS + 1 || whole.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw EvaluationErrors.outOfRange(type);
        }
        return whole.longValue();
    }

    /**
     * Writes the digits, rounded half away from zero.
     *
     * @param precision digits that there may be, or -1
     * @param toScale digits behind the point, or -1 for those that there are
     * @return how many bytes, or -1 where the number does not fit
     */
    public int put(MutableDirectBuffer to, int offset, int precision, int toScale) {
        if (kind != FINITE) {
            return precision > 0 ? -1 : to.putStringWithoutLengthAscii(offset, toString());
        }
        int digits = toScale < 0 ? scale : toScale;
        if (big == null && digits >= scale && digits <= MOST_DIGITS) {
            long rescaled = scaled(unscaled, digits - scale);
            if (rescaled != Long.MIN_VALUE) {
                return putSmall(to, offset, precision, rescaled, digits);
            }
        }
        BigDecimal rounded = toScale < 0 ? big() : big().setScale(toScale, RoundingMode.HALF_UP);
        String text = rounded.toPlainString();
        boolean fits = (precision <= 0 || rounded.precision() <= precision) && text.length() <= MOST_BYTES;
        return fits ? to.putStringWithoutLengthAscii(offset, text) : -1;
    }

    private static int putSmall(MutableDirectBuffer to, int offset, int precision, long number, int digits) {
        long rest = Math.abs(number);
        int count = 1;
        while (count <= MOST_DIGITS && rest >= POWERS[count]) {
            count++;
        }
        if (precision > 0 && count > precision && number != 0) {
            return -1;
        }
        int length = (number < 0 ? 1 : 0) + Math.max(count, digits + 1) + (digits > 0 ? 1 : 0);
        int at = offset + length - 1;
        for (int i = 0; i < Math.max(count, digits + 1); i++) {
            if (i == digits && digits > 0) {
                to.putByte(at--, (byte) '.');
            }
            to.putByte(at--, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        if (number < 0) {
            to.putByte(at, (byte) '-');
        }
        return length;
    }

    /** As PostgreSQL prints it. */
    @Override
    public String toString() {
        return switch (kind) {
            case NAN -> "NaN";
            case INFINITY -> "Infinity";
            case NEGATIVE_INFINITY -> "-Infinity";
            default -> big().toPlainString();
        };
    }
}
