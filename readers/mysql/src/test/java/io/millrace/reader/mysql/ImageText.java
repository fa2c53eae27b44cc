package io.millrace.reader.mysql;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * A value of an image as text, and the SQL expression by which a server prints the same text of the same value. Shares no code
 * with the reader.
 */
final class ImageText {
    private ImageText() {}

    static String of(Column column, ImageFlyweight image, int i) {
        if (!image.isPresent(i)) {
            return "absent";
        }
        if (image.isNull(i)) {
            return null;
        }
        long slot = image.longAt(i);
        return switch (column.type()) {
            case BOOLEAN, INTEGER, YEAR -> Long.toString(slot);
            case UNSIGNED, BIT -> Long.toUnsignedString(slot);
            case FLOAT -> {
                if (slot >>> 32 != 0) {
                    yield "high bits of FLOAT are set";
                }
                yield Double.toString(Float.intBitsToFloat((int) slot));
            }
            case DOUBLE -> Double.toString(Double.longBitsToDouble(slot));
            case DATE -> {
                if (slot << 27 != 0) {
                    yield "DATE has a time";
                }
                yield date(slot);
            }
            case DATETIME -> dateTime(slot) + fraction(CivilTime.micros(slot), column.scale());
            case TIMESTAMP -> timestamp(slot, column.scale());
            case TIME -> time(slot, column.scale());
            case DECIMAL -> new String(bytes(image, i), StandardCharsets.US_ASCII);
            default -> hex(bytes(image, i));
        };
    }

    /** What {@link #of} says of the column's value, said by the server; of FLOAT and DOUBLE the digits may differ. */
    static String expression(Column column) {
        String name = "`" + column.name() + "`";
        return switch (column.type()) {
            case BOOLEAN, INTEGER, UNSIGNED, YEAR, BIT -> "CAST(" + name + " + 0 AS CHAR)";
            case FLOAT, DOUBLE -> "CAST(CAST(" + name + " AS DOUBLE) AS CHAR)";
            case DATE, DATETIME, TIMESTAMP, TIME, DECIMAL -> "CAST(" + name + " AS CHAR)";
            case BINARY -> "HEX(" + name + ")";
            case GEOMETRY -> ServerText.geometry(name);
            case VECTOR -> "HEX(" + name + ")";
            case UUID -> "REPLACE(UPPER(CAST(" + name + " AS CHAR)), '-', '')";
            default -> "HEX(CONVERT(" + name + " USING utf8mb4))";
        };
    }

    private static byte[] bytes(ImageFlyweight image, int i) {
        byte[] bytes = new byte[image.valueLength(i)];
        image.buffer().getBytes(image.valueOffset(i), bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format(Locale.ROOT, "%02X", b));
        }
        return hex.toString();
    }

    private static String date(long civil) {
        return String.format(
                Locale.ROOT, "%04d-%02d-%02d", CivilTime.year(civil), CivilTime.month(civil), CivilTime.day(civil));
    }

    private static String dateTime(long civil) {
        return date(civil)
                + String.format(
                        Locale.ROOT,
                        " %02d:%02d:%02d",
                        CivilTime.hour(civil),
                        CivilTime.minute(civil),
                        CivilTime.second(civil));
    }

    private static String timestamp(long micros, int scale) {
        if (micros == CivilTime.ZERO_TIMESTAMP) {
            return "0000-00-00 00:00:00" + fraction(0, scale);
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), 0, ZoneOffset.UTC);
        return String.format(
                        Locale.ROOT,
                        "%04d-%02d-%02d %02d:%02d:%02d",
                        time.getYear(),
                        time.getMonthValue(),
                        time.getDayOfMonth(),
                        time.getHour(),
                        time.getMinute(),
                        time.getSecond())
                + fraction((int) Math.floorMod(micros, 1_000_000L), scale);
    }

    private static String time(long micros, int scale) {
        long absolute = Math.abs(micros);
        long seconds = absolute / 1_000_000;
        return (micros < 0 ? "-" : "")
                + String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
                + fraction((int) (absolute % 1_000_000), scale);
    }

    private static String fraction(int micros, int scale) {
        return scale <= 0
                ? ""
                : "." + String.format(Locale.ROOT, "%06d", micros).substring(0, scale);
    }
}
