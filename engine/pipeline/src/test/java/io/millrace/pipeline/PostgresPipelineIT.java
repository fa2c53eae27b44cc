package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL to PostgreSQL on real servers: structure, load beside a writer, stream, a restart, and a comparison by SQL. */
@RealServers({POSTGRES_16, POSTGRES_18})
class PostgresPipelineIT {
    private static final int ROWS = 60_000;

    /** Type, a value that is loaded, a value that is streamed. */
    static final String[][] TYPES = {
        {"boolean", "true", "false"},
        {"smallint", "-32768", "32767"},
        {"bigint", "-9223372036854775808", "9223372036854775807"},
        {"real", "'-0'", "'NaN'"},
        {"double precision", "5e-324", "'-Infinity'"},
        {"numeric", "'NaN'", "-1234567890123456789.100"},
        {"numeric(20,4)", "-1234567890123456.7891", "0"},
        {"numeric(3,-2)", "12345", "-99900"},
        {"money", "'$1,234.56'", "'-$92233720368547758.08'"},
        {"text", "E'tab\\t nl\\n \\\\ \\\\N 漢字'", "''"},
        {"varchar(20)", "'ab  '", "'é'"},
        {"char(5)", "'ab'", "''"},
        {"name", "'a name'", "''"},
        {"\"char\"", "'a'", "''"},
        {"bytea", "'\\x00ff5c0a27'", "'\\x'"},
        {"uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'"},
        {"date", "'4713-01-01 BC'", "'infinity'"},
        {"timestamp", "'294276-12-31 23:59:59.999999'", "'-infinity'"},
        {"timestamp(3)", "'2024-02-29 12:00:00.123'", "'0044-03-15 BC'"},
        {"timestamptz", "'2024-06-01 12:00:00+05:30'", "'4713-01-02 00:00:00+00 BC'"},
        {"time", "'24:00:00'", "'12:34:56.789'"},
        {"timetz", "'00:00:00+15:59'", "'12:34:56.789-08'"},
        {"interval", "'1 year -2 mons 3 days -04:05:06.789'", "'-1 day'"},
        {"bit(5)", "B'10101'", "B'00000'"},
        {"varbit", "B''", "B'1010101010101010101010101010101010101010101010101010101010101010101'"},
        {"json", "'{\"a\": [1,  2.50], \"a\": null}'", "'1'"},
        {"jsonb", "'{\"b\": 1e3, \"a\": [true, \"ü\"]}'", "'null'"},
        {"xml", "'<a b=\"1\">t&amp;</a>'", "'<c/>'"},
        {"inet", "'192.168.0.1/24'", "'::1'"},
        {"cidr", "'10.0.0.0/8'", "'::/0'"},
        {"macaddr", "'08:00:2b:01:02:03'", "'00:00:00:00:00:00'"},
        {"point", "'(1.5,-2e300)'", "'(NaN,Infinity)'"},
        {"box", "'(2,2),(0,0)'", "'(1,1),(0,0)'"},
        {"path", "'((0,0),(1,1),(2,0))'", "'[(0,0),(1,1)]'"},
        {"polygon", "'((0,0),(1,1),(2,0))'", "'((0,0))'"},
        {"circle", "'<(1,2),3>'", "'<(0,0),0>'"},
        {"tsvector", "'a:1A fat:2B,4C'", "''"},
        {"tsquery", "'fat & (rat | !cat)'", "'x'"},
        {"int[]", "'[0:1]={5,6}'", "'{{1,2},{NULL,4}}'"},
        {"text[]", "ARRAY['', 'a,b', 'q\"q', NULL, 'NULL', '\\']", "'{}'"},
        {"timestamptz[]", "'{2024-01-01 00:00:00+00,infinity}'", "'{}'"},
        {"int4range", "'(,5)'", "'empty'"},
        {"tstzrange", "'[2024-01-01 00:00:00+00,infinity)'", "'(,)'"},
        {"int4multirange", "'{[1,3),[5,8)}'", "'{}'"},
        {"pg_lsn", "'16/B374D848'", "'0/0'"},
        {"jsonpath", "'$.\"a\"[*]?(@ > 1)'", "'$'"},
        {"oid", "4294967295", "0"},
        {"kinds.mood", "'sad'", "'ok'"},
        {"kinds.pair", "ROW(1, 'a \"quoted\", one')", "ROW(NULL, '')"},
        {"kinds.positive", "1", "2147483647"},
        {"kinds.mood[]", "'{sad,ok}'", "'{}'"}
    };

    @TempDir
    Path directory;

    private final PostgresServer source;
    private final PostgresServer target;
    private String shop;
    private String warehouse;

    PostgresPipelineIT(
            @RealServers(POSTGRES_16) PostgresServer source, @RealServers(POSTGRES_18) PostgresServer target) {
        this.source = source;
        this.target = target;
    }

    @BeforeEach
    void open() {
        shop = source.freshDatabase("shop");
        warehouse = target.freshDatabase("warehouse");
    }

    @AfterEach
    void close() throws SQLException {
        Runs.dropSlots(source, shop);
    }

    private static TaskSpec task() {
        return TaskSpec.builder("it_postgres")
                .source("shop")
                .target("warehouse")
                .tables("public.*")
                .resources(ResourceSpec.defaults().withWriteConcurrency(2))
                .build();
    }

