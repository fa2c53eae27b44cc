package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.writer.mysql.connection.LargeValue;
import io.millrace.writer.mysql.connection.SqlOutput;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * PostgreSQL's text of an array as JSON. Elements of numeric types stay numbers, booleans become true and false, all others strings;
 * NULL is null. An array that does not count from 1 is refused, since JSON would count it otherwise. Confined to one thread.
 */
final class ArrayEncoder implements FieldEncoder {
    private enum Elements {
        NUMBERS,
        BOOLEANS,
        STRINGS
    }

    private final Elements elements;
    private final boolean isJsonParsed;
    private final ExpandableArrayBuffer json = new ExpandableArrayBuffer(256);
    private int length;

    /**
     * @param elementType PostgreSQL's name of it
     * @param isJsonParsed whether the target's JSON is more than text
     */
    ArrayEncoder(String elementType, boolean isJsonParsed) {
        this.isJsonParsed = isJsonParsed;
        elements = isNumeric(elementType)
                ? Elements.NUMBERS
                : elementType.equals("boolean") ? Elements.BOOLEANS : Elements.STRINGS;
    }

    private static boolean isNumeric(String type) {
        return switch (type) {
            case "smallint", "integer", "bigint", "real", "double precision", "numeric", "oid" -> true;
            default -> type.startsWith("numeric(");
        };
    }

    @Override
    public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
        length = 0;
        int fault = convert(image.buffer(), image.valueOffset(column), image.valueLength(column));
        if (fault != Fault.NONE) {
            return fault;
        }
        DirectBuffer whole = length < LargeValue.LEAST_BYTES ? json : copy();
        if (isJsonParsed) {
            return JsonEncoder.put(whole, 0, length, isField, output);
        }
        if (isField) {
            output.putField(whole, 0, length);
        } else {
            output.putByte('\'');
            output.putEscaped(whole, 0, length);
            output.putByte('\'');
        }
        return Fault.NONE;
    }

    /** What stays where it lies until it is sent must outlive the next row. */
    private DirectBuffer copy() {
        byte[] bytes = new byte[length];
        json.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }

    private int convert(DirectBuffer text, int offset, int count) {
        if (count == 0 || text.getByte(offset) != '{') {
            return Fault.ARRAY_BOUNDS;
        }
        int end = offset + count;
        int at = offset;
        while (at < end) {
            byte c = text.getByte(at);
            switch (c) {
                case '{' -> {
                    add('[');
                    at++;
                }
                case '}' -> {
                    add(']');
                    at++;
                }
                case ',' -> {
                    add(',');
                    at++;
                }
                case '"' -> at = quoted(text, at + 1, end);
                default -> {
                    int to = at;
                    while (to < end && text.getByte(to) != ',' && text.getByte(to) != '}') {
                        to++;
                    }
                    if (!bare(text, at, to)) {
                        return Fault.NOT_A_NUMBER;
                    }
                    at = to;
                }
            }
        }
        return Fault.NONE;
    }

    /** An element in quotes, in which a backslash stands before a quote or a backslash; returns where it ends. */
    private int quoted(DirectBuffer text, int from, int end) {
        add('"');
        int at = from;
        while (at < end && text.getByte(at) != '"') {
            if (text.getByte(at) == '\\') {
                at++;
            }
            addCharacter(text.getByte(at));
            at++;
        }
        add('"');
        return at + 1;
    }

    private boolean bare(DirectBuffer text, int from, int to) {
        if (is(text, from, to, "NULL")) {
            add("null");
            return true;
        }
        switch (elements) {
            case NUMBERS -> {
                byte first = text.getByte(from) == '-' && to - from > 1 ? text.getByte(from + 1) : text.getByte(from);
                if (first < '0' || first > '9') {
                    return false; // NaN, Infinity
                }
                for (int i = from; i < to; i++) {
                    add(text.getByte(i));
                }
            }
            case BOOLEANS -> add(text.getByte(from) == 't' ? "true" : "false");
            case STRINGS -> {
                add('"');
                for (int i = from; i < to; i++) {
                    addCharacter(text.getByte(i));
                }
                add('"');
            }
        }
        return true;
    }

    private static boolean is(DirectBuffer text, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text.getByte(from + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void add(int value) {
        json.putByte(length++, (byte) value);
    }

    private void add(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            add(ascii.charAt(i));
        }
    }

    /** A byte of a JSON string: controls by their number. */
    private void addCharacter(byte value) {
        if (value == '"' || value == '\\') {
            add('\\');
            add(value);
        } else if (value >= 0 && value < ' ') {
            add("\\u00");
            add(Character.forDigit(value >>> 4, 16));
            add(Character.forDigit(value & 0xF, 16));
        } else {
            add(value);
        }
    }
}
