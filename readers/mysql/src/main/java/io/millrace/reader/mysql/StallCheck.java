package io.millrace.reader.mysql;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.BinlogPosition;
import io.millrace.reader.mysql.connection.BinlogSession;
import io.millrace.reader.mysql.event.EventPlace;
import java.util.List;

/**
 * Notices a stream that says it lives and brings nothing: a server whose binlogs were reset under it goes on sending heartbeats to
 * who waits behind the new end. While nothing but heartbeats comes, the server is asked now and then where its binlog ends, over
 * a connection of its own; an end that moved, and still has not come after as long again, ends the connection, and the next connect
 * finds out what has happened.
 *
 * <p>Confined to the stream's thread.
 */
final class StallCheck {
    /** Heartbeats between two questions. */
    private static final int HEARTBEATS = 3;

    private final DataSource dataSource;
    private int heartbeats;
    private String end = "";
    private boolean hasMoved;

    StallCheck(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Something came. */
    void onEvent() {
        heartbeats = 0;
        end = "";
        hasMoved = false;
    }

    /** A heartbeat came, and nothing since the last one. */
    void onHeartbeat(EventPlace place) {
        heartbeats++;
        if (heartbeats % HEARTBEATS != 0) {
            return;
        }
        if (hasMoved) { // between the last two questions, so what was logged then has had its time
            throw new MillraceException(
                    ErrorCode.SOURCE_CONNECTION_LOST,
                    "server sends heartbeats and not what it has logged: end=" + end + ", " + place.text());
        }
        String before = end;
        end = ask();
        if (isBefore(place)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_CONNECTION_LOST,
                    "server's binlog ends before what it has sent: end=" + end + ", " + place.text());
        }
        hasMoved = !before.isEmpty() && !end.isEmpty() && !before.equals(end);
    }

    private boolean isBefore(EventPlace place) {
        if (end.isEmpty()) {
            return false;
        }
        int colon = end.lastIndexOf(':');
        BinlogPosition ended = BinlogPosition.of(end.substring(0, colon), Long.parseLong(end.substring(colon + 1)));
        return ended.fileNumber() < place.fileNumber()
                || (ended.fileNumber() == place.fileNumber() && ended.offset() < place.end());
    }

    /** File and offset; empty where the account may not ask. */
    private String ask() {
        try (BinlogSession session = BinlogSession.of(dataSource).open()) {
            return status(session);
        } catch (MillraceException e) {
            if (e.code() == ErrorCode.SOURCE_PRIVILEGE) {
                return "";
            }
            throw e;
        }
    }

    private static String status(BinlogSession session) {
        List<String[]> rows;
        try {
            rows = session.query("SHOW BINARY LOG STATUS");
        } catch (MillraceException e) {
            if (e.code() != ErrorCode.SOURCE_PROTOCOL) {
                throw e;
            }
            rows = session.query("SHOW MASTER STATUS");
        }
        return rows.isEmpty() ? "" : rows.get(0)[0] + ":" + rows.get(0)[1];
    }
}
