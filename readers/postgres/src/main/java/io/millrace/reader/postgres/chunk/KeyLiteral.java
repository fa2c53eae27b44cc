package io.millrace.reader.postgres.chunk;

import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.Column;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Locale;

/** Spells a key's value for the server, cast to the column's own type, so that comparing with it is comparing with the value. */
final class KeyLiteral {
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long SECOND_MICROS = 1_000_000L;

    private KeyLiteral() {}

    static String of(Column column, ImageFlyweight image, int i) {
        return SqlText.literal(text(column, image, i)) + "::" + column.sourceType();
    }

    private static String text(Column column, ImageFlyweight image, int i) {
        return switch (column.type()) {
            case BOOLEAN -> image.longAt(i) == 0 ? "f" : "t";
            case INTEGER -> Long.toString(image.longAt(i));
            case FLOAT -> Float.toString(Float.intBitsToFloat((int) image.longAt(i)));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(image.longAt(i)));
            case POSTGRES_DATE -> date(image.longAt(i));
            case POSTGRES_TIMESTAMP -> timestamp(image.longAt(i), "");
            case POSTGRES_TIMESTAMPTZ -> timestamp(image.longAt(i), "+00");
            case BINARY -> "\\x" + HexFormat.of().formatHex(bytes(image, i));
            case UUID -> HexFormat.of().formatHex(bytes(image, i));
            case DECIMAL, TEXT, ENUM, JSON, OTHER, POSTGRES_TEXT -> new String(bytes(image, i), StandardCharsets.UTF_8);
            case UNSIGNED, YEAR, DATE, DATETIME, TIMESTAMP, TIME, BIT, SET, GEOMETRY, VECTOR ->
                throw new IllegalArgumentException("no type of this source: column=" + column.name());
        };
    }

    private static byte[] bytes(ImageFlyweight image, int i) {
        byte[] bytes = new byte[image.valueLength(i)];
        image.buffer().getBytes(image.valueOffset(i), bytes);
        return bytes;
    }

    private static String date(long days) {
        if (days == Integer.MIN_VALUE || days == Integer.MAX_VALUE) {
            return days < 0 ? "-infinity" : "infinity";
        }
        return day(days) + era(days);
    }

    private static String timestamp(long micros, String zone) {
        if (micros == Long.MIN_VALUE || micros == Long.MAX_VALUE) {
            return micros < 0 ? "-infinity" : "infinity";
        }
        long days = Math.floorDiv(micros, DAY_MICROS);
        long rest = Math.floorMod(micros, DAY_MICROS);
        long seconds = rest / SECOND_MICROS;
        return day(days)
                + String.format(
                        Locale.ROOT,
                        " %02d:%02d:%02d.%06d",
                        seconds / 3600,
                        seconds / 60 % 60,
                        seconds % 60,
                        rest % SECOND_MICROS)
                + zone
                + era(days);
    }

    private static String day(long days) {
        LocalDate date = EPOCH.plusDays(days);
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String era(long days) {
        return EPOCH.plusDays(days).getYear() > 0 ? "" : " BC";
    }
}
