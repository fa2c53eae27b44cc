package io.millrace.reader.postgres.catalog;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Modifiers ({@code atttypmod}) that a type's text may stand for: {@code format_type} tells which of them does, if any. */
public final class TypeModifiers {
    private static final Pattern NUMBERS = Pattern.compile("\\((\\d{1,9})(?:,(-?\\d{1,4}))?\\)");

    /** What types with a length, and numeric, add to it: a header's size. */
    private static final int HEADER = 4;

    private static final int SCALE_BITS = 0x7FF;

    private TypeModifiers() {}

    public static List<Integer> of(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.find()) {
            return List.of(-1);
        }
        int first = Integer.parseInt(numbers.group(1));
        int scale = numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
        return List.of(first + HEADER, first, (first << 16 | (scale & SCALE_BITS)) + HEADER);
    }
}
