package io.millrace.reader.mysql.statement;

/**
 * A statement's text with what its meaning depends on. The text may hold literals: it is kept in the log of changes and never
 * goes into a message.
 *
 * @param database the session's default
 * @param isStrict whether the session's SQL mode refuses values that do not fit, rather than change them
 * @param utf8mb4Collation number of the collation that the session takes for utf8mb4 without one; 0 for the server's own
 */
public record QueryText(String sql, String database, SqlDialect dialect, boolean isStrict, int utf8mb4Collation) {
    static final QueryText NONE = new QueryText("", "", SqlDialect.of("", 0), true, 0);
}