    @Test
    void shouldEndEqualWhenLoadedBesideAWriterAndFollowed() throws Exception {
        source.execute(
                shop,
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer int NOT NULL, amount numeric(10,2), note varchar(200),"
                        + " at timestamptz DEFAULT now(), tags text[])",
                "CREATE TABLE customers (code text PRIMARY KEY, name text, born date)",
                "INSERT INTO orders SELECT n, n % 97, n + 0.5, 'note ' || n, now(), ARRAY['a', n::text]"
                        + " FROM generate_series(0, " + (ROWS - 1) + ") n",
                "INSERT INTO customers SELECT 'c' || n, 'name ' || n, date '2000-01-01' + n FROM generate_series(0, 299) n");
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(isDone));
        writer.start();
        try {
            run();
        } finally {
            isDone.set(true);
            writer.join();
        }
        PipelineStatus status = run();

        assertTrue(status.counters().conserve(), status.counters().toString());
        assertTrue(status.counters().changesIn() > 0, status.toString());
        for (String table : List.of("orders", "customers")) {
            assertEquals(rows(source, shop, table), rows(target, warehouse, table), table);
        }
    }

    /** EXACTNESS 28: what has no form of its own travels as the server's text, and is cast at the target. */
    @Test
    void shouldCarryEveryTypeWhenLoadedAndStreamed() throws Exception {
        StringBuilder columns = new StringBuilder("id int PRIMARY KEY");
        StringBuilder names = new StringBuilder("id");
        StringBuilder first = new StringBuilder("1");
        StringBuilder second = new StringBuilder("2");
        StringBuilder nulls = new StringBuilder("3");
        for (int i = 0; i < TYPES.length; i++) {
            columns.append(", c").append(i).append(' ').append(TYPES[i][0]);
            names.append(", c").append(i);
            first.append(", ").append(TYPES[i][1]);
            second.append(", ").append(TYPES[i][2]);
            nulls.append(", NULL");
        }
        source.execute(
                shop,
                "CREATE SCHEMA kinds",
                "CREATE TYPE kinds.mood AS ENUM ('sad', 'ok')",
                "CREATE TYPE kinds.pair AS (x int, y text)",
                "CREATE DOMAIN kinds.positive AS int CHECK (VALUE > 0)",
                "CREATE TABLE typed (" + columns + ")",
                "INSERT INTO typed VALUES (" + first + ")",
                "INSERT INTO typed VALUES (" + nulls + ")");
        run();
        assertEquals(rows(source, shop, "typed"), rows(target, warehouse, "typed"));
        source.execute(
                shop,
                "INSERT INTO typed VALUES (" + second + ")",
                "UPDATE typed SET (" + names + ") = (" + second.toString().replaceFirst("2", "4") + ") WHERE id = 1",
                "DELETE FROM typed WHERE id = 3");
        run();
        assertEquals(rows(source, shop, "typed"), rows(target, warehouse, "typed"));
        assertEquals(2, rows(target, warehouse, "typed").size());
    }

    /** Load and stream, each a run of its own: neither may be faster than it was told. */
    @Test
    void shouldReadNoFasterThanToldWhenRatesAreSet() throws Exception {
        TaskSpec slow = TaskSpec.builder("it_slow")
                .source("shop")
                .target("warehouse")
                .tables("public.*")
                .resources(ResourceSpec.defaults().withRates(OptionalLong.of(2_000), OptionalLong.empty()))
                .build();
        source.execute(
                shop,
                "CREATE TABLE items (id int PRIMARY KEY, v text)",
                "INSERT INTO items SELECT n, 'v' || n FROM generate_series(1, 4000) n");
        long started = System.nanoTime();
        run(slow);
        long loaded = System.nanoTime();
        source.execute(shop, "INSERT INTO items SELECT n, 'v' || n FROM generate_series(4001, 7000) n");
        long written = System.nanoTime();
        run(slow);
        long streamed = System.nanoTime();
        assertTrue(loaded - started > 1_900_000_000L, () -> "nanos=" + (loaded - started));
        assertTrue(streamed - written > 1_400_000_000L, () -> "nanos=" + (streamed - written));
        assertEquals(rows(source, shop, "items"), rows(target, warehouse, "items"));
    }

    private PipelineStatus run() throws InterruptedException {
        return run(task());
    }

    private PipelineStatus run(TaskSpec task) throws InterruptedException {
        return Runs.catchUp(
                task,
                DataSources.of("shop", source, shop),
                DataSources.of("warehouse", target, warehouse),
                directory.resolve("data"));
    }

    /** Transactions of inserts, updates, key changes and deletes, some rolled back to a savepoint. */
    private void write(AtomicBoolean isDone) {
        Random random = new Random(11);
        int next = ROWS;
        try (Connection connection = source.connect(shop);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!isDone.get()) {
                for (int i = random.nextInt(20); i >= 0; i--) {
                    int id = random.nextInt(next);
                    switch (random.nextInt(6)) {
                        case 0 ->
                            statement.executeUpdate(
                                    "INSERT INTO orders VALUES (" + next++ + ", 1, 2.25, NULL, now(), '{}')");
                        case 1 -> statement.executeUpdate("UPDATE orders SET amount = amount + 1 WHERE id = " + id);
                        case 2 -> statement.executeUpdate("DELETE FROM orders WHERE id = " + id);
                        case 3 -> statement.executeUpdate("UPDATE orders SET id = " + next++ + " WHERE id = " + id);
                        case 4 ->
                            statement.execute("SAVEPOINT s; UPDATE orders SET note = 'gone' WHERE id = " + id
                                    + "; ROLLBACK TO s");
                        default ->
                            statement.executeUpdate(
                                    "UPDATE customers SET name = 'n" + id + "' WHERE code = 'c" + id % 300 + "'");
                    }
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> rows(PostgresServer server, String database, String table) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT t::text FROM public." + table + " t ORDER BY 1")) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
