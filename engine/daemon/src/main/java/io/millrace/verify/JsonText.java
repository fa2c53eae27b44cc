package io.millrace.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads JSON as its servers have already accepted it, to compare meaning: objects without order, numbers by value, text
 * without its escapes. Confined to one thread.
 */
final class JsonText {
    private static final int MOST_LEVELS = 10_000;

    private final String text;
    private int at;
    private int level;

    /** A number by its value: 1.0 is 1, and 1e2 is 100. */
    private record Quantity(BigDecimal value) {}

    private JsonText(String text) {
        this.text = text;
    }

    static boolean areSame(String a, String b) {
        try {
            return Objects.equals(new JsonText(a).all(), new JsonText(b).all());
        } catch (IllegalArgumentException e) {
            // No JSON at all: then only equal text is equal, and that has been looked at before.
            return false;
        }
    }

    private Object all() {
        Object value = value();
        if (peek() != 0) {
            throw new IllegalArgumentException("more behind the value: index=" + at);
        }
        return value;
    }

    private Object value() {
        if (++level > MOST_LEVELS) {
            throw new IllegalArgumentException("too deep: limit=" + MOST_LEVELS);
        }
        Object value = switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
        level--;
        return value;
    }

    /** The next character that is no space, or 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new IllegalArgumentException("not JSON: index=" + at);
        }
        at++;
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new HashMap<>();
        expect('{');
        while (peek() != '}') {
            String name = string();
            expect(':');
            members.put(name, value());
            if (peek() != '}') {
                expect(',');
            }
        }
        at++;
        return members;
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        expect('[');
        while (peek() != ']') {
            items.add(value());
            if (peek() != ']') {
                expect(',');
            }
        }
        at++;
        return items;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw new IllegalArgumentException("not JSON: index=" + at);
        }
        at += word.length();
        return value;
    }

    private Quantity number() {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        // NumberFormatException is an IllegalArgumentException.
        BigDecimal value = new BigDecimal(text.substring(start, at));
        return new Quantity(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            at++;
            string.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return string.toString();
    }

    private char escaped() {
        if (at + 1 > text.length()) {
            throw new IllegalArgumentException("not JSON: index=" + at);
        }
        char c = text.charAt(at);
        at++;
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw new IllegalArgumentException("not JSON: index=" + at);
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> c;
        };
    }
}
