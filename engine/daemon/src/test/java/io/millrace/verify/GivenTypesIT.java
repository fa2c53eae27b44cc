package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.task.ColumnRules;
import io.millrace.task.Mapping;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types that a task gives to columns: each pair with a value that is loaded and one that is streamed, compared by verify. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.POSTGRES_18})
class GivenTypesIT {
    /** Source type, loaded value, streamed value, target type as it is given, and as the target's catalog says it. */
    private static final String[][] INTO_POSTGRES = {
        {"tinyint(1)", "1", "0", "boolean", "boolean"},
        {"int", "-2147483648", "5", "bigint", "bigint"},
        {"int unsigned", "4294967295", "0", "numeric(12)", "numeric"},
        {"smallint", "-32768", "7", "varchar(10)", "character varying"},
        {"bigint unsigned", "18446744073709551615", "1", "numeric", "numeric"},
        {"year", "2024", "1901", "integer", "integer"},
        {"decimal(10,2)", "-12.30", "99999999.99", "numeric(20,4)", "numeric"},
        {"decimal(9,3)", "-12.300", "5", "text", "text"},
        {"float", "0.1", "-3.5e30", "double precision", "double precision"},
        {"varchar(20)", "'é '", "''", "text", "text"},
        {"text", "'a'", "'漢字'", "varchar(50)", "character varying"},
        {"date", "'2024-02-29'", "'1000-01-01'", "date", "date"},
        {
            "datetime(3)",
            "'2024-02-29 23:59:59.999'",
            "'1000-01-01 00:00:00'",
            "timestamp(6)",
            "timestamp without time zone"
        },
        {"bit(5)", "b'10101'", "b'0'", "bit(5)", "bit"},
        {"json", "'{\"a\": [1, 2.50]}'", "'[]'", "jsonb", "jsonb"},
        {"char(36)", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "NULL", "uuid", "uuid"},
        {"enum('a','b')", "'a'", "'b'", "varchar(10)", "character varying"},
        {"varbinary(20)", "x'00ff5c'", "''", "bytea", "bytea"}
    };

