package io.millrace.transform.step;

import io.millrace.expression.value.CivilDays;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.task.Variable;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * Text of which parts belong to the row. NULL where one of them is not known, as with SQL's {@code ||}. A position is made once a
 * transaction, and else nothing is allocated. Immutable.
 */
public final class TextStep implements ColumnStep {
    private static final int MOMENT_LENGTH = "2026-01-31T23:59:59.999999Z".length();

    private final Object[] parts; // Word or Variable

    /** @param parts words, and variables of a row */
    public TextStep(List<Object> parts) {
        this.parts = parts.toArray();
    }

    @Override
    public void put(int column, ImageFlyweight row, RowContext context, RowEncoder out) {
        int length = 0;
        for (Object part : parts) {
            int added = lengthOf(part, context);
            if (added < 0) {
                out.putNull(column);
                return;
            }
            length += added;
        }
        int start = out.reserve(length);
        MutableDirectBuffer buffer = out.buffer();
        int at = start;
        for (Object part : parts) {
            at = put(part, context, buffer, at);
        }
        out.putReserved(column, at - start);
    }

    /** Bytes of a part, or -1 where it is not known. */
    private static int lengthOf(Object part, RowContext context) {
        if (part instanceof Word literal) {
            return literal.length();
        }
        return switch ((Variable) part) {
            case OPERATION -> context.operation().length();
            case SOURCE_POSITION -> context.position().length == 0 ? -1 : context.position().length;
            case COMMIT_TIME -> context.commitTimeMicros() == 0 ? -1 : MOMENT_LENGTH;
            default -> MOMENT_LENGTH;
        };
    }

    private static int put(Object part, RowContext context, MutableDirectBuffer buffer, int at) {
        if (part instanceof Word literal) {
            return literal.put(buffer, at);
        }
        return switch ((Variable) part) {
            case OPERATION -> context.operation().put(buffer, at);
            case SOURCE_POSITION -> put(context.position(), buffer, at);
            case COMMIT_TIME -> putMoment(context.commitTimeMicros(), buffer, at);
            default -> putMoment(context.executeTimeMicros(), buffer, at);
        };
    }

    private static int put(byte[] bytes, MutableDirectBuffer buffer, int at) {
        buffer.putBytes(at, bytes);
        return at + bytes.length;
    }

    private static int putMoment(long micros, MutableDirectBuffer buffer, int at) {
        long packed = CivilDays.dateTime(micros);
        int next = putDigits(CivilTime.year(packed), 4, '-', buffer, at);
        next = putDigits(CivilTime.month(packed), 2, '-', buffer, next);
        next = putDigits(CivilTime.day(packed), 2, 'T', buffer, next);
        next = putDigits(CivilTime.hour(packed), 2, ':', buffer, next);
        next = putDigits(CivilTime.minute(packed), 2, ':', buffer, next);
        next = putDigits(CivilTime.second(packed), 2, '.', buffer, next);
        return putDigits(CivilTime.micros(packed), 6, 'Z', buffer, next);
    }

    private static int putDigits(int number, int digits, char behind, MutableDirectBuffer buffer, int at) {
        int rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            buffer.putByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        buffer.putByte(at + digits, (byte) behind);
        return at + digits + 1;
    }
}
