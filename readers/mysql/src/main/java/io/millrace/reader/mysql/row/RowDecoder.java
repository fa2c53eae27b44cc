package io.millrace.reader.mysql.row;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.EventType;
import io.millrace.reader.mysql.value.DecimalDecoder;
import io.millrace.reader.mysql.value.JsonDecoder;
import io.millrace.reader.mysql.value.LabelSet;
import io.millrace.reader.mysql.value.OldTimes;
import io.millrace.reader.mysql.value.ValueDecoder;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decodes one row image of a row event straight into a {@link RowEncoder}: a bit for each column that is NULL, then the values
 * of the others, one behind the other.
 *
 * <p>Hot path: allocates nothing. Each value's length is checked once before it is read. Confined to the stream's thread.
 */
public final class RowDecoder {
    private static final int TIME_OFFSET = 0x80_0000;
    private static final long DATETIME_OFFSET = 0x80_0000_0000L;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int[] MICROS_OF_UNIT = {0, 10_000, 100, 1};

    private final EventPlace place;
    private final JsonDecoder json;
    private final byte[] digits = new byte[DecimalDecoder.TEXT_LIMIT + Long.BYTES];

    public RowDecoder(EventPlace place) {
        this.place = place;
        this.json = new JsonDecoder(place);
    }

    /**
     * Decodes the image at {@code offset} into the encoder's open image.
     *
     * @return where the next image starts
     */
    public int decode(UnsafeBuffer buffer, byte[] from, int offset, int limit, RowPlan plan, RowEncoder row) {
        int[] codes = plan.codes;
        int at = offset + ((codes.length + 7) >>> 3);
        if (at > limit) {
            throw place.tooShort("nullBits", at - offset, limit - offset);
        }
        long nullBits = 0;
        for (int i = 0; i < codes.length; i++) {
            nullBits = (i & 63) == 0 ? nullBits(from, offset + (i >>> 3)) : nullBits >>> 1;
            if ((nullBits & 1) != 0) {
                row.putNull(i);
                continue;
            }
            int code = codes[i];
            int operation = code & 0xFF;
            int width = code >>> 8 & 0xFF;
            if (limit - at < width) {
                throw tooShort(plan, i, width, limit - at);
            }
            if (operation < RowPlan.DECIMAL) {
                row.putLong(i, slot(operation, from, at, width, code >>> 16));
                at += width;
            } else if (operation == RowPlan.COPY_SHORT) {
                int length = from[at++] & 0xFF;
                if (length > limit - at) {
                    throw tooShort(plan, i, length, limit - at);
                }
                row.putBytes(i, from, at, length);
                at += length;
            } else if (operation == RowPlan.DECIMAL) {
                row.putBytes(i, digits, 0, ((DecimalDecoder) plan.codecs[i]).decode(from, at, digits, 0));
                at += width;
            } else {
                at = other(buffer, from, at, limit, plan, i, row);
            }
        }
        return at;
    }

    /** A value of a type whose values fill a slot. */
    private static long slot(int operation, byte[] from, int at, int width, int parameter) {
        return switch (operation) {
            case RowPlan.INT_1 -> from[at];
            case RowPlan.INT_2 -> i16(from, at);
            case RowPlan.INT_3 -> u3(from, at) << 40 >> 40;
            case RowPlan.INT_4 -> i32(from, at);
            case RowPlan.INT_8 -> i64(from, at);
            case RowPlan.UNSIGNED_1 -> from[at] & 0xFF;
            case RowPlan.UNSIGNED_2 -> i16(from, at) & 0xFFFF;
            case RowPlan.UNSIGNED_3 -> u3(from, at);
            case RowPlan.UNSIGNED_4, RowPlan.FLOAT -> i32(from, at) & 0xFFFF_FFFFL;
            case RowPlan.YEAR -> year(from[at] & 0xFF);
            case RowPlan.DATE -> date((int) u3(from, at));
            case RowPlan.TIME -> time(bigEndian(from, at, width), parameter);
            case RowPlan.DATETIME -> dateTime(bigEndian(from, at, width), parameter);
            case RowPlan.TIMESTAMP -> timestamp(bigEndian(from, at, width), parameter);
            case RowPlan.OLD_TIME -> oldTime((int) (u3(from, at) << 40 >> 40));
            case RowPlan.OLD_DATETIME -> oldDateTime(i64(from, at));
            case RowPlan.OLD_TIMESTAMP -> timestamp(i32(from, at) & 0xFFFF_FFFFL, 0);
            case RowPlan.BIT -> bigEndian(from, at, width);
            default -> throw unknown(operation);
        };
    }

