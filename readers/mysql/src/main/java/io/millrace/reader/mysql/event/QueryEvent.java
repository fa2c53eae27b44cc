package io.millrace.reader.mysql.event;

import io.millrace.reader.mysql.statement.BinlogStatement;
import io.millrace.reader.mysql.statement.QueryText;
import io.millrace.reader.mysql.statement.SqlDialect;
import io.millrace.reader.mysql.statement.StatementReader;

/**
 * QUERY_EVENT: a statement, with the session's variables that its meaning depends on.
 *
 * <pre>
 *  thread 4 | seconds 4 | database length 1 | error 2 | variables length 2 | … | variables | database, 0 | statement
 * </pre>
 */
public final class QueryEvent {
    private static final int FIXED_LENGTH = 13;

    private QueryEvent() {}

    /** Where the statement starts: passes over all before it. */
    private record Head(String database, QueryVariables variables) {}

    /**
     * What the statement means.
     *
     * @param postHeaderLength as the FORMAT_DESCRIPTION_EVENT has it for the event's type
     */
    public static BinlogStatement decode(EventBytes bytes, int postHeaderLength) {
        Head head = head(bytes, postHeaderLength);
        return read(head, bytes.text(bytes.remaining(), "statement"), bytes.place());
    }

    /** The same of MariaDB's QUERY_COMPRESSED_EVENT. */
    public static BinlogStatement decode(EventBytes bytes, int postHeaderLength, MariaDbInflater inflater) {
        Head head = head(bytes, postHeaderLength);
        return read(head, inflater.text(bytes), bytes.place());
    }

    private static BinlogStatement read(Head head, String statement, EventPlace place) {
        SqlDialect dialect = SqlDialect.of(place.serverVersion(), head.variables.sqlMode());
        QueryText query = new QueryText(
                statement, head.database, dialect, head.variables.isStrict(), head.variables.utf8mb4Collation());
        return StatementReader.read(statement, head.database, dialect).withQuery(query);
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
        return new Head(database, QueryVariables.read(bytes.buffer(), start, start + variablesLength));
    }

    /**
     * Whether the statement is this one, in this very spelling: for BEGIN and COMMIT, which the servers write themselves once a
     * transaction. Moves nothing and allocates nothing.
     */
    public static boolean isExactly(EventBytes bytes, byte[] statement) {
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
