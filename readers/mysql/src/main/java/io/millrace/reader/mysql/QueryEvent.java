package io.millrace.reader.mysql;

import org.agrona.DirectBuffer;

/**
 * QUERY_EVENT: a statement, with the session's variables that its meaning depends on.
 *
 * <pre>
 *  thread 4 | seconds 4 | database length 1 | error 2 | variables length 2 | … | variables | database, 0 | statement
 * </pre>
 */
final class QueryEvent {
    private static final int FLAGS2 = 0;
    private static final int SQL_MODE = 1;
    private static final long ANSI_QUOTES = 1 << 2;
    private static final long NO_BACKSLASH_ESCAPES = 1 << 20;
    private static final int FIXED_LENGTH = 13;

    private QueryEvent() {}

    /** Where the statement starts: passes over all before it. */
    private record Head(String database, long sqlMode) {}

    /**
     * What the statement means.
     *
     * @param postHeaderLength as the FORMAT_DESCRIPTION_EVENT has it for the event's type
     */
    static BinlogStatement decode(EventBytes bytes, int postHeaderLength) {
        Head head = head(bytes, postHeaderLength);
        String statement = bytes.text(bytes.remaining(), "statement");
        return StatementReader.read(
                statement,
                head.database,
                (head.sqlMode & ANSI_QUOTES) != 0,
                (head.sqlMode & NO_BACKSLASH_ESCAPES) == 0);
    }

    private static Head head(EventBytes bytes, int postHeaderLength) {
        bytes.take(8, "thread");
        int databaseLength = bytes.u8("databaseLength");
        bytes.take(2, "error");
        int variablesLength = bytes.u16("variablesLength");
        bytes.take(Math.max(0, postHeaderLength - FIXED_LENGTH), "postHeader");
        int start = bytes.take(variablesLength, "variables");
        String database = bytes.text(databaseLength, "database");
        bytes.take(1, "database");
        return new Head(database, sqlMode(bytes.buffer(), start, start + variablesLength));
    }

    /** The session's SQL mode, which always stands first or behind the flags. */
    private static long sqlMode(DirectBuffer buffer, int start, int end) {
        int at = start;
        if (end - at >= 5 && buffer.getByte(at) == FLAGS2) {
            at += 5;
        }
        return end - at >= 9 && buffer.getByte(at) == SQL_MODE ? buffer.getLong(at + 1) : 0;
    }

    /**
     * Whether the statement is this one, in this very spelling: for BEGIN and COMMIT, which the servers write themselves once a
     * transaction. Moves nothing and allocates nothing.
     */
    static boolean isExactly(EventBytes bytes, byte[] statement) {
        int at = bytes.limit() - statement.length;
        if (at <= bytes.position() || bytes.buffer().getByte(at - 1) != 0) {
            return false;
        }
        for (int i = 0; i < statement.length; i++) {
            if (bytes.buffer().getByte(at + i) != statement[i]) {
                return false;
            }
        }
        return true;
    }
}