    private int other(UnsafeBuffer buffer, byte[] from, int at, int limit, RowPlan plan, int i, RowEncoder row) {
        int width = plan.widths[i];
        int start = at + width;
        switch (plan.operations[i]) {
            case RowPlan.OLD_FRACTION -> row.putLong(i, ((OldTimes) plan.codecs[i]).decode(bigEndian(from, at, width)));
            case RowPlan.ENUM -> label(littleEndian(from, at, width), plan, row, i);
            case RowPlan.SET -> labels(littleEndian(from, at, width), plan, row, i);
            default -> {
                int length = valueLength(from, at, limit, width, plan, i);
                variable(buffer, from, start, length, plan, row, i);
                start += length;
            }
        }
        return start;
    }

    private int valueLength(byte[] from, int at, int limit, int width, RowPlan plan, int column) {
        long length = littleEndian(from, at, width);
        if (length > limit - at - width) {
            throw tooShort(plan, column, length, limit - at - width);
        }
        return (int) length;
    }

    private void variable(UnsafeBuffer buffer, byte[] from, int at, int length, RowPlan plan, RowEncoder row, int i) {
        switch (plan.operations[i]) {
            case RowPlan.COPY -> row.putBytes(i, from, at, length);
            case RowPlan.PADDED -> {
                int padded = plan.parameters[i];
                if (length > padded) {
                    throw tooShort(plan, i, length, padded);
                }
                int to = row.reserve(padded);
                row.buffer().putBytes(to, from, at, length);
                row.buffer().setMemory(to + length, padded - length, (byte) 0);
                row.putReserved(i, padded);
            }
            case RowPlan.TEXT -> {
                ValueDecoder decoder = (ValueDecoder) plan.codecs[i];
                int to = row.reserve(decoder.maxLength(buffer, at, length));
                row.putReserved(i, decoder.decode(buffer, at, length, row.buffer(), to));
            }
            case RowPlan.JSON -> {
                int textLength = json.decode(buffer, at, length);
                row.putBytes(i, json.text(), 0, textLength);
            }
            default -> throw unknown(plan.operations[i]);
        }
    }

    private static MillraceException unknown(int operation) {
        return new MillraceException(ErrorCode.INVARIANT, "row plan has no such operation: operation=" + operation);
    }

    private void label(long number, RowPlan plan, RowEncoder row, int i) {
        LabelSet labels = (LabelSet) plan.codecs[i];
        if (number
                == 0) { // what the server stores for a value that is none of the labels; it reads as the empty string
            row.putReserved(i, 0);
            return;
        }
        if (number > labels.count()) {
            throw place.malformed("enum", number);
        }
        DirectBuffer label = labels.label((int) number - 1);
        row.putBytes(i, label, 0, label.capacity());
    }

    private void labels(long bits, RowPlan plan, RowEncoder row, int i) {
        LabelSet labels = (LabelSet) plan.codecs[i];
        if (labels.count() < Long.SIZE && bits >>> labels.count() != 0) {
            throw place.malformed("set", bits);
        }
        int length = 0;
        for (long left = bits; left != 0; left &= left - 1) {
            length += labels.label(Long.numberOfTrailingZeros(left)).capacity() + 1;
        }
        int to = row.reserve(length);
        int at = to;
        for (long left = bits; left != 0; left &= left - 1) {
            if (at > to) {
                row.buffer().putByte(at++, (byte) ',');
            }
            DirectBuffer label = labels.label(Long.numberOfTrailingZeros(left));
            row.buffer().putBytes(at, label, 0, label.capacity());
            at += label.capacity();
        }
        row.putReserved(i, at - to);
    }

