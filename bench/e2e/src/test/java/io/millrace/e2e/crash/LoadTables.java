package io.millrace.e2e.crash;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tables of every sort of key that a load cuts: numbers with holes, two columns, text, and UUIDs (of PostgreSQL; else bytes). In each
 * {@code n} is the number of its row's last change. Stateless.
 */
enum LoadTables {
    ACCOUNT(45_000, 3) {
        @Override
        String key(long of) {
            return Long.toString(of * 7 + of % 5);
        }
    },
    PAIR(30_000, 2) {
        @Override
        String key(long of) {
            return of / 300 + ", " + of % 300;
        }
    },
    WORD(22_000, 2) {
        @Override
        String key(long of) {
            return "'w" + Long.toString(of * 0x9E3779B9L & 0xFFFFFFFFL, 36) + "x" + of + "'";
        }
    },
    THING(22_000, 2) {
        @Override
        String key(long of) {
            return "'" + uuid(of) + "'";
        }
    };

    /** Rows that it has before the load. */
    final int rows;

    /** Columns behind the key. */
    private final int further;

    LoadTables(int rows, int further) {
        this.rows = rows;
        this.further = further;
    }

    /** The literals of the key of one of its rows, in PostgreSQL's spelling. */
    abstract String key(long of);

    private static String uuid(long of) {
        long high = of * 0x9E3779B97F4A7C15L;
        return String.format(
                Locale.ROOT,
                "%08x-%04x-4%03x-8%03x-%012x",
                high >>> 32,
                high >>> 16 & 0xFFFF,
                high & 0xFFF,
                of & 0xFFF,
                of);
    }

    String table() {
        return name().toLowerCase(Locale.ROOT);
    }

    private List<String> keyColumns() {
        return this == PAIR ? List.of("a", "b") : List.of("id");
    }

    String creation(boolean isPostgres) {
        String id = switch (this) {
            case ACCOUNT -> "id BIGINT PRIMARY KEY, n INT NOT NULL, v VARCHAR(60), note VARCHAR(4000)";
            case PAIR -> "a INT, b INT, n INT NOT NULL, v VARCHAR(60), PRIMARY KEY (a, b)";
            case WORD -> "id VARCHAR(40) PRIMARY KEY, n INT NOT NULL, v VARCHAR(60)";
            case THING -> (isPostgres ? "id UUID" : "id VARBINARY(16)") + " PRIMARY KEY, n INT NOT NULL, v VARCHAR(60)";
        };
        return "CREATE TABLE " + table() + " (" + id + ")";
    }

    /** The values of a row, from its key to its last column. */
    String row(long of, long n, boolean isPostgres) {
        return "(" + keyOn(of, isPostgres) + ", " + n + ", 'v" + n + "'" + (further == 3 ? ", " + note(n) : "") + ")";
    }

    private String keyOn(long of, boolean isPostgres) {
        return this == THING && !isPostgres ? "UNHEX(REPLACE(" + key(of) + ", '-', ''))" : key(of);
    }

    String where(long of, boolean isPostgres) {
        return this == PAIR
                ? " WHERE (a, b) = (" + key(of) + ")"
                : " WHERE " + keyColumns().get(0) + " = " + keyOn(of, isPostgres);
    }

    /** A change of the key alone but for the number. */
    String move(long from, long to, long n, boolean isPostgres) {
        String assigned = this == PAIR ? "a = " + to / 300 + ", b = " + to % 300 : "id = " + keyOn(to, isPostgres);
        return "UPDATE " + table() + " SET " + assigned + ", n = " + n + where(from, isPostgres);
    }

    /** Most leave the note as it is, of which PostgreSQL sends nothing then. */
    String update(long of, long n, boolean withNote, boolean isPostgres) {
        return "UPDATE " + table() + " SET n = " + n + ", v = 'v" + n + "'"
                + (withNote && further == 3 ? ", note = " + note(n) : "") + where(of, isPostgres);
    }

    private static String note(long n) {
        return n % 4 == 0 ? "REPEAT('note " + n + " out of line.', 120)" : "NULL";
    }

    /** Each row's text by its key's, as the server has it; UUIDs without dashes. */
    Map<String, String> content(Connection connection, boolean isPostgres, boolean isOfPostgres) throws SQLException {
        String id = this != THING
                ? String.join(", ", keyColumns())
                : isOfPostgres
                        ? "REPLACE(CAST(id AS CHAR(36)), '-', '')"
                        : isPostgres ? "encode(id, 'hex')" : "LOWER(HEX(id))";
        String columns = id + ", n, v" + (further == 3 ? ", note" : "");
        Map<String, String> rows = new HashMap<>();
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("SELECT " + columns + " FROM bank." + table())) {
            int count = row.getMetaData().getColumnCount();
            while (row.next()) {
                StringBuilder text = new StringBuilder();
                for (int i = 1; i <= count; i++) {
                    text.append(row.getString(i)).append('|');
                }
                String key = row.getString(1) + (this == PAIR ? "|" + row.getString(2) : "");
                rows.put(key, text.toString());
            }
        }
        return rows;
    }
}
