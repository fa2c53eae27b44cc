package io.millrace.e2e.rates;

import java.util.List;

/**
 * This program, set up in one way.
 *
 * @param taskLines further lines of the task file
 * @param targetLines further lines of its section {@code target}
 */
record Variant(String name, List<String> taskLines, List<String> targetLines) {
    private static final String TARGET = "target.";

    static final Variant DEFAULT = new Variant("millrace", List.of(), List.of());

    /** Reads {@code NAME=YAML}, where a line of the section {@code target} is written {@code target.KEY: VALUE}. */
    static Variant parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("not NAME=YAML: variant=" + text);
        }
        String line = text.substring(equals + 1);
        boolean isOfTarget = line.startsWith(TARGET);
        return new Variant(
                "millrace-" + text.substring(0, equals),
                isOfTarget ? List.of() : List.of(line),
                isOfTarget ? List.of(line.substring(TARGET.length())) : List.of());
    }
}
