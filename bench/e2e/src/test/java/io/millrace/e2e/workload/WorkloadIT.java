package io.millrace.e2e.workload;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The workloads do what they say, and the same each time. */
@RealServers({MYSQL_8_0, MARIADB_11_4})
class WorkloadIT {
    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldWriteTheCountedChangesWhenBacklogIsWritten(ServerKind kind) throws SQLException {
        Server server = Servers.shared(kind);
        ReferenceBacklog backlog = ReferenceBacklog.ofRows(10_000);
        assertEquals(13_900, backlog.changes());
        List<String> checksums = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (Connection connection = server.connect(server.freshDatabase("backlog"));
                    Statement statement = connection.createStatement()) {
                backlog.createTable(connection);
                List<String> before = rowCounters(statement);
                backlog.write(connection);
                assertEquals(backlog.finalRows(), number(statement, "SELECT count(*) FROM reference_rows"));
                assertEquals(List.of("10000", "3000", "900"), difference(before, rowCounters(statement)));
                checksums.add(checksum(statement, ReferenceBacklog.TABLE));
                long bytes = number(
                        statement,
                        "SELECT avg(8+4+4+2+6+8+8+6+13+1+length(name)+1+coalesce(length(note),0)) FROM reference_rows");
                assertTrue(bytes > 170 && bytes < 230, "average row image of about 200 bytes: " + bytes);
            }
        }
        assertEquals(checksums.get(0), checksums.get(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_8_0", "MARIADB_11_4"})
    void shouldBeTheSameWhenSeedIsTheSame(ServerKind kind) throws SQLException {
        Server server = Servers.shared(kind);
        List<String> checksums = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (Connection connection = server.connect(server.freshDatabase("oltp"));
                    Statement statement = connection.createStatement()) {
                OltpWorkload workload = new OltpWorkload(7);
                workload.prepare(connection, 1);
                workload.run(connection, 500);
                StringBuilder all = new StringBuilder().append(workload.changes());
                for (String table : workload.tables()) {
                    assertTrue(number(statement, "SELECT count(*) FROM " + table) > 0, table);
                    all.append(' ').append(checksum(statement, table));
                }
                checksums.add(all.toString());
            }
        }
        assertEquals(checksums.get(0), checksums.get(1));
    }

    @Test
    void shouldDeleteAsManyRowsInEachRun() throws SQLException {
        Server server = Servers.shared(MARIADB_11_4);
        try (Connection connection = server.connect(server.freshDatabase("deletes"));
                Statement statement = connection.createStatement()) {
            ReferenceRows workload = ReferenceRows.deletes(2);
            workload.prepare(connection, 1_500);
            for (int run = 1; run <= 2; run++) {
                workload.run(connection, 1_500);
                assertEquals(run * 1_500L, workload.changes());
                assertEquals(3_000 - run * 1_500L, number(statement, "SELECT count(*) FROM " + ReferenceBacklog.TABLE));
            }
            assertThrows(IllegalStateException.class, () -> workload.run(connection, 1_500));
        }
    }

    /** Rows that the session's storage engine wrote, changed and removed. */
    private static List<String> rowCounters(Statement statement) throws SQLException {
        List<String> counters = new ArrayList<>();
        for (String name : List.of("Handler_write", "Handler_update", "Handler_delete")) {
            try (ResultSet result = statement.executeQuery("SHOW SESSION STATUS LIKE '" + name + "'")) {
                result.next();
                counters.add(result.getString(2));
            }
        }
        return counters;
    }

    private static List<String> difference(List<String> before, List<String> after) {
        List<String> difference = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            difference.add(Long.toString(Long.parseLong(after.get(i)) - Long.parseLong(before.get(i))));
        }
        return difference;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static String checksum(Statement statement, String table) throws SQLException {
        try (ResultSet result = statement.executeQuery("CHECKSUM TABLE " + table)) {
            result.next();
            return result.getString(2);
        }
    }
}
