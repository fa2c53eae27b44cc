package io.millrace.task;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A rule that replaces the first match of a Java regular expression in a name; {@code $1} is what its first group matched. Immutable. */
public final class NameRule {
    /** Beyond what any server's names have; rules whose names grow and grow stop there. */
    static final int MOST_CHARACTERS = 1_000;

    private final String from;
    private final String to;
    private final Pattern pattern;

    private NameRule(String from, String to, Pattern pattern) {
        this.from = from;
        this.to = to;
        this.pattern = pattern;
    }

    /**
     * Reads a rule.
     *
     * @throws IllegalArgumentException where the expression is none, or the replacement names a group that it lacks
     */
    public static NameRule of(String from, String to) {
        Pattern pattern = TablePattern.compiled(from);
        if (to.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("too long: mostCharacters=" + MOST_CHARACTERS);
        }
        requireReplacement(from, to);
        return new NameRule(from, to, pattern);
    }

    /** Tries the replacement on a match that is always there, and of which the groups are empty. */
    private static void requireReplacement(String from, String to) {
        try {
            Matcher matcher = Pattern.compile(from + "\n|").matcher("");
            if (matcher.find()) {
                matcher.appendReplacement(new StringBuilder(), to);
            }
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("not a regular expression: reason=" + e.getDescription(), e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "not a replacement: reason=" + e.getMessage() + ", expected=text with $1 or ${name} of groups", e);
        }
    }

    /**
     * The name with the first match replaced; empty where nothing matches.
     *
     * @throws MillraceException with INVALID_VALUE where the expression finds no end, or the name grows too long
     */
    Optional<String> apply(String name) {
        Matcher matcher = pattern.matcher(new BoundedText(name, from));
        if (!matcher.find()) {
            return Optional.empty();
        }
        StringBuilder replaced = new StringBuilder();
        try {
            matcher.appendReplacement(replaced, to);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MillraceException(
                    ErrorCode.INVALID_VALUE, "not a replacement: to=" + to + ", reason=" + e.getMessage(), e);
        }
        matcher.appendTail(replaced);
        if (replaced.length() > MOST_CHARACTERS) {
            throw new MillraceException(
                    ErrorCode.INVALID_VALUE,
                    "a name grows too long: rule=" + this + ", characters=" + replaced.length() + ", most="
                            + MOST_CHARACTERS);
        }
        return Optional.of(replaced.toString());
    }

    /** As a user reads it. */
    @Override
    public String toString() {
        return "'" + from + "' -> '" + to + "'";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameRule that && from.equals(that.from) && to.equals(that.to);
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, to);
    }
}
