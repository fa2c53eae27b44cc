package io.millrace.writer.postgres.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.TypeOptions.NulChar;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.sql.Calendar;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Any value as text, digit by digit: for text columns, and for target types into which there is no binary way; those are
 * cast at the server. Allocates only for floating point.
 */
public final class TextEncoder implements FieldEncoder {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_FIXED_TEXT = 72;

    private final Column column;
    private final int scale;
    private final FieldEncoder text;

    public TextEncoder(Column column, TypeOptions options) {
        this.column = column;
        this.scale = column.scale() < 0 ? 6 : column.scale();
        this.text = options.nulChar() == NulChar.STRIP ? BytesEncoder.STRIPPED_TEXT : BytesEncoder.TEXT;
    }

    @Override
    public int put(ImageFlyweight image, int number, BinaryOutput output) {
        if (column.type() == io.millrace.schema.ColumnType.DECIMAL || isText()) {
            return text.put(image, number, output);
        }
        int start = output.length();
        output.putInt(0);
        int fault = putValue(image, number, output);
        output.setInt(start, output.length() - start - Integer.BYTES);
        return fault;
    }

    private boolean isText() {
        return switch (column.type()) {
            case TEXT, ENUM, SET, JSON, OTHER, POSTGRES_TEXT -> true;
            default -> false;
        };
    }

    private int putValue(ImageFlyweight image, int number, BinaryOutput output) {
        long value = column.type().isFixed() ? image.longAt(number) : 0;
        switch (column.type()) {
            case BOOLEAN -> output.putByte(value != 0 ? 't' : 'f');
            case INTEGER -> putSigned(value, output);
            case UNSIGNED -> putUnsigned(value, output);
            case YEAR -> putDigits(value, 4, output);
            case FLOAT -> putAscii(Float.toString(Float.intBitsToFloat((int) value)), output);
            case DOUBLE -> putAscii(Double.toString(Double.longBitsToDouble(value)), output);
            case DATE -> putDate(value, output);
            case DATETIME -> putDateTime(value, output);
            case TIMESTAMP -> putInstant(value, output);
            case TIME -> putTime(value, output);
            case POSTGRES_DATE -> PostgresTimes.putDate((int) value, output);
            case POSTGRES_TIMESTAMP -> PostgresTimes.putTimestamp(value, "", output);
            case POSTGRES_TIMESTAMPTZ -> PostgresTimes.putTimestamp(value, "+00", output);
            case BIT -> putBits(value, output);
            case UUID -> putUuid(image, number, output);
            case VECTOR -> putVector(image, number, output);
            case BINARY, GEOMETRY -> putHex(image, number, output);
            default -> throw new IllegalStateException("not fixed: " + column.type());
        }
        return Fault.NONE;
    }

    static void putSigned(long value, BinaryOutput output) {
        if (value < 0) {
            output.putByte('-');
        }
        putUnsigned(value < 0 ? -value : value, output);
    }

    static void putUnsigned(long value, BinaryOutput output) {
        int digits = 1;
        for (long rest = Long.divideUnsigned(value, 10); rest != 0; rest /= 10) {
            digits++;
        }
        putDigits(value, digits, output);
    }

    /** The last digits of an unsigned number, with zeros in front. */
    private static void putDigits(long value, int digits, BinaryOutput output) {
        int start = output.reserve(MAX_FIXED_TEXT);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            long quotient = Long.divideUnsigned(rest, 10);
            output.bytes()[start + i] = (byte) ('0' + (rest - quotient * 10));
            rest = quotient;
        }
        output.length(start + digits);
    }

    private static void putDate(long civil, BinaryOutput output) {
        putDigits(CivilTime.year(civil), 4, output);
        output.putByte('-');
        putDigits(CivilTime.month(civil), 2, output);
        output.putByte('-');
        putDigits(CivilTime.day(civil), 2, output);
    }

    private void putDateTime(long civil, BinaryOutput output) {
        putDate(civil, output);
        output.putByte(' ');
        putClock(CivilTime.hour(civil), CivilTime.minute(civil), CivilTime.second(civil), output);
        putFraction(CivilTime.micros(civil), output);
    }

    private void putInstant(long micros, BinaryOutput output) {
        putDateTime(micros == CivilTime.ZERO_TIMESTAMP ? 0 : Calendar.civil(micros), output);
        output.putByte('+');
        output.putByte('0');
        output.putByte('0');
    }

    private void putTime(long micros, BinaryOutput output) {
        if (micros < 0) {
            output.putByte('-');
        }
        long magnitude = Math.abs(micros);
        long seconds = magnitude / 1_000_000;
        putClock(seconds / 3600, (int) (seconds / 60 % 60), (int) (seconds % 60), output);
        putFraction((int) (magnitude % 1_000_000), output);
    }

    private static void putClock(long hours, int minutes, int seconds, BinaryOutput output) {
        if (hours < 100) {
            putDigits(hours, 2, output);
        } else {
            putUnsigned(hours, output);
        }
        output.putByte(':');
        putDigits(minutes, 2, output);
        output.putByte(':');
        putDigits(seconds, 2, output);
    }

    private void putFraction(int micros, BinaryOutput output) {
        if (scale > 0) {
            output.putByte('.');
            putDigits(micros, 6, output);
            output.length(output.length() - 6 + Math.min(6, scale));
        }
    }

    private void putBits(long bits, BinaryOutput output) {
        for (int i = column.length() - 1; i >= 0; i--) {
            output.putByte('0' + (int) (bits >>> i & 1));
        }
    }

    private static void putHex(ImageFlyweight image, int number, BinaryOutput output) {
        output.putByte('\\');
        output.putByte('x');
        int offset = image.valueOffset(number);
        for (int i = 0; i < image.valueLength(number); i++) {
            putHexByte(image.buffer().getByte(offset + i), output);
        }
    }

    private static void putUuid(ImageFlyweight image, int number, BinaryOutput output) {
        int offset = image.valueOffset(number);
        for (int i = 0; i < image.valueLength(number); i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                output.putByte('-');
            }
            putHexByte(image.buffer().getByte(offset + i), output);
        }
    }

    private static void putHexByte(byte value, BinaryOutput output) {
        output.putByte(HEX[value >>> 4 & 0xF]);
        output.putByte(HEX[value & 0xF]);
    }

    private static void putVector(ImageFlyweight image, int number, BinaryOutput output) {
        output.putByte('{');
        int offset = image.valueOffset(number);
        for (int i = 0; i + Float.BYTES <= image.valueLength(number); i += Float.BYTES) {
            if (i > 0) {
                output.putByte(',');
            }
            putAscii(Float.toString(image.buffer().getFloat(offset + i, ByteOrder.LITTLE_ENDIAN)), output);
        }
        output.putByte('}');
    }

    private static void putAscii(String text, BinaryOutput output) {
        for (int i = 0; i < text.length(); i++) {
            output.putByte(text.charAt(i));
        }
    }
}
