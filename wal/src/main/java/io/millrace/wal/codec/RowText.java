package io.millrace.wal.codec;

import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.agrona.DirectBuffer;

/** A row change on one line, for dumps: never for a log or a message. Confined to one thread. */
public final class RowText {
    private static final int VALUE_LIMIT = 200;

    private final RowFlyweight row = new RowFlyweight();

    public String of(DirectBuffer buffer, int offset, int length, TableSchema schema) {
        row.wrap(buffer, offset, length);
        StringBuilder text = new StringBuilder("key-hash=").append(Long.toHexString(row.keyHash()));
        if (row.hasBefore()) {
            image(text.append(" before="), row.before(), schema);
        }
        if (row.hasAfter()) {
            image(text.append(" after="), row.after(), schema);
        }
        return text.toString();
    }

    private static void image(StringBuilder text, ImageFlyweight image, TableSchema schema) {
        text.append('{');
        for (int i = 0; i < image.columnCount(); i++) {
            Column column = schema == null || i >= schema.columns().size()
                    ? null
                    : schema.columns().get(i);
            text.append(i == 0 ? "" : ", ")
                    .append(column == null ? "#" + i : column.name())
                    .append(": ");
            if (!image.isPresent(i)) {
                text.append("absent");
            } else if (image.isNull(i)) {
                text.append("NULL");
            } else if (column == null) {
                text.append("0x").append(Long.toHexString(image.longAt(i)));
            } else if (column.type().isFixed()) {
                text.append(fixed(column.type(), image.longAt(i)));
            } else {
                variable(text, image, i, column.type());
            }
        }
        text.append('}');
    }

    private static String fixed(ColumnType type, long slot) {
        return switch (type) {
            case UNSIGNED, BIT -> Long.toUnsignedString(slot);
            case FLOAT -> Float.toString(Float.intBitsToFloat((int) slot));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(slot));
            case DATE -> date(slot);
            case DATETIME ->
                date(slot)
                        + String.format(
                                Locale.ROOT,
                                " %02d:%02d:%02d.%06d",
                                CivilTime.hour(slot),
                                CivilTime.minute(slot),
                                CivilTime.second(slot),
                                CivilTime.micros(slot));
            default -> Long.toString(slot);
        };
    }

    private static String date(long slot) {
        return String.format(
                Locale.ROOT, "%04d-%02d-%02d", CivilTime.year(slot), CivilTime.month(slot), CivilTime.day(slot));
    }

    private static void variable(StringBuilder text, ImageFlyweight image, int column, ColumnType type) {
        int length = image.valueLength(column);
        byte[] bytes = new byte[Math.min(length, VALUE_LIMIT)];
        image.buffer().getBytes(image.valueOffset(column), bytes);
        boolean isBinary = switch (type) {
            case BINARY, UUID, GEOMETRY, VECTOR -> true;
            default -> false;
        };
        text.append(
                isBinary
                        ? "0x" + HexFormat.of().formatHex(bytes)
                        : "'" + new String(bytes, StandardCharsets.UTF_8).replace("\n", "\\n") + "'");
        if (length > bytes.length) {
            text.append("… ").append(length).append(" bytes");
        }
    }
}
