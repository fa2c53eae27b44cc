package io.millrace.task;

import java.util.Locale;
import java.util.Objects;

/**
 * One of {@code mapping.type_rules}: columns of one type at the source have another one at the target. Immutable.
 *
 * @param from the source's own text of the type; without brackets it is every length of it
 * @param to the target's
 */
public record TypeRule(String from, String to) {
    public TypeRule {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    /** Whether a column of that type is meant. */
    public boolean matches(String sourceType) {
        String wanted = normal(from);
        String type = normal(sourceType);
        return type.equals(wanted)
                || normal(type.replaceAll("\\([^)]*\\)", " ")).equals(wanted);
    }

    private static String normal(String type) {
        return type.strip()
                .replaceAll("\\s*([(,)])\\s*", "$1")
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** As a user reads it. */
    @Override
    public String toString() {
        return from + " -> " + to;
    }
}
