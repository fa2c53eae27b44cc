package io.millrace.reader.mysql;

import io.millrace.position.MySqlGtids;
import io.millrace.reader.TableSelection;
import io.millrace.reader.mysql.charset.ByteCharsets;
import io.millrace.reader.mysql.charset.SourceCharsets;
import io.millrace.reader.mysql.event.BinlogDump;
import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.schema.TableId;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A binlog file as a real server wrote it, kept beside this class: {@code NAME.binlog} the bytes, {@code NAME.dump} what they are,
 * {@code NAME.rows} what the stream makes of them. {@link #main} writes them anew from servers.
 */
final class GoldenBinlog {
    private static final String DIRECTORY = "golden/";
    private static final String IMAGES = "-images";
    private static final Map<String, ServerKind> SERVERS = servers();

    /** Of each server what it writes by default, and then what is compressed, partial or lacks columns. */
    static final List<String> NAMES = SERVERS.keySet().stream()
            .flatMap(name -> Stream.of(name, name + IMAGES))
            .toList();

    private final byte[] bytes;

    private GoldenBinlog(byte[] bytes) {
        this.bytes = bytes;
    }

    static GoldenBinlog load(String name) {
        return new GoldenBinlog(resource(name + ".binlog"));
    }

    static String text(String name) {
        return new String(resource(name), StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try (InputStream in = GoldenBinlog.class.getResourceAsStream(DIRECTORY + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** The events, whole. */
    List<byte[]> events() {
        List<byte[]> events = new ArrayList<>();
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        EventHeader header = new EventHeader();
        for (int at = 4; at < bytes.length; at += header.wrap(buffer, at).eventLength()) {
            byte[] event = new byte[header.wrap(buffer, at).eventLength()];
            System.arraycopy(bytes, at, event, 0, event.length);
            events.add(event);
        }
        return events;
    }

    String dump() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            BinlogDump.print(
                    new ByteArrayInputStream(bytes), "golden", new PrintStream(out, false, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** A stream that takes every table, with the collations of both servers. */
    static BinlogStream stream(RecordingSink sink) {
        TableSelection everything = new TableSelection() {
            @Override
            public boolean isSelected(TableId table) {
                return !table.name().startsWith("other");
            }

            @Override
            public List<String> declaredKey(TableId table) {
                return List.of();
            }
        };
        SourceClock clock = new SourceClock(0);
        return new BinlogStream(
                sink, everything, table -> null, charsets(), BinlogResume.plain(sink, clock), clock, true);
    }

    static SourceCharsets charsets() {
        Map<Integer, SourceCharsets.Collation> collations = new HashMap<>();
        collations.put(8, new SourceCharsets.Collation("latin1_swedish_ci", "latin1"));
        collations.put(11, new SourceCharsets.Collation("ascii_general_ci", "ascii"));
        collations.put(45, new SourceCharsets.Collation("utf8mb4_general_ci", "utf8mb4"));
        collations.put(46, new SourceCharsets.Collation("utf8mb4_bin", "utf8mb4"));
        collations.put(54, new SourceCharsets.Collation("utf16_general_ci", "utf16"));
        collations.put(255, new SourceCharsets.Collation("utf8mb4_0900_ai_ci", "utf8mb4"));
        collations.put(2304, new SourceCharsets.Collation("utf8mb4_uca1400_ai_ci", "utf8mb4"));
        return new SourceCharsets(collations, ByteCharsets.load());
    }

    String rows() {
        RecordingSink sink = new RecordingSink(MySqlGtids.EMPTY);
        BinlogStream stream = stream(sink);
        stream.place().rotate("golden.000001", 4);
        try (stream) {
            for (byte[] event : events()) {
                stream.onEvent(new UnsafeBuffer(event), event, 0, event.length);
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sink.transactions().size(); i++) {
            text.append("transaction ends at ")
                    .append(sink.ids().get(i).endPosition)
                    .append('\n');
            for (RecordingSink.Row row : sink.transactions().get(i)) {
                text.append("  ")
                        .append(row.operation())
                        .append(' ')
                        .append(row.schema().table())
                        .append('\n');
                append(text, "before", row.before());
                append(text, "after", row.after());
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String which, List<String> image) {
        if (image != null) {
            text.append("    ").append(which).append(' ').append(image).append('\n');
        }
    }

    private static Map<String, ServerKind> servers() {
        Map<String, ServerKind> servers = new LinkedHashMap<>();
        servers.put("mysql-8.0.31", ServerKind.MYSQL_8_0);
        servers.put("mariadb-11.4.5", ServerKind.MARIADB_11_4);
        servers.put("mysql-9.7", ServerKind.MYSQL_9_7);
        servers.put("mariadb-10.11", ServerKind.MARIADB_10_11);
        return servers;
    }

    /** Writes the files into a directory: all, or those of the servers that are named behind it. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        List<String> asked = List.of(arguments).subList(1, arguments.length);
        for (Map.Entry<String, ServerKind> each : SERVERS.entrySet()) {
            if (asked.isEmpty() || asked.contains(each.getKey())) {
                capture(each.getKey(), each.getValue(), directory);
            }
        }
    }

    private static void capture(String name, ServerKind kind, Path directory) throws IOException {
        boolean isMariaDb = name.startsWith("mariadb");
        List<String> images = new ArrayList<>(List.of("MINIMAL", "NOBLOB"));
        if (kind == ServerKind.MARIADB_11_4) {
            images.add("FULL_NODUP");
        }
        try (Server server = kind.builder().start()) {
            capture(server, directory, name, isMariaDb ? "j longtext" : "j json");
            captureImages(server, directory, name + IMAGES, images, isMariaDb ? MARIADB_EVENTS : MYSQL_EVENTS);
        }
    }

    private static final String[] MYSQL_EVENTS = {
        "SET binlog_rows_query_log_events=ON",
        "UPDATE e SET a = 8 WHERE id = 2",
        "SET binlog_rows_query_log_events=OFF",
        "SET binlog_transaction_compression=ON",
        "BEGIN",
        "INSERT INTO e VALUES (10, 1, repeat('z', 200), '{}', NULL), (11, 2, 'y', '[1]', 'b')",
        "SAVEPOINT s",
        "UPDATE e SET v = 'changed', id = 12 WHERE id = 11",
        "DELETE FROM e WHERE id = 10",
        "COMMIT",
        "SET binlog_row_value_options=PARTIAL_JSON",
        "UPDATE e SET j = JSON_SET(j, '$.a', 2, '$.list[1]', 'x') WHERE id = 1",
        "SET binlog_transaction_compression=OFF",
        "UPDATE e SET j = JSON_REMOVE(JSON_SET(j, '$.new', 1.5), '$.list[0]'), a = 3 WHERE id = 1",
        "SET binlog_row_value_options=''"
    };

    private static final String[] MARIADB_EVENTS = {
        "SET GLOBAL log_bin_compress=ON, GLOBAL log_bin_compress_min_len=10",
        "CREATE TABLE other_made (id int COMMENT '" + "long ".repeat(60) + "')",
        "INSERT INTO e VALUES (10, 1, repeat('z', 200), '{}', NULL), (11, 2, 'y', '[1]', 'b')",
        "UPDATE e SET v = repeat('w', 100), id = 12 WHERE id = 11",
        "DELETE FROM e WHERE id = 10",
        "SET GLOBAL log_bin_compress=OFF"
    };

    /** Row images of every kind, and what is compressed or partial. */
    private static void captureImages(
            Server server, Path directory, String name, List<String> images, String[] statements) throws IOException {
        server.execute(null, "CREATE DATABASE IF NOT EXISTS golden");
        server.execute(
                "golden",
                "SET sql_log_bin=0",
                "CREATE TABLE e (id int PRIMARY KEY, a int, v varchar(300) charset utf8mb4 collate utf8mb4_bin, j "
                        + (name.startsWith("mysql") ? "json" : "longtext charset utf8mb4 collate utf8mb4_bin")
                        + ", bl blob)");
        server.execute(null, "FLUSH BINARY LOGS");
        String file = StreamRun.endOfBinlog(server).file();
        server.execute(
                "golden",
                "INSERT INTO e VALUES (1, 1, 'one', '{\"a\": 1, \"list\": [1, 2, 3], \"filler\": \"" + "f".repeat(100)
                        + "\"}', x'01'), (2, 2, 'two', NULL, NULL)");
        server.execute("golden", statements);
        for (String image : images) {
            server.execute(
                    "golden",
                    "SET binlog_row_image='" + image + "'",
                    "INSERT INTO e VALUES (20, 20, 'twenty', '[]', x'14')",
                    "UPDATE e SET a = a + 1",
                    "UPDATE e SET bl = x'ff' WHERE id = 20",
                    "UPDATE e SET id = 21, v = NULL WHERE id = 20",
                    "DELETE FROM e WHERE id = 21");
        }
        server.execute(null, "FLUSH BINARY LOGS");
        keep(server, file, directory, name);
    }

    private static void capture(Server server, Path directory, String name, String json) throws IOException {
        server.execute(null, "CREATE DATABASE golden", "FLUSH BINARY LOGS");
        String file = StreamRun.endOfBinlog(server).file();
        server.execute(
                "golden",
                "SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'",
                "CREATE TABLE other_t (id int)",
                "DROP TABLE other_t");
        // Made where it is not logged, so that the stream does not stop at it.
        server.execute(
                "golden",
                "SET sql_log_bin=0",
                "CREATE TABLE t (id bigint PRIMARY KEY, t1 tinyint, t2 tinyint unsigned, s1 smallint, s2 smallint unsigned,"
                        + " m1 mediumint, m2 mediumint unsigned, i1 int, i2 int unsigned, b2 bigint unsigned, f float, d double,"
                        + " n decimal(12,2), y year, da date, ti time(3), dt datetime(6), ts timestamp(2) null, bi bit(10),"
                        + " c char(10) charset utf8mb4 collate utf8mb4_bin, v varchar(300) charset utf8mb4 collate utf8mb4_bin,"
                        + " l varchar(20) charset latin1, x varchar(20) charset utf16, bn binary(4), vb varbinary(20),"
                        + " tx text charset utf8mb4 collate utf8mb4_bin, bl blob,"
                        + " e enum('x','é') charset utf8mb4 collate utf8mb4_bin, st set('a','b','c') charset utf8mb4 collate"
                        + " utf8mb4_bin, " + json + ")",
                "CREATE TABLE k (a int, b varchar(9) charset utf8mb4 collate utf8mb4_bin, PRIMARY KEY (b, a))");
        String full =
                "-1, 255, -2, 65535, -3, 16777215, -4, 4294967295, 18446744073709551615, 1.5, -2.25, -1234567890.12, 2024,"
                        + " '2024-02-03', '-12:34:56.789', '2024-02-03 04:05:06.789012', '2024-02-03 04:05:06.78', b'1010101010',"
                        + " 'aé€😀', repeat('é', 150), 'é€', '😀a', 'ab', x'00ff', 'text', x'0001', 'é', 'a,c',"
                        + " '{\"a\": [1, 2.5, null, true, \"x\"], \"b\": {\"c\": -70000}}'";
        server.execute(
                "golden",
                "SET NAMES utf8mb4",
                "SET sql_mode='ALLOW_INVALID_DATES', time_zone='+00:00'",
                "INSERT INTO t VALUES (1, " + full + ")",
                "INSERT INTO t (id) VALUES (2), (3)",
                "BEGIN",
                "INSERT INTO k VALUES (1,'one'),(2,'two')",
                "UPDATE t, k SET t.t1 = 7, k.b = 'uno' WHERE t.id = k.a AND k.a = 1",
                "DELETE FROM t WHERE id = 3",
                "COMMIT",
                "UPDATE k SET a = 20 WHERE a = 2",
                "DELETE FROM k",
                "FLUSH BINARY LOGS");
        keep(server, file, directory, name);
    }

    private static void keep(Server server, String file, Path directory, String name) throws IOException {
        Files.copy(
                server.dataDirectory().resolve(file),
                directory.resolve(name + ".binlog"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        GoldenBinlog golden = new GoldenBinlog(Files.readAllBytes(directory.resolve(name + ".binlog")));
        Files.writeString(directory.resolve(name + ".dump"), golden.dump());
        Files.writeString(directory.resolve(name + ".rows"), golden.rows());
    }
}
