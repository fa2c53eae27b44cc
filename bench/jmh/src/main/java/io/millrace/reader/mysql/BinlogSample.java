package io.millrace.reader.mysql;

import io.millrace.reader.mysql.event.EventHeader;
import io.millrace.reader.mysql.event.EventType;
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
import org.agrona.concurrent.UnsafeBuffer;

/** The events of {@link #IMAGES} row images as a real server wrote them, of tables in turns. */
final class BinlogSample {
    static final int IMAGES = 20_000;

    private static final int ROWS_OF_STATEMENT = 50;

    /** Which events carry the rows. */
    enum Kind {
        /** 50 rows in a transaction. */
        INSERT,
        UPDATE,
        DELETE,
        /** Each row in a transaction of its own. */
        SINGLE
    }

    final byte[] bytes;
    /** Offset of each event in {@link #bytes}, and the end of the last. */
    final int[] offsets;
    /** Index in {@link #offsets} of the first event behind the file's head. */
    final int first;

    private BinlogSample(byte[] bytes, int[] offsets, int first) {
        this.bytes = bytes;
        this.offsets = offsets;
        this.first = first;
    }

    static BinlogSample of(List<SampleTable> tables, Kind kind, boolean checksums) {
        try (MySqlServer server = MySqlServer.builder()
                        .set("binlog_checksum", checksums ? "CRC32" : "NONE")
                        .set("sync_binlog", "0")
                        .set("innodb_flush_log_at_trx_commit", "0")
                        .start();
                Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE bench");
            statement.execute("USE bench");
            for (SampleTable table : tables) {
                statement.execute(table.create);
            }
            if (kind == Kind.UPDATE || kind == Kind.DELETE) {
                statement.execute("SET sql_log_bin = 0");
                write(statement, tables, Kind.INSERT);
                statement.execute("SET sql_log_bin = 1");
            }
            statement.execute("FLUSH BINARY LOGS");
            Path file;
            try (ResultSet status = statement.executeQuery("SHOW MASTER STATUS")) {
                status.next();
                file = server.dataDirectory().resolve(status.getString(1));
            }
            write(statement, tables, kind);
            return cut(Files.readAllBytes(file));
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Statement statement, List<SampleTable> tables, Kind kind) throws SQLException {
        int count = kind == Kind.SINGLE ? 1 : ROWS_OF_STATEMENT;
        int rows = kind == Kind.UPDATE ? IMAGES / 2 : IMAGES; // an updated row has two images
        for (int i = 0; i < rows; i += count) {
            SampleTable table = tables.get(i / count % tables.size());
            String where = " WHERE id >= " + i + " AND id < " + (i + count);
            statement.execute(
                    switch (kind) {
                        case INSERT, SINGLE -> table.insert(i, count);
                        case UPDATE -> "UPDATE " + table.tableName() + " SET id = id + 1000000" + where;
                        case DELETE -> "DELETE FROM " + table.tableName() + where;
                    });
        }
    }

    private static BinlogSample cut(byte[] bytes) {
        List<Integer> offsets = new ArrayList<>();
        EventHeader header = new EventHeader();
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        int first = -1;
        int at = 4;
        for (; at < bytes.length; at += header.wrap(buffer, at).eventLength()) {
            int code = header.wrap(buffer, at).typeCode();
            if (first < 0
                    && code != EventType.FORMAT_DESCRIPTION_EVENT.code()
                    && code != EventType.PREVIOUS_GTIDS_LOG_EVENT.code()) {
                first = offsets.size();
            }
            offsets.add(at);
        }
        offsets.add(at);
        return new BinlogSample(
                bytes, offsets.stream().mapToInt(Integer::intValue).toArray(), first);
    }
}
