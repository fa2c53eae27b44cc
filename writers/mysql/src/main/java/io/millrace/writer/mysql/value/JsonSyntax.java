package io.millrace.writer.mysql.value;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * Whether a text is JSON (RFC 8259, but for what may stand within a string), of no more levels than MySQL takes. A source's column of that type
 * can hold another one: MariaDB's is a text whose check can be switched off. Used once.
 */
final class JsonSyntax {
    private static final int MOST_LEVELS = 100;

    private final DirectBuffer text;
    private final int end;
    private final boolean[] isObject = new boolean[MOST_LEVELS];
    private int levels;
    private int at;

    private JsonSyntax(DirectBuffer text, int offset, int length) {
        this.text = text;
        this.at = offset;
        this.end = offset + length;
    }

    static boolean isValid(DirectBuffer text, int offset, int length) {
        JsonSyntax syntax = new JsonSyntax(text, offset, length);
        return syntax.values() && syntax.peek() == 0;
    }

    /** One value, with all that is in it. */
    private boolean values() {
        while (true) {
            byte first = peek();
            if (first == '{' || first == '[') {
                if (!open(first == '{')) {
                    return false;
                }
                if (!accept(closing())) {
                    if (!isNamed()) {
                        return false;
                    }
                    continue;
                }
                levels--;
            } else if (!scalar(first)) {
                return false;
            }
            while (levels > 0 && accept(closing())) {
                levels--;
            }
            if (levels == 0) {
                return true;
            }
            if (!accept(',') || !isNamed()) {
                return false;
            }
        }
    }

    private boolean open(boolean isOfMembers) {
        if (levels == MOST_LEVELS) {
            return false;
        }
        at++;
        isObject[levels++] = isOfMembers;
        return true;
    }

    private char closing() {
        return isObject[levels - 1] ? '}' : ']';
    }

    /** A member's name, where one is due. */
    private boolean isNamed() {
        return !isObject[levels - 1] || (peek() == '"' && string() && accept(':'));
    }

    private boolean scalar(byte first) {
        return switch (first) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean string() {
        int to = JsonNumbers.endOfString(text, at, end);
        boolean isClosed = to - at >= 2 && text.getByte(to - 1) == '"' && !isEscaped(to - 1);
        at = to;
        return isClosed;
    }

    private boolean isEscaped(int quote) {
        int slashes = 0;
        while (text.getByte(quote - 1 - slashes) == '\\') {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private boolean word(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        for (byte each : bytes) {
            if (at == end || text.getByte(at) != each) {
                return false;
            }
            at++;
        }
        return true;
    }

    private boolean number() {
        acceptHere('-');
        int from = at;
        int whole = digits();
        boolean isWhole = whole == 1 || (whole > 1 && text.getByte(from) != '0');
        boolean hasFraction = !acceptHere('.') || digits() > 0;
        boolean hasExponent = true;
        if (acceptHere('e') || acceptHere('E')) {
            if (!acceptHere('-')) {
                acceptHere('+');
            }
            hasExponent = digits() > 0;
        }
        return isWhole && hasFraction && hasExponent;
    }

    private int digits() {
        int from = at;
        while (at < end && text.getByte(at) >= '0' && text.getByte(at) <= '9') {
            at++;
        }
        return at - from;
    }

    private boolean acceptHere(char c) {
        boolean isThere = at < end && text.getByte(at) == c;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private boolean accept(char c) {
        return peek() == c && acceptHere(c);
    }

    /** The next byte that is no space, or 0 at the end. */
    private byte peek() {
        while (at < end && isSpace(text.getByte(at))) {
            at++;
        }
        return at < end ? text.getByte(at) : 0;
    }

    static boolean isSpace(byte c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
