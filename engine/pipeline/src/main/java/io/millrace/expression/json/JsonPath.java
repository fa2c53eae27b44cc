package io.millrace.expression.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path into a JSON document: {@code $}, then {@code .name}, {@code ."any name"} and {@code [0]} in any number. What SQL's path language has
 * beyond that is refused. Immutable.
 */
public final class JsonPath {
    private static final int MOST_STEPS = 32;
    private static final int MOST_DIGITS = 9;

    private final List<Object> steps; // byte[]: a member's name; Integer: an index

    private JsonPath(List<Object> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException where it is none, or goes beyond what is known here
     */
    public static JsonPath parse(String text) {
        if (!text.startsWith("$")) {
            throw unknown(text, 0);
        }
        List<Object> steps = new ArrayList<>();
        int at = 1;
        while (at < text.length()) {
            int end = text.charAt(at) == '.' ? member(text, at + 1, steps) : index(text, at, steps);
            if (end < 0 || steps.size() > MOST_STEPS) {
                throw unknown(text, at);
            }
            at = end;
        }
        return new JsonPath(steps);
    }

    /** Returns the place behind it, or -1. */
    private static int member(String text, int from, List<Object> steps) {
        int end = from;
        String name;
        if (from < text.length() && text.charAt(from) == '"') {
            int close = text.indexOf('"', from + 1);
            if (close < 0) {
                return -1;
            }
            name = text.substring(from + 1, close);
            end = close + 1;
        } else {
            while (end < text.length() && isOfName(text.charAt(end), end == from)) {
                end++;
            }
            name = text.substring(from, end);
        }
        if (name.isEmpty() || name.indexOf('\\') >= 0) {
            return -1;
        }
        steps.add(name.getBytes(StandardCharsets.UTF_8));
        return end;
    }

    private static boolean isOfName(char c, boolean isFirst) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        return isLetter || (!isFirst && c >= '0' && c <= '9');
    }

    private static int index(String text, int from, List<Object> steps) {
        int close = text.indexOf(']', from);
        if (text.charAt(from) != '[' || close < 0) {
            return -1;
        }
        String digits = text.substring(from + 1, close);
        if (!digits.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return -1;
        }
        steps.add(Integer.valueOf(digits));
        return close + 1;
    }

    private static IllegalArgumentException unknown(String text, int at) {
        return new IllegalArgumentException("no such path into JSON: path=" + text + ", character=" + (at + 1)
                + ", expected=$.name[0].\"any name\"");
    }

    int length() {
        return steps.size();
    }

    boolean isMember(int step) {
        return steps.get(step) instanceof byte[];
    }

    /** In UTF-8; not to be changed. */
    byte[] member(int step) {
        return (byte[]) steps.get(step);
    }

    int index(int step) {
        return (Integer) steps.get(step);
    }
}
