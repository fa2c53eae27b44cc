package io.millrace.reader.mysql;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** A value of a row image as text that can be compared with the server's own: see {@link ServerText}. */
final class StreamText {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private StreamText() {}

    static String of(ImageFlyweight image, int i, Column column) {
        if (!image.isPresent(i)) {
            return "absent";
        }
        if (image.isNull(i)) {
            return null;
        }
        long value = image.longAt(i);
        return switch (column.type()) {
            case INTEGER, YEAR, BOOLEAN ->
                column.type().name().equals("YEAR") ? String.format(Locale.ROOT, "%04d", value) : Long.toString(value);
            case UNSIGNED, BIT -> Long.toUnsignedString(value);
            case FLOAT -> Double.toString(Float.intBitsToFloat((int) value));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(value));
            case DATE -> date(value);
            case DATETIME ->
                date(value)
                        + String.format(
                                Locale.ROOT,
                                " %02d:%02d:%02d",
                                CivilTime.hour(value),
                                CivilTime.minute(value),
                                CivilTime.second(value))
                        + fraction(CivilTime.micros(value), column.scale());
            case TIMESTAMP ->
                value == CivilTime.ZERO_TIMESTAMP
                        ? "0000-00-00 00:00:00" + fraction(0, column.scale())
                        : SECONDS.format(Instant.ofEpochSecond(Math.floorDiv(value, 1_000_000)))
                                + fraction(Math.floorMod(value, 1_000_000), column.scale());
            case TIME -> time(value, column.scale());
            case DECIMAL -> ascii(image, i);
            default -> HexFormat.of().withUpperCase().formatHex(bytes(image, i));
        };
    }

    private static String date(long value) {
        return String.format(
                Locale.ROOT, "%04d-%02d-%02d", CivilTime.year(value), CivilTime.month(value), CivilTime.day(value));
    }

    private static String time(long micros, int scale) {
        long magnitude = Math.abs(micros);
        long seconds = magnitude / 1_000_000;
        return (micros < 0 ? "-" : "")
                + String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
                + fraction((int) (magnitude % 1_000_000), scale);
    }

    private static String fraction(int micros, int scale) {
        return scale <= 0
                ? ""
                : "." + String.format(Locale.ROOT, "%06d", micros).substring(0, scale);
    }

    static byte[] bytes(ImageFlyweight image, int i) {
        byte[] bytes = new byte[image.valueLength(i)];
        image.buffer().getBytes(image.valueOffset(i), bytes);
        return bytes;
    }

    private static String ascii(ImageFlyweight image, int i) {
        return new String(bytes(image, i), java.nio.charset.StandardCharsets.US_ASCII);
    }
}
