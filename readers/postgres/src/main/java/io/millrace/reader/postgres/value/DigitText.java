package io.millrace.reader.postgres.value;

import io.millrace.row.RowEncoder;
import org.agrona.concurrent.UnsafeBuffer;

/** Values as the server prints them. Pure; allocates nothing. */
final class DigitText {
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int SECOND_MICROS = 1_000_000;
    private static final int MOST_DIGITS = 10;
    private static final int TIME_LENGTH = "HH:MM:SS".length();
    private static final int FRACTION_DIGITS = 6;

    private DigitText() {}

    /** A number of up to ten digits. */
    static void putUnsigned(long value, RowEncoder encoder, int column) {
        int start = encoder.reserve(MOST_DIGITS);
        UnsafeBuffer out = encoder.buffer();
        int count = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            count++;
        }
        long rest = value;
        for (int i = count - 1; i >= 0; i--) {
            out.putByte(start + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        encoder.putReserved(column, count);
    }

    /** {@code HH:MM:SS[.ffffff]}, without zeros at its end; 24:00:00 is one. Returns false where it is no time of a day. */
    static boolean putTime(long micros, RowEncoder encoder, int column) {
        if (micros < 0 || micros > DAY_MICROS) {
            return false;
        }
        int start = encoder.reserve(TIME_LENGTH + 1 + FRACTION_DIGITS);
        UnsafeBuffer out = encoder.buffer();
        int seconds = (int) (micros / SECOND_MICROS);
        int to = putTwo(out, start, seconds / 3600);
        out.putByte(to++, (byte) ':');
        to = putTwo(out, to, seconds / 60 % 60);
        out.putByte(to++, (byte) ':');
        to = putTwo(out, to, seconds % 60);
        int fraction = (int) (micros % SECOND_MICROS);
        if (fraction > 0) {
            out.putByte(to++, (byte) '.');
            for (int unit = SECOND_MICROS / 10; fraction > 0; unit /= 10) {
                out.putByte(to++, (byte) ('0' + fraction / unit));
                fraction %= unit;
            }
        }
        encoder.putReserved(column, to - start);
        return true;
    }

    private static int putTwo(UnsafeBuffer out, int at, int value) {
        out.putByte(at, (byte) ('0' + value / 10));
        out.putByte(at + 1, (byte) ('0' + value % 10));
        return at + 2;
    }
}
