package io.millrace.reader.postgres;

import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.Column;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A value of an image as text, and the SQL expression by which the server says the same of the same value. Shares no code with
 * the reader.
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
            case BOOLEAN -> slot == 1 ? "t" : slot == 0 ? "f" : "neither: " + slot;
            case INTEGER, POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> Long.toString(slot);
            case FLOAT -> String.format("%08x", slot);
            case DOUBLE -> String.format("%016x", slot);
            case BINARY, UUID -> HexFormat.of().formatHex(bytes(image, i));
            default -> new String(bytes(image, i), StandardCharsets.UTF_8);
        };
    }

    /** What {@link #of} says of the column's value. */
    static String expression(Column column) {
        String name = SqlText.quoted(column.name());
        return switch (column.type()) {
            case POSTGRES_DATE ->
                "CASE " + name + " WHEN 'infinity' THEN '2147483647' WHEN '-infinity' THEN '-2147483648' ELSE (" + name
                        + " - date '2000-01-01')::text END";
            case POSTGRES_TIMESTAMP -> micros(name, "timestamp '2000-01-01'");
            case POSTGRES_TIMESTAMPTZ -> micros(name, "timestamptz '2000-01-01 00:00:00+00'");
            case FLOAT -> "encode(float4send(" + name + "), 'hex')";
            case DOUBLE -> "encode(float8send(" + name + "), 'hex')";
            case BINARY -> "encode(" + name + ", 'hex')";
            case UUID -> "replace(" + name + "::text, '-', '')";
            default -> "CASE WHEN " + name + " IS NULL THEN NULL ELSE format('%s', " + name + ") END";
        };
    }

    private static String micros(String name, String epoch) {
        return "CASE " + name
                + " WHEN 'infinity' THEN '9223372036854775807' WHEN '-infinity' THEN '-9223372036854775808'"
                + " ELSE (extract(epoch FROM " + name + " - " + epoch + ") * 1000000)::bigint::text END";
    }

    private static byte[] bytes(ImageFlyweight image, int i) {
        byte[] bytes = new byte[image.valueLength(i)];
        image.buffer().getBytes(image.valueOffset(i), bytes);
        return bytes;
    }
}
