package io.millrace.transform.mask;

import io.millrace.datasource.Secret;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.RowContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.MutableDirectBuffer;

/**
 * The HMAC-SHA-256 of a value's bytes, in 64 hexadecimal digits; a whole number's bytes are its decimal digits. The same value and key give the
 * same text in every table. Allocates what the JDK's digest does. Confined to a lane or loader.
 */
public final class HashMask implements ColumnStep {
    public static final int LENGTH = 64;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Mac mac;
    private final boolean isFixed;
    private final boolean isUnsigned;
    private byte[] value = new byte[256];

    /** @param isFixed whether the column is a whole number, else its bytes count */
    public HashMask(Secret key, boolean isFixed, boolean isUnsigned) {
        this.isFixed = isFixed;
        this.isUnsigned = isUnsigned;
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no " + ALGORITHM, e);
        }
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (!row.isPresent(column)) {
            out.putAbsent(column);
        } else if (row.isNull(column)) {
            out.putNull(column);
        } else {
            byte[] digest = isFixed ? ofNumber(row.longAt(column)) : ofBytes(row, column);
            int start = out.reserve(LENGTH);
            MutableDirectBuffer buffer = out.buffer();
            for (int i = 0; i < digest.length; i++) {
                buffer.putByte(start + 2 * i, DIGITS[digest[i] >> 4 & 0xF]);
                buffer.putByte(start + 2 * i + 1, DIGITS[digest[i] & 0xF]);
            }
            out.putReserved(column, LENGTH);
        }
    }

    private byte[] ofNumber(long number) {
        String digits = isUnsigned ? Long.toUnsignedString(number) : Long.toString(number);
        return mac.doFinal(digits.getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] ofBytes(ImageFlyweight row, int column) {
        int length = row.valueLength(column);
        if (length > value.length) {
            value = new byte[Math.max(length, 2 * value.length)];
        }
        row.buffer().getBytes(row.valueOffset(column), value, 0, length);
        mac.update(value, 0, length);
        return mac.doFinal();
    }
}
