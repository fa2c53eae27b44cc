package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.SqlOutput;
import org.agrona.DirectBuffer;

/**
 * Exact digits as they are. The server would round a fraction that is too long with a note only, and take a number that is too long
 * for a float, so both are looked at here. Immutable.
 */
final class DecimalEncoder implements FieldEncoder {
    private static final int MAX_DIGITS = 65;

    private final int scale;

    /**
     * @param scale of the target's column
     */
    DecimalEncoder(int scale) {
        this.scale = scale;
    }

    @Override
    public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
        DirectBuffer digits = image.buffer();
        int offset = image.valueOffset(column);
        int end = offset + image.valueLength(column);
        int at = offset;
        if (at < end && digits.getByte(at) == '-') {
            at++;
        }
        if (at == end || digits.getByte(at) > '9') {
            return Fault.NOT_A_NUMBER;
        }
        int whole = 0;
        int fraction = 0;
        int significant = 0; // of the fraction
        boolean isFraction = false;
        for (; at < end; at++) {
            byte digit = digits.getByte(at);
            if (digit == '.' && !isFraction) {
                isFraction = true;
            } else if (digit < '0' || digit > '9') {
                return Fault.NOT_A_NUMBER;
            } else if (isFraction) {
                fraction++;
                significant = digit == '0' ? significant : fraction;
            } else {
                whole += whole == 0 && digit == '0' ? 0 : 1;
            }
        }
        if (significant > scale || whole + significant > MAX_DIGITS) {
            return Fault.OUT_OF_RANGE;
        }
        // Zeros behind the last digit that counts are not sent: more of them than the type has would be cut with a
        // note.
        output.putValue(image, column);
        output.length(output.length() - (fraction - significant));
        return Fault.NONE;
    }
}
