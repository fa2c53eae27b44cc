package io.millrace.reader.mysql.chunk;

import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Spells a key's value so that comparing the column with it is comparing the column with the very value that was read: no
 * rounding, and the column's own collation. ENUM and SET sort by number, so their numbers are compared.
 */
final class KeyLiteral {
    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private KeyLiteral() {}

    static String of(Column column, ImageFlyweight image, int i) {
        return switch (column.type()) {
            case BOOLEAN, INTEGER, YEAR -> Long.toString(image.longAt(i));
            case UNSIGNED, BIT -> Long.toUnsignedString(image.longAt(i));
            case FLOAT -> Double.toString(Float.intBitsToFloat((int) image.longAt(i)));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(image.longAt(i)));
            case DATE -> date(image.longAt(i)) + "'";
            case DATETIME -> dateTime(image.longAt(i));
            case TIMESTAMP -> timestamp(image.longAt(i));
            case TIME -> time(image.longAt(i));
            case DECIMAL -> new String(bytes(image, i), StandardCharsets.US_ASCII);
            case TEXT -> text(column, bytes(image, i));
            case BINARY -> "x'" + HexFormat.of().formatHex(bytes(image, i)) + "'";
            case ENUM -> Integer.toString(column.members().indexOf(label(image, i)) + 1);
            case SET -> set(column.members(), label(image, i));
            case UUID -> uuid(bytes(image, i));
            case OTHER -> SqlText.literal(label(image, i));
            case JSON, GEOMETRY, VECTOR, POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ, POSTGRES_TEXT ->
                throw new IllegalArgumentException("no key: column=" + column.name() + ", type=" + column.sourceType());
        };
    }

    private static byte[] bytes(ImageFlyweight image, int i) {
        byte[] bytes = new byte[image.valueLength(i)];
        image.buffer().getBytes(image.valueOffset(i), bytes);
        return bytes;
    }

    private static String label(ImageFlyweight image, int i) {
        return new String(bytes(image, i), StandardCharsets.UTF_8);
    }

    private static String text(Column column, byte[] utf8) {
        String collation = column.collation();
        int end = collation.indexOf('_');
        String charset = end < 0 ? collation : collation.substring(0, end);
        return "CONVERT(_utf8mb4 x'" + HexFormat.of().formatHex(utf8) + "' USING " + charset + ") COLLATE " + collation;
    }

    private static String date(long civil) {
        return String.format(
                Locale.ROOT, "'%04d-%02d-%02d", CivilTime.year(civil), CivilTime.month(civil), CivilTime.day(civil));
    }

    private static String dateTime(long civil) {
        return date(civil)
                + String.format(
                        Locale.ROOT,
                        " %02d:%02d:%02d.%06d'",
                        CivilTime.hour(civil),
                        CivilTime.minute(civil),
                        CivilTime.second(civil),
                        CivilTime.micros(civil));
    }

    private static String timestamp(long micros) {
        if (micros == CivilTime.ZERO_TIMESTAMP) {
            return dateTime(0);
        }
        Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return "'" + SECONDS.format(instant)
                + String.format(Locale.ROOT, ".%06d'", Math.floorMod(micros, MICROS_OF_SECOND));
    }

    private static String time(long micros) {
        long absolute = Math.abs(micros);
        long seconds = absolute / MICROS_OF_SECOND;
        return String.format(
                Locale.ROOT,
                "CAST('%s%02d:%02d:%02d.%06d' AS TIME(6))",
                micros < 0 ? "-" : "",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60,
                absolute % MICROS_OF_SECOND);
    }

    private static String set(List<String> members, String labels) {
        long bits = 0;
        for (String label : labels.isEmpty() ? new String[0] : labels.split(",", -1)) {
            bits |= 1L << members.indexOf(label);
        }
        return Long.toUnsignedString(bits);
    }

    private static String uuid(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        UUID uuid = new UUID(
                Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16));
        return "'" + uuid + "'";
    }
}