    private static long year(int stored) {
        return stored == 0 ? 0 : 1900 + stored;
    }

    private static long date(int stored) {
        return CivilTime.date(stored >>> 9, stored >>> 5 & 15, stored & 31);
    }

    /** Hours, minutes and seconds of 10, 6 and 6 bits over the fraction; below zero the two's complement of the whole. */
    private static long time(long stored, int fractionBytes) {
        int fractionBits = fractionBytes << 3;
        long value = stored - ((long) TIME_OFFSET << fractionBits);
        long magnitude = Math.abs(value);
        long clock = magnitude >>> fractionBits;
        long seconds = (clock >>> 12 & 0x3FF) * 3600 + (clock >>> 6 & 63) * 60 + (clock & 63);
        long micros = seconds * 1_000_000 + micros(magnitude, fractionBytes);
        return value < 0 ? -micros : micros;
    }

    /** Year × 13 + month, day, hour, minute and second of 17, 5, 5, 6 and 6 bits over the fraction. */
    private static long dateTime(long stored, int fractionBytes) {
        int fractionBits = fractionBytes << 3;
        long fields = (stored >>> fractionBits) - DATETIME_OFFSET;
        int months = (int) (fields >> 22);
        return CivilTime.dateTime(
                months / 13,
                months % 13,
                (int) (fields >> 17) & 31,
                (int) (fields >> 12) & 31,
                (int) (fields >> 6) & 63,
                (int) fields & 63,
                micros(stored, fractionBytes));
    }

    private static long timestamp(long stored, int fractionBytes) {
        long seconds = stored >>> (fractionBytes << 3);
        int micros = micros(stored, fractionBytes);
        return seconds == 0 && micros == 0 ? CivilTime.ZERO_TIMESTAMP : seconds * 1_000_000 + micros;
    }

    private static int micros(long stored, int fractionBytes) {
        return (int) (stored & ((1L << (fractionBytes << 3)) - 1)) * MICROS_OF_UNIT[fractionBytes];
    }

    private static long oldTime(int stored) {
        long magnitude = Math.abs(stored);
        long seconds = magnitude / 10_000 * 3600 + magnitude / 100 % 100 * 60 + magnitude % 100;
        return (stored < 0 ? -seconds : seconds) * 1_000_000;
    }

    private static long oldDateTime(long stored) {
        int date = (int) (stored / 1_000_000);
        int clock = (int) (stored % 1_000_000);
        return CivilTime.dateTime(
                date / 10_000, date / 100 % 100, date % 100, clock / 10_000, clock / 100 % 100, clock % 100, 0);
    }

    /** The next 64 null bits, or as many as there are. */
    private static long nullBits(byte[] from, int at) {
        return littleEndian(from, at, Math.min(Long.BYTES, from.length - at));
    }

    private static long u3(byte[] from, int at) {
        return (i16(from, at) & 0xFFFF) | (from[at + 2] & 0xFFL) << 16;
    }

    private static long bigEndian(byte[] from, int at, int length) {
        if (from.length - at >= 8) {
            return Long.reverseBytes(i64(from, at)) >>> (64 - (length << 3));
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | (from[at + i] & 0xFF);
        }
        return value;
    }

    private static long littleEndian(byte[] from, int at, int length) {
        if (from.length - at >= 8) {
            return i64(from, at) << (64 - (length << 3)) >>> (64 - (length << 3));
        }
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | (from[at + i] & 0xFF);
        }
        return value;
    }

    private static short i16(byte[] from, int at) {
        return (short) SHORTS.get(from, at);
    }

    private static int i32(byte[] from, int at) {
        return (int) INTS.get(from, at);
    }

    private static long i64(byte[] from, int at) {
        return (long) LONGS.get(from, at);
    }

    private MillraceException tooShort(RowPlan plan, int column, long need, long got) {
        return new MillraceException(
                ErrorCode.EVENT_UNDECODABLE,
                "cannot decode column: table=" + plan.schema.table() + ", column="
                        + plan.schema.columns().get(column).name() + ", need=" + need + ", got=" + got + ", event="
                        + EventType.describe(place.typeCode()) + ", " + place.text());
    }
}
