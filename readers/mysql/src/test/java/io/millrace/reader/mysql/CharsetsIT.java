package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every character of every character set of a server, through the stream, against the server's own
 * {@code HEX(CONVERT(… USING utf8mb4))}. Which bytes are a character is found by the server too: all sequences are offered to a
 * column, and what it takes is a character.
 *
 * <p>Of gb18030's sequences of four bytes all of the basic plane are tried, and of the others those at the ends of each row; of
 * the Unicode sets the basic plane and each 16th row of the rest. {@code -Dmillrace.charsets=all} tries all of them.
 */
class CharsetsIT {
    private static final boolean ALL = "all".equals(System.getProperty("millrace.charsets"));

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_10_11"})
    @Tag("full")
    void shouldCarryEveryCharacterOfSeveralBytesWhenTheServerIsOlder(ServerKind kind) throws SQLException {
        carry(kind);
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_9_7", "MARIADB_11_4"})
    void shouldCarryEveryCharacterWhenTheCharsetHasSeveralBytesACharacter(ServerKind kind) throws SQLException {
        carry(kind);
    }

    private static void carry(ServerKind kind) throws SQLException {
        Server server = Servers.shared(kind);
        List<String> charsets = values(
                server,
                "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS WHERE MAXLEN > 1 AND CHARACTER_SET_NAME NOT"
                        + " LIKE 'utf%' AND CHARACTER_SET_NAME <> 'ucs2' ORDER BY 1");
        assertTrue(charsets.containsAll(List.of("big5", "cp932", "eucjpms", "euckr", "gb2312", "gbk", "sjis", "ujis")));
        String database = server.freshDatabase("charsets");
        for (String charset : charsets) {
            server.execute(
                    database,
                    "CREATE TABLE t_" + charset + " (id int PRIMARY KEY, v longtext CHARACTER SET " + charset
                            + ", w longtext CHARACTER SET " + charset + ")");
        }
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '', group_concat_max_len = 10000000");
            makeBytes(statement);
            for (String charset : charsets) {
                offer(statement, charset);
                statement.execute(
                        "INSERT INTO t_" + charset + " SELECT id >> 8, GROUP_CONCAT(v ORDER BY id SEPARATOR ''),"
                                + " GROUP_CONCAT(v ORDER BY id SEPARATOR 'a') FROM other_offered WHERE HEX(v) = h GROUP BY id >> 8");
                statement.execute("DROP TEMPORARY TABLE other_offered");
            }
            run.awaitCaughtUp(server);
            assertEqual(sink, statement, charsets);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_9_7", "MARIADB_11_4"})
    void shouldCarryEveryCharacterWhenTheCharsetIsOfUnicode(ServerKind kind) throws SQLException {
        Server server = Servers.shared(kind);
        List<String> charsets = List.of("utf8mb4", "utf8mb3", "ucs2", "utf16", "utf16le", "utf32");
        String database = server.freshDatabase("unicode");
        for (String charset : charsets) {
            server.execute(
                    database,
                    "CREATE TABLE t_" + charset + " (id int PRIMARY KEY, v longtext CHARACTER SET " + charset + ")");
        }
        RecordingSink sink = new RecordingSink(StreamRun.now(server));
        try (StreamRun run = StreamRun.of(server, database, sink);
                Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = ''");
            for (String charset : charsets) {
                boolean isBasic = charset.equals("utf8mb3") || charset.equals("ucs2");
                for (int row = 0; row < (isBasic ? 16 : 0x110); row += row < 16 || ALL ? 1 : 16) {
                    statement.execute(
                            "INSERT INTO t_" + charset + " VALUES (" + row + ", _utf32 X'" + utf32(row << 12) + "')");
                }
            }
            run.awaitCaughtUp(server);
            assertEqual(sink, statement, charsets);
        }
    }

    /** 4096 characters from this one on, without surrogates. */
    private static String utf32(int first) {
        StringBuilder hex = new StringBuilder();
        for (int character = first; character < first + 4096; character++) {
            if (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE) {
                hex.append(String.format(Locale.ROOT, "%08X", character));
            }
        }
        return hex.toString();
    }

    private static void makeBytes(Statement statement) throws SQLException {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            values.append(i == 0 ? "" : ", ").append(String.format(Locale.ROOT, "(%d, '%02X')", i, i));
        }
        statement.execute("CREATE TABLE other_bytes (n int PRIMARY KEY, h char(2) CHARACTER SET ascii NOT NULL)");
        statement.execute("INSERT INTO other_bytes VALUES " + values);
    }

    /** Offers sequences of bytes to a column that no binlog sees; {@code h} has them as they were. */
    private static void offer(Statement statement, String charset) throws SQLException {
        statement.execute(
                "CREATE TEMPORARY TABLE other_offered (id bigint PRIMARY KEY, h varchar(8) CHARACTER SET ascii, v"
                        + " varchar(4) CHARACTER SET " + charset + ")");
        offer(statement, "a.n", "a.h", "other_bytes a");
        offer(statement, "a.n << 8 | b.n", "CONCAT(a.h, b.h)", "other_bytes a, other_bytes b WHERE a.n > 127");
        if (charset.equals("ujis") || charset.equals("eucjpms")) {
            offer(
                    statement,
                    "0x8F0000 | a.n << 8 | b.n",
                    "CONCAT('8F', a.h, b.h)",
                    "other_bytes a, other_bytes b WHERE a.n > 127 AND b.n > 127");
        }
        if (charset.equals("gb18030")) {
            String which = ALL ? "TRUE" : "(a.n < 133 OR c.n IN (0x81, 0xFE))";
            offer(
                    statement,
                    "a.n << 24 | b.n << 16 | c.n << 8 | d.n",
                    "CONCAT(a.h, b.h, c.h, d.h)",
                    "other_bytes a, other_bytes b, other_bytes c, other_bytes d WHERE a.n > 128 AND a.n < 255 AND b.n BETWEEN 48"
                            + " AND 57 AND c.n > 128 AND c.n < 255 AND d.n BETWEEN 48 AND 57 AND " + which);
        }
    }

    private static void offer(Statement statement, String id, String hex, String from) throws SQLException {
        statement.execute(
                "INSERT IGNORE INTO other_offered SELECT " + id + ", " + hex + ", UNHEX(" + hex + ") FROM " + from);
    }

    private static void assertEqual(RecordingSink sink, Statement statement, List<String> charsets)
            throws SQLException {
        TreeMap<String, List<String>> streamed = new TreeMap<>();
        for (RecordingSink.Row row : sink.rows()) {
            streamed.put(row.schema().table().name() + " " + row.after().get(0), row.after());
        }
        for (String charset : charsets) {
            int rows = 0;
            int columns = charset.startsWith("u") && !charset.equals("ujis") ? 1 : 2;
            String w = columns == 1 ? "" : ", HEX(CONVERT(w USING utf8mb4))";
            try (ResultSet server = statement.executeQuery(
                    "SELECT id, HEX(CONVERT(v USING utf8mb4))" + w + " FROM t_" + charset + " ORDER BY id")) {
                while (server.next()) {
                    List<String> row = streamed.get("t_" + charset + " " + server.getString(1));
                    for (int i = 1; i <= columns; i++) {
                        assertEquals(server.getString(i + 1), row.get(i), charset + ", row " + server.getString(1));
                    }
                    rows++;
                }
            }
            assertTrue(rows > 15, charset + " has too few rows: " + rows);
        }
    }

    private static List<String> values(Server server, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                values.add(result.getString(1));
            }
        }
        return values;
    }
}
