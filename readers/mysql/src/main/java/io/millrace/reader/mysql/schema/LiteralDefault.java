package io.millrace.reader.mysql.schema;

import io.millrace.row.RowEncoder;
import io.millrace.schema.CivilTime;
import io.millrace.schema.Column;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A constant default, as the catalog has it, put into an image as a row event would carry it. What is not certain to be the server's
 * own reading is refused: expressions, bytes, instants (which depend on a session's zone). Pure.
 */
final class LiteralDefault {
    private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)");
    private static final Pattern DATE_TIME =
            Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?");
    private static final Pattern TIME = Pattern.compile("(-?)(\\d{2,3}):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?");
    private static final Pattern BITS = Pattern.compile("b'([01]{1,64})'");
    private static final int MICRO_DIGITS = 6;

    private LiteralDefault() {}

    /**
     * Puts a default.
     *
     * @param sql in the form of {@code DefaultText}
     * @return false where the value is not certain
     */
    static boolean put(Column column, String sql, RowEncoder row, int i) {
        boolean isQuoted = sql.length() >= 2 && sql.startsWith("'") && sql.endsWith("'");
        String text = isQuoted ? sql.substring(1, sql.length() - 1).replace("''", "'") : sql;
        try {
            return switch (column.type()) {
                case INTEGER -> putLong(row, i, Long.parseLong(text));
                case UNSIGNED -> putLong(row, i, Long.parseUnsignedLong(text));
                case YEAR -> putLong(row, i, Integer.parseInt(text));
                case DOUBLE ->
                    putLong(row, i, Double.doubleToLongBits(number(text).doubleValue()));
                case FLOAT ->
                    putLong(row, i, Float.floatToIntBits((float) number(text).doubleValue()) & 0xFFFF_FFFFL);
                case DECIMAL ->
                    putText(row, i, number(text).setScale(column.scale()).toPlainString());
                case BIT -> bits(row, i, text);
                case DATE -> isQuoted && date(row, i, text);
                case DATETIME -> isQuoted && dateTime(row, i, text);
                case TIME -> isQuoted && time(row, i, text);
                case TIMESTAMP -> text.startsWith("0000-00-00 00:00:00") && putLong(row, i, CivilTime.ZERO_TIMESTAMP);
                case TEXT -> isQuoted && putText(row, i, withoutPadding(column, text));
                case ENUM -> isQuoted && column.members().contains(text) && putText(row, i, text);
                case SET -> isQuoted && isInOrder(text, column.members()) && putText(row, i, text);
                default -> false;
            };
        } catch (ArithmeticException | NumberFormatException e) {
            return false; // no constant, or one that the server rounds
        }
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text);
    }

    private static boolean putLong(RowEncoder row, int i, long value) {
        row.putLong(i, value);
        return true;
    }

    private static boolean putText(RowEncoder row, int i, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        row.putBytes(i, new UnsafeBuffer(bytes), 0, bytes.length);
        return true;
    }

    private static String withoutPadding(Column column, String text) {
        return column.sourceType().startsWith("char") ? text.replaceAll(" +$", "") : text;
    }

    private static boolean isInOrder(String text, List<String> members) {
        if (text.isEmpty()) {
            return true;
        }
        int last = -1;
        for (String label : Arrays.asList(text.split(",", -1))) {
            int place = members.indexOf(label);
            if (place <= last) {
                return false;
            }
            last = place;
        }
        return true;
    }

    private static boolean bits(RowEncoder row, int i, String text) {
        Matcher matcher = BITS.matcher(text);
        return matcher.matches() && putLong(row, i, Long.parseUnsignedLong(matcher.group(1), 2));
    }

    private static boolean date(RowEncoder row, int i, String text) {
        Matcher matcher = DATE.matcher(text);
        return matcher.matches()
                && putLong(row, i, CivilTime.date(part(matcher, 1), part(matcher, 2), part(matcher, 3)));
    }

    private static boolean dateTime(RowEncoder row, int i, String text) {
        Matcher matcher = DATE_TIME.matcher(text);
        return matcher.matches()
                && putLong(
                        row,
                        i,
                        CivilTime.dateTime(
                                part(matcher, 1),
                                part(matcher, 2),
                                part(matcher, 3),
                                part(matcher, 4),
                                part(matcher, 5),
                                part(matcher, 6),
                                micros(matcher.group(7))));
    }

    private static boolean time(RowEncoder row, int i, String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        long seconds = part(matcher, 2) * 3600L + part(matcher, 3) * 60L + part(matcher, 4);
        long magnitude = seconds * 1_000_000 + micros(matcher.group(5));
        return putLong(row, i, matcher.group(1).isEmpty() ? magnitude : -magnitude);
    }

    private static int part(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static int micros(String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000").substring(0, MICRO_DIGITS));
    }
}
