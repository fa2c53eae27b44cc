package io.millrace.e2e.rates;

import java.util.List;

/**
 * This program, set up in one way.
 *
 * @param taskLines further lines of the task file
 * @param targetLines further lines of its section {@code target}
 * @param jvmOptions further options of its JVM
 */
record Variant(String name, List<String> taskLines, List<String> targetLines, List<String> jvmOptions) {
    private static final String TARGET = "target.";
    private static final String JVM = "jvm ";

    static final Variant DEFAULT = new Variant("millrace", List.of(), List.of(), List.of());

    /**
     * Reads {@code NAME=YAML}, where a line of the section {@code target} is written {@code target.KEY: VALUE}; or
     * {@code NAME=jvm OPTION OPTION}.
     */
    static Variant parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("not NAME=YAML: variant=" + text);
        }
        String line = text.substring(equals + 1);
        String name = "millrace-" + text.substring(0, equals);
        if (line.startsWith(JVM)) {
            return new Variant(
                    name,
                    List.of(),
                    List.of(),
                    List.of(line.substring(JVM.length()).split(" ")));
        }
        return line.startsWith(TARGET)
                ? new Variant(name, List.of(), List.of(line.substring(TARGET.length())), List.of())
                : new Variant(name, List.of(line), List.of(), List.of());
    }
}
