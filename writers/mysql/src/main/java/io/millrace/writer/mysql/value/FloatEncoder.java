package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.SqlOutput;

/**
 * Floating point as the digits of the double that it is, always with an exponent: without one the server would take them for a
 * DECIMAL, which knows no -0. A float is widened first, because its own shortest digits stand for another double, which a key of the
 * target is not equal to. Confined to one thread: it keeps the text. The JDK's conversion allocates for some values.
 */
final class FloatEncoder implements FieldEncoder {
    private static final byte[] EXPONENT = {'E', '0'};

    private final boolean isSingle;
    private final StringBuilder text = new StringBuilder(32);

    FloatEncoder(boolean isSingle) {
        this.isSingle = isSingle;
    }

    @Override
    public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
        long bits = image.longAt(column);
        double value = isSingle ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
        if (!Double.isFinite(value)) {
            return Fault.NOT_A_NUMBER;
        }
        text.setLength(0);
        text.append(value);
        output.putAscii(text);
        for (int i = text.length() - 1; i > 0; i--) {
            if (text.charAt(i) == 'E') {
                return Fault.NONE;
            }
        }
        output.putBytes(EXPONENT);
        return Fault.NONE;
    }
}
