package io.millrace.reader.mysql.statement;

/**
 * What decides how a statement's text is cut: the product and version that wrote it, and the session's SQL mode. Immutable.
 *
 * @param version as in versioned comments: 80031, 110405
 * @param ansiQuotes whether double quotes hold names
 * @param backslashEscapes whether a backslash in a string is an escape
 * @param realIsFloat whether REAL is FLOAT
 */
public record SqlDialect(
        boolean isMariaDb, int version, boolean ansiQuotes, boolean backslashEscapes, boolean realIsFloat) {
    private static final long REAL_AS_FLOAT = 1;
    private static final long ANSI_QUOTES = 1 << 2;
    private static final long NO_BACKSLASH_ESCAPES = 1 << 20;
    /** MariaDB takes versioned comments of these versions for MySQL's own. */
    private static final int MYSQL_ONLY_FROM = 50700;

    private static final int MYSQL_ONLY_TO = 99999;

    /**
     * The dialect of a session.
     *
     * @param serverVersion as the FORMAT_DESCRIPTION_EVENT has it: {@code 8.0.31}, {@code 11.4.5-MariaDB-log}
     */
    public static SqlDialect of(String serverVersion, long sqlMode) {
        return new SqlDialect(
                serverVersion.contains("MariaDB"),
                versionNumber(serverVersion),
                (sqlMode & ANSI_QUOTES) != 0,
                (sqlMode & NO_BACKSLASH_ESCAPES) == 0,
                (sqlMode & REAL_AS_FLOAT) != 0);
    }

    private static int versionNumber(String text) {
        if (text.isEmpty()) {
            return Integer.MAX_VALUE; // unknown: all that might be part of the statement is
        }
        int number = 0;
        int part = 0;
        int parts = 0;
        for (int i = 0; i <= text.length() && parts < 3; i++) {
            char c = i < text.length() ? text.charAt(i) : '-';
            if (c >= '0' && c <= '9') {
                part = Math.min(99, part * 10 + (c - '0'));
            } else {
                number = number * 100 + part;
                part = 0;
                parts++;
                if (c != '.') {
                    break;
                }
            }
        }
        while (parts++ < 3) {
            number *= 100;
        }
        return number;
    }

    /**
     * Whether what stands in a versioned comment is part of the statement.
     *
     * @param isMariaDbs whether it starts with {@code /*M!}
     * @param from the number behind the mark, 0 where there is none
     */
    boolean runs(boolean isMariaDbs, int from) {
        if (version == Integer.MAX_VALUE) {
            return true;
        }
        if (!isMariaDb) {
            return !isMariaDbs && from <= version;
        }
        boolean isMySqlOnly = !isMariaDbs && from >= MYSQL_ONLY_FROM && from <= MYSQL_ONLY_TO;
        return from <= version && !isMySqlOnly;
    }
}
