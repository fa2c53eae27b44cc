package io.millrace.writer.mysql.value;

/** Why a value cannot be written into its column: the negative codes of {@link FieldEncoder#put}. */
public final class Fault {
    public static final int NONE = 0;
    static final int NO_SUCH_TIME = -1;
    static final int OUT_OF_RANGE = -2;
    static final int NOT_A_NUMBER = -3;
    static final int NOT_GEOMETRY = -4;
    static final int ARRAY_BOUNDS = -5;
    static final int JSON_NUMBER = -6;

    /** Of a field alone: LOAD DATA cannot say the value, a literal can. */
    public static final int NO_FIELD = -7;

    private Fault() {}

    /** In words, for a message. */
    public static String reason(int code) {
        return switch (code) {
            case NO_SUCH_TIME -> "infinity, or a year that the target does not have";
            case OUT_OF_RANGE -> "out of the target type's range";
            case NOT_A_NUMBER -> "not a number, which the target does not have";
            case NOT_GEOMETRY -> "bytes that are no geometry";
            case ARRAY_BOUNDS -> "an array that does not count from 1, which JSON cannot say";
            case JSON_NUMBER -> "a number of JSON with more digits than the target's JSON has";
            default -> "fault " + code;
        };
    }
}
