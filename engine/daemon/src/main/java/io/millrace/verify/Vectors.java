package io.millrace.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** MySQL's vector bytes against the text of PostgreSQL's {@code real[]}. */
final class Vectors {
    private Vectors() {}

    static boolean areSame(byte[] source, String target) {
        if (!target.startsWith("{") || !target.endsWith("}") || source.length % Float.BYTES != 0) {
            return false;
        }
        String inside = target.substring(1, target.length() - 1);
        String[] numbers = inside.isEmpty() ? new String[0] : inside.split(",", -1);
        if (numbers.length != source.length / Float.BYTES) {
            return false;
        }
        ByteBuffer singles = ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN);
        for (String number : numbers) {
            if (singles.getInt() != Float.floatToRawIntBits(Float.parseFloat(number))) {
                return false;
            }
        }
        return true;
    }
}
