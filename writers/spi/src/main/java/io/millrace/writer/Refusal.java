package io.millrace.writer;

import java.util.Objects;

/**
 * Why a row cannot be written for its own sake. Holds no value of it. Immutable.
 *
 * @param error the server's own number or name of it; {@link #ENCODING} where the row never reached the server
 * @param sqlState five characters, or empty where the server did not speak
 * @param reason for people: {@code key=value, key=value}
 */
public record Refusal(String error, String sqlState, String reason) {
    /** A value has no form at the target. */
    public static final String ENCODING = "encoding";

    /** A change needs a row that is not there. */
    public static final String NO_ROW = "no_row";

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String DUPLICATE_ENTRY = "1062";

    public Refusal {
        Objects.requireNonNull(error, "error");
        Objects.requireNonNull(sqlState, "sqlState");
        Objects.requireNonNull(reason, "reason");
    }

    /** Whether another row had its unique value: it may be gone later. */
    public boolean isDuplicate() {
        return sqlState.equals(UNIQUE_VIOLATION) || error.equals(DUPLICATE_ENTRY);
    }
}
