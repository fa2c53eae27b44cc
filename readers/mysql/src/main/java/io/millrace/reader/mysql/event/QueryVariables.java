package io.millrace.reader.mysql.event;

import org.agrona.DirectBuffer;

/**
 * The session's variables that a QUERY_EVENT carries, as far as a statement's meaning hangs on them: a number, then a value whose
 * length the number tells. The servers write them in ascending use, and a number that is not known here ends the reading: the
 * SQL mode stands first or behind the flags always.
 *
 * @param sqlMode 0 where the event does not say
 * @param utf8mb4Collation number of the collation for utf8mb4 without one, 0 where the event does not say
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Query__event.html">the
 *     server's documentation</a>
 */
record QueryVariables(long sqlMode, int utf8mb4Collation) {
    private static final long STRICT_TRANS_TABLES = 1 << 21;
    private static final long STRICT_ALL_TABLES = 1 << 22;

    private static final int FLAGS2 = 0;
    private static final int SQL_MODE = 1;
    private static final int CATALOG_WITH_ZERO = 2;
    private static final int AUTO_INCREMENT = 3;
    private static final int CHARSET = 4;
    private static final int TIME_ZONE = 5;
    private static final int CATALOG = 6;
    private static final int LC_TIME_NAMES = 7;
    private static final int CHARSET_DATABASE = 8;
    private static final int TABLE_MAP_FOR_UPDATE = 9;
    private static final int MASTER_DATA_WRITTEN = 10;
    private static final int INVOKER = 11;
    private static final int UPDATED_DATABASES = 12;
    private static final int MICROSECONDS = 13;
    private static final int EXPLICIT_TIMESTAMP_DEFAULTS = 16;
    private static final int DDL_XID = 17;
    private static final int UTF8MB4_COLLATION = 18;
    private static final int REQUIRES_PRIMARY_KEY = 19;
    private static final int ENCRYPTS_TABLES = 20;
    private static final int MARIADB_MICROSECONDS = 128;
    private static final int MARIADB_XID = 129;

    boolean isStrict() {
        return (sqlMode & (STRICT_TRANS_TABLES | STRICT_ALL_TABLES)) != 0;
    }

    static QueryVariables read(DirectBuffer buffer, int start, int end) {
        long sqlMode = 0;
        int collation = 0;
        int at = start;
        while (at < end) {
            int code = buffer.getByte(at++) & 0xFF;
            int length = length(code, buffer, at, end);
            if (length < 0 || length > end - at) {
                break;
            }
            if (code == SQL_MODE) {
                sqlMode = buffer.getLong(at);
            } else if (code == UTF8MB4_COLLATION) {
                collation = buffer.getShort(at) & 0xFFFF;
            }
            at += length;
        }
        return new QueryVariables(sqlMode, collation);
    }

    /** Bytes of a value, or -1 where that is not known. */
    private static int length(int code, DirectBuffer buffer, int at, int end) {
        return switch (code) {
            case FLAGS2, AUTO_INCREMENT, MASTER_DATA_WRITTEN -> 4;
            case SQL_MODE, TABLE_MAP_FOR_UPDATE, DDL_XID, MARIADB_XID -> 8;
            case CHARSET -> 6;
            case LC_TIME_NAMES, CHARSET_DATABASE, UTF8MB4_COLLATION -> 2;
            case MICROSECONDS, MARIADB_MICROSECONDS -> 3;
            case EXPLICIT_TIMESTAMP_DEFAULTS, REQUIRES_PRIMARY_KEY, ENCRYPTS_TABLES -> 1;
            case TIME_ZONE, CATALOG -> text(buffer, at, end, 0);
            case CATALOG_WITH_ZERO -> text(buffer, at, end, 1);
            case INVOKER -> {
                int user = text(buffer, at, end, 0);
                yield user < 0 ? -1 : user + Math.max(0, text(buffer, at + user, end, 0));
            }
            case UPDATED_DATABASES -> databases(buffer, at, end);
            default -> -1;
        };
    }

    private static int text(DirectBuffer buffer, int at, int end, int more) {
        return at < end ? 1 + (buffer.getByte(at) & 0xFF) + more : -1;
    }

    private static int databases(DirectBuffer buffer, int start, int end) {
        if (start >= end) {
            return -1;
        }
        int count = buffer.getByte(start) & 0xFF;
        int at = start + 1;
        int named = count == 254 ? 0 : count; // more than the event has room for
        for (int i = 0; i < named; i++) {
            while (at < end && buffer.getByte(at) != 0) {
                at++;
            }
            at++;
        }
        return at - start;
    }
}
