package io.millrace.writer.postgres.value;

/** Why a value cannot be written into its column: the negative codes of {@link FieldEncoder#put}. */
public final class Fault {
    public static final int NONE = 0;
    static final int NOT_A_DATE = -1;
    public static final int NUL_CHARACTER = -2;
    public static final int OUT_OF_RANGE = -3;
    public static final int NOT_A_NUMBER = -4;
    public static final int TOO_LONG = -5;

    private Fault() {}

    /** In words, for a message. */
    public static String reason(int code) {
        return switch (code) {
            case NOT_A_DATE -> "zero, partial or impossible date (types.zero_date decides)";
            case NUL_CHARACTER -> "U+0000 in text (types.nul_char decides)";
            case OUT_OF_RANGE -> "out of the target type's range";
            case NOT_A_NUMBER -> "digits that are no number";
            case TOO_LONG -> "longer than the target column";
            default -> "fault " + code;
        };
    }
}
