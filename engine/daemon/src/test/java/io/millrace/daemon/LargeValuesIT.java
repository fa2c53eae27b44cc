package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values beyond the size from which they pass in pieces, and just below it, with all bytes that are escaped: loaded and streamed, alone,
 * several in a row, among many small rows, and as changes. The servers compare them.
 */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4, ServerKind.POSTGRES_16})
class LargeValuesIT {
    private static final int LARGE = 1024 * 1024;
    private static final String[] SIGNS = {"'", "\\", "\n", "\t", "\"", "\u001a", "%", "é", "€", "😀", "a", "B", "0"};

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MySqlServer mysql;
    private final MariaDbServer mariaDb;
    private final PostgresServer postgres;

    @TempDir
    Path directory;

    LargeValuesIT(MySqlServer mysql, MariaDbServer mariaDb, PostgresServer postgres) {
        this.mysql = mysql;
        this.mariaDb = mariaDb;
        this.postgres = postgres;
    }

    @Test
    @Tag("full")
    void shouldPassLargeValuesIntoMariaDb() throws Exception {
        pass(mariaDb);
    }

    @Test
    void shouldPassLargeValuesIntoPostgres() throws Exception {
        pass(postgres);
    }

    private void pass(Server target) throws Exception {
        System.out.println("seed=" + seed);
        CliTask task = new CliTask(directory, mysql, target);
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, v longtext CHARACTER SET utf8mb4, w longblob, x longblob)");
        try (Connection connection = mysql.connect(task.database)) {
            insert(connection, 0);
            task.catchUp();
            assertSame(task);
            insert(connection, 1000);
            task.catchUp();
            assertSame(task);
            try (PreparedStatement update = connection.prepareStatement("UPDATE t SET w = ? WHERE id = ?")) {
                for (int id : new int[] {1, 500, 1001, 1500}) {
                    update.setBytes(1, bytes(LARGE + random.nextInt(LARGE)));
                    update.setInt(2, id);
                    update.executeUpdate();
                }
            }
            task.atSource("UPDATE t SET x = NULL WHERE id = 3", "DELETE FROM t WHERE id IN (2, 1002)");
            task.catchUp();
            assertSame(task);
        }
    }

    private void assertSame(CliTask task) {
        CliEnd ended = task.cli().run("verify", "task.yaml");
        assertEquals(0, ended.exitCode(), () -> "seed=" + seed + ", " + ended);
    }

    /** Large rows first, in the midst of many small ones, and last, in one transaction. */
    private void insert(Connection connection, int from) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement row = connection.prepareStatement("INSERT INTO t VALUES (?, ?, ?, ?)")) {
            for (int id = from + 1; id <= from + 700; id++) {
                int kind = id % 1000;
                boolean isLarge = kind <= 3 || kind == 500 || kind == 700;
                row.setInt(1, id);
                row.setString(2, isLarge ? text(kind == 1 ? LARGE : LARGE / 3 + random.nextInt(LARGE)) : text(5));
                row.setBytes(3, isLarge ? bytes(kind == 2 ? LARGE - 1 : LARGE + random.nextInt(LARGE)) : bytes(7));
                row.setBytes(4, kind == 3 ? bytes(LARGE) : bytes(random.nextInt(3)));
                row.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Of so many bytes in UTF-8, or some more. */
    private String text(int length) {
        StringBuilder text = new StringBuilder();
        int bytes = 0;
        while (bytes < length) {
            String sign = SIGNS[random.nextInt(SIGNS.length)];
            text.append(sign);
            bytes += sign.getBytes(StandardCharsets.UTF_8).length;
        }
        return text.toString();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
