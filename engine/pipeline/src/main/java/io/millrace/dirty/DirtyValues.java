package io.millrace.dirty;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The values of a stored row, for the one who asked for them: never for a log or a message. Whole numbers and truth values are
 * themselves, NULL is null, all else is text, bytes with 0x before them. Columns that the source did not send are left out. Stateless.
 */
public final class DirtyValues {
    private static final LocalDate POSTGRES_EPOCH = LocalDate.of(2000, 1, 1);

    private DirtyValues() {}

    /** By the columns' names, in their order. */
    public static Map<String, Object> of(TableSchema schema, ImageFlyweight image) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            put(values, schema, image, i);
        }
        return values;
    }

    /** Those of the key. */
    public static Map<String, Object> key(TableSchema schema, ImageFlyweight image) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int column : schema.key()) {
            put(values, schema, image, column);
        }
        return values;
    }

    private static void put(Map<String, Object> values, TableSchema schema, ImageFlyweight image, int i) {
        Column column = schema.columns().get(i);
        if (image.isPresent(i)) {
            values.put(column.name(), image.isNull(i) ? null : value(column.type(), image, i));
        }
    }

    private static Object value(ColumnType type, ImageFlyweight image, int column) {
        return type.isFixed() ? fixed(type, image.longAt(column)) : variable(type, image, column);
    }

    private static Object fixed(ColumnType type, long slot) {
        return switch (type) {
            case BOOLEAN -> slot != 0;
            case INTEGER, YEAR -> slot;
            case UNSIGNED, BIT -> slot >= 0 ? (Object) slot : Long.toUnsignedString(slot);
            case FLOAT -> Float.toString(Float.intBitsToFloat((int) slot));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(slot));
            case DATE -> date(slot);
            case DATETIME -> date(slot) + time(slot);
            case TIMESTAMP ->
                slot == CivilTime.ZERO_TIMESTAMP
                        ? "0000-00-00T00:00:00Z"
                        : Instant.EPOCH.plus(slot, ChronoUnit.MICROS).toString();
            case TIME -> Duration.of(slot, ChronoUnit.MICROS).toString();
            case POSTGRES_DATE -> postgresDate(slot);
            case POSTGRES_TIMESTAMP -> postgresTime(slot);
            case POSTGRES_TIMESTAMPTZ -> isInfinite(slot) ? postgresTime(slot) : postgresTime(slot) + "Z";
            default -> throw new IllegalArgumentException("not a fixed type: type=" + type);
        };
    }

    private static String date(long slot) {
        return String.format(
                Locale.ROOT, "%04d-%02d-%02d", CivilTime.year(slot), CivilTime.month(slot), CivilTime.day(slot));
    }

    private static String time(long slot) {
        return String.format(
                Locale.ROOT,
                "T%02d:%02d:%02d.%06d",
                CivilTime.hour(slot),
                CivilTime.minute(slot),
                CivilTime.second(slot),
                CivilTime.micros(slot));
    }

    private static String postgresDate(long days) {
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
            return days < 0 ? "-infinity" : "infinity";
        }
        return POSTGRES_EPOCH.plusDays(days).toString();
    }

    private static boolean isInfinite(long micros) {
        return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    }

    private static String postgresTime(long micros) {
        if (isInfinite(micros)) {
            return micros < 0 ? "-infinity" : "infinity";
        }
        LocalDateTime epoch = POSTGRES_EPOCH.atStartOfDay();
        return epoch.plus(micros, ChronoUnit.MICROS).toString();
    }

    private static String variable(ColumnType type, ImageFlyweight image, int column) {
        byte[] bytes = new byte[image.valueLength(column)];
        image.buffer().getBytes(image.valueOffset(column), bytes);
        return switch (type) {
            case BINARY, UUID, GEOMETRY, VECTOR -> "0x" + HexFormat.of().formatHex(bytes);
            default -> new String(bytes, StandardCharsets.UTF_8);
        };
    }
}
