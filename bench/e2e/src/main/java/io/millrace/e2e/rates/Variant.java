package io.millrace.e2e.rates;

import java.util.List;
import java.util.Optional;

/**
 * This program, set up in one way.
 *
 * @param taskLines further lines of the task file
 * @param targetLines further lines of its section {@code target}
 * @param jvmOptions further options of its JVM
 * @param hasSteps whether rows of the reference backlog are filtered, masked and given columns
 */
record Variant(
        String name, List<String> taskLines, List<String> targetLines, List<String> jvmOptions, boolean hasSteps) {
    private static final String TARGET = "target.";
    private static final String JVM = "jvm ";
    private static final String STEPS = "steps";
    private static final String MASKED = ", coalesce(note, '-')";
    private static final List<String> STEP_LINES = List.of(
            "transforms:",
            "  - filter: {where: 'quantity >= 0 and status <> 32767'}",
            "  - mask: {columns: [note], with: keep, first: 2, last: 2}");

    static final Variant DEFAULT = new Variant("millrace", List.of(), List.of(), List.of(), false);

    /**
     * Reads {@code NAME=YAML}, where a line of the section {@code target} is written {@code target.KEY: VALUE}; or
     * {@code NAME=jvm OPTION OPTION}; or {@code NAME=steps}.
     */
    static Variant parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("not NAME=YAML: variant=" + text);
        }
        String line = text.substring(equals + 1);
        String name = "millrace-" + text.substring(0, equals);
        if (line.equals(STEPS)) {
            return new Variant(name, STEP_LINES, List.of(), List.of(), true);
        }
        if (line.startsWith(JVM)) {
            return new Variant(
                    name,
                    List.of(),
                    List.of(),
                    List.of(line.substring(JVM.length()).split(" ")),
                    false);
        }
        return line.startsWith(TARGET)
                ? new Variant(name, List.of(), List.of(line.substring(TARGET.length())), List.of(), false)
                : new Variant(name, List.of(line), List.of(), List.of(), false);
    }

    /** What follows the first member of the task's {@code mapping}. */
    String mappingTail() {
        return hasSteps
                ? ", add: [{name: op, value: '${operation}', type: varchar(8)},"
                        + " {name: committed, value: '${commit_time}', type: timestamp(6)},"
                        + " {name: origin, value: shop, type: varchar(8)}]"
                : "";
    }

    /** What the target's tables get for it. */
    Optional<String> targetColumns(String table, boolean isPostgres) {
        String time = isPostgres ? "timestamptz(6)" : "timestamp(6) NULL";
        return hasSteps
                ? Optional.of("ALTER TABLE " + table + " ADD COLUMN op varchar(8), ADD COLUMN committed " + time
                        + ", ADD COLUMN origin varchar(8)")
                : Optional.empty();
    }

    /** Of the expressions by which rows are compared those that rows keep. */
    String compared(String expressions) {
        if (hasSteps && !expressions.contains(MASKED)) {
            throw new IllegalArgumentException("steps are for the reference backlog: variant=" + name);
        }
        return hasSteps ? expressions.replace(MASKED, "") : expressions;
    }
}