    private static final String[][] INTO_MYSQL = {
        {"integer", "-2147483648", "5", "bigint", "bigint"},
        {"smallint", "-3", "7", "int", "int"},
        {"boolean", "true", "false", "int", "int"},
        {"numeric(10,2)", "-12.30", "99999999.99", "decimal(20,4)", "decimal"},
        {"real", "0.1", "-3.5e30", "double", "double"},
        {"text", "'a'", "'漢字 '", "varchar(200)", "varchar"},
        {"text", "'a'", "''", "mediumtext", "mediumtext"},
        {"varchar(20)", "'é '", "''", "varchar(40)", "varchar"},
        {"bytea", "'\\x00ff5c'", "'\\x'", "varbinary(100)", "varbinary"},
        {"bytea", "'\\x00ff5c'", "'\\x'", "mediumblob", "mediumblob"},
        {"timestamp(3)", "'2024-02-29 23:59:59.999'", "'1000-01-01 00:00:00'", "datetime(6)", "datetime"},
        {"timestamptz(3)", "'2024-03-31 01:30:00.5+02'", "'1000-01-01 00:00:00+00'", "datetime(3)", "datetime"},
        {"uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "NULL", "varchar(36)", "varchar"},
        {"interval", "'1 day'", "'-2 mons'", "varchar(60)", "varchar"}
    };

    @TempDir
    Path directory;

    @Test
    void shouldCarryEveryValueWhenColumnsOfMySqlAreGivenTypesOfPostgres(MySqlServer source, PostgresServer target)
            throws Exception {
        String from = source.freshDatabase("given_here");
        String to = target.freshDatabase("given_there");
        carry(
                INTO_POSTGRES,
                from,
                source,
                DataSources.of("from", "mysql", source, from),
                target,
                DataSources.of("to", "postgres", target, to),
                to);
    }

    @Test
    void shouldCarryEveryValueWhenColumnsOfPostgresAreGivenTypesOfMySql(PostgresServer source, MySqlServer target)
            throws Exception {
        String from = source.freshDatabase("given");
        source.execute(from, "CREATE SCHEMA " + from);
        target.execute(null, "DROP DATABASE IF EXISTS " + from);
        try {
            carry(
                    INTO_MYSQL,
                    from,
                    source,
                    DataSources.of("from", "postgres", source, from),
                    target,
                    DataSources.of("to", "mysql", target, ""),
                    null);
        } finally {
            source.execute(
                    from,
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
        }
    }

    private void carry(
            String[][] pairs,
            String schema,
            Server source,
            DataSource from,
            Server target,
            DataSource to,
            String targetDatabase)
            throws Exception {
        StringBuilder columns = new StringBuilder("id int PRIMARY KEY, secret varchar(20)");
        StringBuilder loaded = new StringBuilder("1, 'not here'");
        StringBuilder streamed = new StringBuilder("2, 'nor here'");
        Map<String, String> types = new HashMap<>();
        Map<String, String> names = new HashMap<>(Map.of("id", "number"));
        for (int i = 0; i < pairs.length; i++) {
            columns.append(", c").append(i).append(' ').append(pairs[i][0]);
            loaded.append(", ").append(pairs[i][1]);
            streamed.append(", ").append(pairs[i][2]);
            types.put("c" + i, pairs[i][3]);
            if (i % 2 == 1) {
                names.put("c" + i, "d" + i);
            }
        }
        source.execute(
                schema,
                "CREATE TABLE " + schema + ".t (" + columns + ")",
                "INSERT INTO " + schema + ".t VALUES (" + loaded + ")",
                "INSERT INTO " + schema + ".t (id) VALUES (0)");
        TaskSpec task = TaskSpec.builder(schema)
                .source("from")
                .target("to")
                .tables(new TableRules(List.of(TableRule.include(TablePattern.of(schema + ".*"))
                        .withColumns(new ColumnRules(names, Set.of("secret"), types)))))
                .mapping(Mapping.DEFAULT)
                .build();
        run(task, from, to);
        source.execute(
                schema,
                "INSERT INTO " + schema + ".t VALUES (" + streamed + ")",
                "UPDATE " + schema + ".t SET id = 7, secret = 'x' WHERE id = 0");
        run(task, from, to);

        Comparison comparison = new Verifier(task, from, to).compare(Verifier.Progress.NONE);
        assertTrue(comparison.isEqual(), comparison.toString());
        assertEquals(3, comparison.rows());
        List<String> expected = new ArrayList<>(List.of("number"));
        for (int i = 0; i < pairs.length; i++) {
            expected.add((i % 2 == 1 ? "d" : "c") + i + " " + pairs[i][4]);
        }
        List<String> found = catalog(target, targetDatabase, schema);
        expected.set(0, found.get(0));
        assertTrue(found.get(0).startsWith("number int"), found.toString());
        assertEquals(expected, found);
    }

    private static List<String> catalog(Server server, String database, String schema) throws Exception {
        List<String> columns = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = '" + schema
                                + "' AND table_name = 't' ORDER BY ordinal_position")) {
            while (rows.next()) {
                columns.add(rows.getString(1) + " " + rows.getString(2));
            }
        }
        return columns;
    }

    private void run(TaskSpec task, DataSource from, DataSource to) throws InterruptedException {
        try (Pipeline pipeline = Pipeline.builder()
                .task(task)
                .dataSources(from, to)
                .dataDirectory(directory.resolve(task.name()))
                .until(new Goal.CaughtUp())
                .build()) {
            pipeline.start();
            PipelineState end = pipeline.await();
            assertEquals(Optional.empty(), pipeline.failure());
            assertEquals(PipelineState.FINISHED, end);
        }
    }
}
