package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Computed numbers in JSON, loaded and followed into MySQL 8.0, which would read one in ten of them as another one. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class JsonNumbersIT {
    @TempDir
    Path directory;

    private CliTask task;

    private void carry(Server source, String numbers) throws IOException {
        task.atSource("CREATE TABLE t (id int PRIMARY KEY, j json)");
        for (int from : new int[] {0, 1_000}) {
            String ids = source == Servers.postgres()
                    ? "SELECT id FROM generate_series(" + from + " + 1, " + from + " + 300) id"
                    : "WITH RECURSIVE r (id) AS (SELECT " + from + " + 1 UNION ALL SELECT id + 1 FROM r WHERE id < "
                            + from + " + 300) SELECT id FROM r";
            task.atSource("INSERT INTO t SELECT id, " + numbers + " FROM (" + ids + ") ids");
            task.catchUp();
        }
        task.atSource("UPDATE t SET j = " + numbers + " WHERE id % 3 = 0");
        task.catchUp();
        CliEnd compared = task.cli().run("verify", "task.yaml");
        assertEquals(0, compared.exitCode(), compared.toString());
        assertTrue(compared.out().contains("equal: 600 rows in 1 tables"), compared.toString());
    }

    @Test
    void shouldBeTheSourcesWhenThatIsMySql() throws IOException {
        task = new CliTask(directory, Servers.mysql(), Servers.mysql());
        task.with("mapping: {schema_name: " + task.targetDatabase + "}");
        carry(Servers.mysql(), "JSON_OBJECT('a', RAND(), 'b', JSON_ARRAY(RAND() * 1e30, id, 0.12345678901234567890))");
    }

    @Test
    void shouldBeTheSourcesWhenThatIsPostgres() throws IOException {
        task = new CliTask(directory, Servers.postgres(), Servers.mysql());
        task.source("database", task.database).tables("[public.*]");
        try {
            carry(Servers.postgres(), "jsonb_build_object('a', random(), 'b', ARRAY[random() * 1e30, id])");
        } finally {
            task.cli().run("remove", "task.yaml", "--slot", "--yes");
        }
    }
}
