package io.millrace.writer;

/**
 * {@code types:} of a task: how values are carried that the target's type cannot hold as they are.
 *
 * @param zeroDate zero and partial dates
 * @param nulChar U+0000 in text
 * @param isJsonBinary {@code json: jsonb}
 * @param isEnumNative {@code enum: native}
 */
public record TypeOptions(ZeroDate zeroDate, NulChar nulChar, boolean isJsonBinary, boolean isEnumNative) {
    public static final TypeOptions DEFAULT = new TypeOptions(ZeroDate.DIRTY, NulChar.DIRTY, false);

    /** Enums as text. */
    public TypeOptions(ZeroDate zeroDate, NulChar nulChar, boolean isJsonBinary) {
        this(zeroDate, nulChar, isJsonBinary, false);
    }

    /** The same with enums as types of their own. */
    public TypeOptions withEnumNative() {
        return new TypeOptions(zeroDate, nulChar, isJsonBinary, true);
    }

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
