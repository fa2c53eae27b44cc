package io.millrace.expression.json;

import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.TextScratch;
import io.millrace.row.ImageFlyweight;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What PostgreSQL's {@code JSON_VALUE(document, 'path')} gives: the text of the one scalar at a path; NULL where there is none, where it is
 * JSON's null, an object or an array, and where the path leads to several. The path is lax: a member of an array is that of its elements, and what is
 * no array is one of one element.
 *
 * <p>Hot path: allocates nothing, but for numbers with an exponent.
 */
public final class JsonValue extends Text {
    private static final int NONE = -1;
    private static final int MOST_ZEROS = 16_383;

    private final int column;
    private final JsonPath path;
    private final JsonScanner scanner = new JsonScanner();
    private final TextScratch scratch = new TextScratch();
    private final TextScratch name = new TextScratch();
    private int found;
    private int count;

    public JsonValue(int column, JsonPath path) {
        this.column = column;
        this.path = path;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        if (row.isNull(column)) {
            return false;
        }
        int start = row.valueOffset(column);
        scanner.wrap(row.buffer(), start, row.valueLength(column));
        found = NONE;
        count = 0;
        find(scanner.skipBlanks(start), 0);
        return count == 1 && isScalar();
    }

    /** Notes each place to which the path leads from a value, from one of its steps on. */
    private void find(int place, int step) {
        if (step == path.length()) {
            found = place;
            count++;
            return;
        }
        byte first = scanner.at(place);
        if (!path.isMember(step)) {
            element(place, first, step);
        } else if (first == '{') {
            member(place, step);
        } else if (first == '[') {
            int at = scanner.skipBlanks(place + 1);
            while (scanner.at(at) != ']') {
                if (scanner.at(at) == '{') {
                    member(at, step);
                }
                at = next(at);
            }
        }
    }

    /** The last of its name counts. */
    private void member(int place, int step) {
        int last = NONE;
        int at = scanner.skipBlanks(place + 1);
        while (scanner.at(at) != '}') {
            int end = scanner.skipString(at);
            int value = scanner.skipColon(end);
            if (isNamed(at + 1, end - 1, path.member(step))) {
                last = value;
            }
            at = next(value);
        }
        if (last != NONE) {
            find(last, step + 1);
        }
    }

    private void element(int place, byte first, int step) {
        int wanted = path.index(step);
        if (first != '[') {
            if (wanted == 0) {
                find(place, step + 1);
            }
            return;
        }
        int at = scanner.skipBlanks(place + 1);
        for (int i = 0; scanner.at(at) != ']'; i++) {
            if (i == wanted) {
                find(at, step + 1);
                return;
            }
            at = next(at);
        }
    }

    /** From a value to what follows it in its object or array: a member, an element, or the end. */
    private int next(int value) {
        int at = scanner.skipBlanks(scanner.skipValue(value));
        return scanner.at(at) == ',' ? scanner.skipBlanks(at + 1) : at;
    }

    private boolean isNamed(int from, int to, byte[] wanted) {
        boolean isEscaped = false;
        for (int i = from; i < to && !isEscaped; i++) {
            isEscaped = scanner.at(i) == '\\';
        }
        if (isEscaped) {
            name.clear();
            scanner.unescape(from, to, name);
            return isSame(name.buffer(), 0, name.length(), wanted);
        }
        return isSame(scanner.buffer(), from, to - from, wanted);
    }

    private static boolean isSame(DirectBuffer text, int offset, int length, byte[] wanted) {
        if (length != wanted.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.getByte(offset + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Points at the text of what was found; false where that is no scalar, or null. */
    private boolean isScalar() {
        byte first = scanner.at(found);
        if (first == '{' || first == '[' || first == 'n') {
            return false;
        }
        int end = scanner.skipValue(found);
        buffer = scanner.buffer();
        offset = found;
        length = end - found;
        if (first == '"') {
            scratch.clear();
            scanner.unescape(found + 1, end - 1, scratch);
            buffer = scratch.buffer();
            offset = 0;
            length = scratch.length();
        } else if (first == 't' || first == 'f') {
            length = 1; // as PostgreSQL writes truth values
        } else {
            number(first);
        }
        return true;
    }

    /** As PostgreSQL writes it: without an exponent, and no zero is negative. */
    private void number(byte first) {
        boolean isZero = true;
        boolean hasExponent = false;
        for (int i = 0; i < length; i++) {
            byte c = buffer.getByte(offset + i);
            isZero &= !(c >= '1' && c <= '9');
            hasExponent |= c == 'e' || c == 'E';
        }
        if (hasExponent) {
            exponent();
        } else if (isZero && first == '-') {
            offset++;
            length--;
        }
    }

    private void exponent() {
        byte[] digits = new byte[length];
        buffer.getBytes(offset, digits);
        BigDecimal number;
        try {
            number = new BigDecimal(new String(digits, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw EvaluationErrors.outOfRange("JSON number");
        }
        if (Math.abs((long) number.scale()) > MOST_ZEROS) {
            throw EvaluationErrors.outOfRange("JSON number");
        }
        byte[] plain = number.toPlainString().getBytes(StandardCharsets.US_ASCII);
        scratch.clear();
        scratch.add(new UnsafeBuffer(plain), 0, plain.length);
        buffer = scratch.buffer();
        offset = 0;
        length = scratch.length();
    }
}
