package io.millrace.writer;

/**
 * {@code types:} of a task: how values are carried that the target's type cannot hold as they are.
 *
 * @param zeroDate zero and partial dates
 * @param nulChar U+0000 in text
 * @param isJsonBinary {@code json: jsonb}
 */
public record TypeOptions(ZeroDate zeroDate, NulChar nulChar, boolean isJsonBinary) {
    public static final TypeOptions DEFAULT = new TypeOptions(ZeroDate.DIRTY, NulChar.DIRTY, false);

    /** What becomes of zero and partial dates. */
    public enum ZeroDate {
        DIRTY,
        SET_NULL,
        MIN,
        TEXT
    }

    /** What becomes of U+0000. */
    public enum NulChar {
        DIRTY,
        STRIP
    }
}
