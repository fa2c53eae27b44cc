package io.millrace.transform.mask;

import io.millrace.datasource.Secret;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.transform.step.ColumnStep;
import io.millrace.transform.step.RowContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.MutableDirectBuffer;

/**
 * Digits of a text encrypted as one number of as many digits, all else as it is: so a text keeps its form, and two that differ stay two. A key's
 * AES key is its SHA-256. Confined to a lane or loader; allocates.
 */
public final class FpeMask implements ColumnStep {
    /** Below a domain of a million FF1 is not allowed: whoever has some pairs could guess the rest. */
    static final int LEAST_DIGITS = 6;

    private static final int RADIX = 10;

    private final String column;
    private final Ff1 cipher;
    private int[] digits = new int[32];

    public FpeMask(String column, Secret key) {
        this.column = column;
        cipher = new Ff1(sha256(key), RADIX, new byte[0]);
    }

    private static byte[] sha256(Secret key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void put(int index, ImageFlyweight row, RowContext context, RowEncoder out) {
        if (!row.isPresent(index)) {
            out.putAbsent(index);
            return;
        }
        if (row.isNull(index)) {
            out.putNull(index);
            return;
        }
        int length = row.valueLength(index);
        int from = row.valueOffset(index);
        if (digits.length < length) {
            digits = new int[length];
        }
        int count = 0;
        for (int i = 0; i < length; i++) {
            byte c = row.buffer().getByte(from + i);
            if (isDigit(c)) {
                digits[count++] = c - '0';
            }
        }
        if (count < LEAST_DIGITS) {
            throw new MillraceException(
                    ErrorCode.EXPRESSION_FAILED,
                    "a text has too few digits to be encrypted: column=" + column + ", least=" + LEAST_DIGITS);
        }
        cipher.encrypt(digits, count);
        put(index, row, from, length, out);
    }

    private void put(int index, ImageFlyweight row, int from, int length, RowEncoder out) {
        int start = out.reserve(length);
        MutableDirectBuffer to = out.buffer();
        int next = 0;
        for (int i = 0; i < length; i++) {
            byte c = row.buffer().getByte(from + i);
            to.putByte(start + i, isDigit(c) ? (byte) ('0' + digits[next++]) : c);
        }
        out.putReserved(index, length);
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
