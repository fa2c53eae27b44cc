package io.millrace.reader.mysql;

import io.millrace.servers.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The events of {@link #IMAGES} row images as a real server wrote them: of the reference row, or of four tables in turns, one of
 * them 40 columns wide.
 */
final class BinlogSample {
    static final int IMAGES = 20_000;

    private static final int ROWS_OF_STATEMENT = 50;

    final byte[] bytes;
    /** Offset of each event in {@link #bytes}, and the end of the last. */
    final int[] offsets;

    private BinlogSample(byte[] bytes, int[] offsets) {
        this.bytes = bytes;
        this.offsets = offsets;
    }

    static BinlogSample of(String tables, boolean checksums) {
        try (MySqlServer server = MySqlServer.builder()
                        .set("binlog_checksum", checksums ? "CRC32" : "NONE")
                        .start();
                Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            List<Table> all = tables.equals("reference") ? List.of(Table.REFERENCE) : List.of(Table.values());
            statement.execute("CREATE DATABASE bench");
            statement.execute("USE bench");
            for (Table table : all) {
                statement.execute(table.create);
            }
            statement.execute("FLUSH BINARY LOGS");
            Path file;
            try (ResultSet status = statement.executeQuery("SHOW MASTER STATUS")) {
                status.next();
                file = server.dataDirectory().resolve(status.getString(1));
            }
            for (int i = 0; i < IMAGES; i += ROWS_OF_STATEMENT) {
                statement.execute(all.get(i / ROWS_OF_STATEMENT % all.size()).insert(i));
            }
            return cut(Files.readAllBytes(file));
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BinlogSample cut(byte[] bytes) {
        List<Integer> offsets = new ArrayList<>();
        EventHeader header = new EventHeader();
        org.agrona.concurrent.UnsafeBuffer buffer = new org.agrona.concurrent.UnsafeBuffer(bytes);
        int at = 4;
        for (; at < bytes.length; at += header.wrap(buffer, at).eventLength()) {
            offsets.add(at);
        }
        offsets.add(at);
        return new BinlogSample(
                bytes, offsets.stream().mapToInt(Integer::intValue).toArray());
    }

    private enum Table {
        REFERENCE("""
                CREATE TABLE reference_rows (
                  id BIGINT NOT NULL PRIMARY KEY, customer_id INT NOT NULL, quantity INT NOT NULL, status SMALLINT NOT NULL,
                  amount DECIMAL(12,2) NOT NULL, weight DOUBLE NOT NULL, created_at DATETIME(6) NOT NULL,
                  changed_at TIMESTAMP(3) NOT NULL, code CHAR(12) CHARACTER SET ascii NOT NULL, name VARCHAR(60) NOT NULL,
                  note VARCHAR(160) NULL)
                """) {
            @Override
            String row(int i) {
                return "(" + i + ", " + i % 5000 + ", " + i % 10 + ", " + i % 5 + ", " + i % 100_000 + ".25, " + i
                        + ".5, '2024-05-06 07:08:09.123456', '2024-05-06 07:08:09.123', 'CODE" + i % 100_000
                        + "', 'A name of a person "
                        + i + "', " + (i % 10 == 0 ? "NULL" : "repeat('a note of some length ', 4)") + ")";
            }
        },
        NARROW("CREATE TABLE narrow (id BIGINT NOT NULL PRIMARY KEY, a INT UNSIGNED, b TINYINT)") {
            @Override
            String row(int i) {
                return "(" + i + ", " + i % 77 + ", " + i % 100 + ")";
            }
        },
        TEXTS(
                "CREATE TABLE texts (id BIGINT NOT NULL PRIMARY KEY, a TEXT, b VARCHAR(20) CHARACTER SET latin1, c ENUM('x','y','z'),"
                        + " d JSON)") {
            @Override
            String row(int i) {
                return "(" + i + ", repeat('some text ', " + i % 20 + "), 'latin', 'y', '{\"a\": [1, 2, " + i
                        + "], \"b\": \"text\"}')";
            }
        },
        WIDE("CREATE TABLE wide (id BIGINT NOT NULL PRIMARY KEY, "
                + IntStream.range(0, 39)
                        .mapToObj(c -> "c" + c + " "
                                + List.of("INT", "VARCHAR(20)", "DECIMAL(10,2)", "DATETIME", "BIGINT")
                                        .get(c % 5))
                        .collect(Collectors.joining(", "))
                + ")") {
            @Override
            String row(int i) {
                return "(" + i
                        + IntStream.range(0, 39)
                                .mapToObj(c -> List.of(
                                                "" + i % 1000,
                                                "'text " + i % 100 + "'",
                                                i % 1000 + ".5",
                                                "'2024-05-06 07:08:09'",
                                                "NULL")
                                        .get(c % 5))
                                .collect(Collectors.joining(", ", ", ", ")"));
            }
        };

        final String create;

        Table(String create) {
            this.create = create;
        }

        abstract String row(int i);

        String insert(int from) {
            String name = create.substring("CREATE TABLE ".length(), create.indexOf(' ', "CREATE TABLE ".length()));
            return IntStream.range(from, from + ROWS_OF_STATEMENT)
                    .mapToObj(this::row)
                    .collect(Collectors.joining(", ", "INSERT INTO " + name + " VALUES ", ""));
        }
    }
}
