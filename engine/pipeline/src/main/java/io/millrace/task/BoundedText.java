package io.millrace.task;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * A name that a regular expression may look at so many times and no more: one that goes back and forth without end is stopped
 * by its own looking. Confined to one thread.
 */
final class BoundedText implements CharSequence {
    /** Far beyond what a sensible expression needs for a name, and a few hundredths of a second. */
    static final int MOST_LOOKS = 2_000_000;

    private final String text;
    private final String expression;
    private int looks;

    BoundedText(String text, String expression) {
        this.text = text;
        this.expression = expression;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        looks++;
        if (looks > MOST_LOOKS) {
            throw new MillraceException(
                    ErrorCode.INVALID_VALUE,
                    "the regular expression goes back and forth without end: regex=" + expression + ", name=" + text);
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
