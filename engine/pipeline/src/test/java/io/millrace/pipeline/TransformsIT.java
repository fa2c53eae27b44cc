package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.dirty.DirtyState;
import io.millrace.dirty.StoredRow;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.pipeline.command.StoredDirtyRows;
import io.millrace.pipeline.status.Goal;
import io.millrace.pipeline.status.PipelineState;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import io.millrace.task.DeletePolicy;
import io.millrace.task.DirtyLimit;
import io.millrace.task.DmlSpec;
import io.millrace.task.ResourceSpec;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters, replacements, masks and computed columns on real servers: loaded beside a writer, then followed; the source's own SQL says what should be. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class TransformsIT {
    private static final int ROWS = 300;

    /** The HMAC-SHA-256 of {@code card-4} under {@code pepper}, as OpenSSL prints it. */
    private static final String HASH = "a8b76c7accfcde33ae65562bfeda1ba12d8069da89cc32317ffb844f6c42eba8";

    private static final String STEPS = """
            transforms:
              - filter:
                  tables: ['*.orders']
                  where: 'amount >= 100 and status <> ''draft'''
              - set:
                  columns:
                    net: 'amount * 0.81'
                    status: 'upper(status)'
              - replace:
                  columns: [phone]
                  from: '^\\+?86'
                  to: '0'
                  regex: true
              - mask: {columns: [email], with: keep, first: 2, last: 4}
              - mask: {columns: [card], with: hash, key: '${env:PEPPER}'}
              - mask: {columns: [born], with: truncate_date, unit: year}
              - filter:
                  tables: ['*.orders']
                  where: 'net < 7000'
            """;

    @TempDir
    Path directory;

    /** A key that no row has had; one thread writes at a time. */
    private int next = ROWS;

    @Test
    void shouldTransformWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        fromMySql(source, target);
    }

    @Test
    @Tag("full")
    void shouldTransformWhenMariaDbGoesToPostgres(MariaDbServer source, PostgresServer target) throws Exception {
        fromMySql(source, target);
    }

    @Test
    @Tag("full")
    void shouldTransformWhenMySqlGoesToMySql(MySqlServer source) throws Exception {
        fromMySql(source, Servers.shared(ServerKind.MYSQL_9_7));
    }

    @Test
    @Tag("full")
    void shouldTransformWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        fromMySql(source, target);
    }

    @Test
    @Tag("full")
    void shouldTransformWhenMariaDbGoesToMySql(MariaDbServer source, MySqlServer target) throws Exception {
        fromMySql(source, target);
    }

    @Test
    @Tag("full")
    void shouldTransformWhenMariaDbGoesToMariaDb(MariaDbServer source) throws Exception {
        fromMySql(source, Servers.shared(ServerKind.MARIADB_10_11));
    }

    private void fromMySql(Server source, Server target) throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, status VARCHAR(10), amount DECIMAL(10,2), phone VARCHAR(20),"
                        + " email VARCHAR(40), card VARCHAR(20), born DATE)",
                "INSERT INTO orders WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
                        + (ROWS - 1)
                        + ") SELECT i, ELT(1 + i % 3, 'draft', 'new', 'paid'), i % 7 * 40 + 0.01 * (i % 100),"
                        + " CONCAT('+86', i, '86'), CONCAT('user', i, '@x.org'), CONCAT('card-', i),"
                        + " DATE '1990-05-17' + INTERVAL i DAY FROM n");
        TaskSpec task = task(real.task(), STEPS);
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> write(source, real.shop, "orders", isDone));
        writer.start();
        try {
            real.catchUp(task);
        } finally {
            isDone.set(true);
            writer.join();
        }
        // Whatever of the others' came before the position was taken, these come behind it.
        write(source, real.shop, "orders", new AtomicBoolean(true));
        PipelineStatus status = real.catchUp(task);

        assertTrue(status.counters().conserve(), status.counters().toString());
        assertTrue(status.counters().filtered() > 0, status.counters().toString());
        assertTrue(status.counters().applied() > 0, status.counters().toString());
        assertEquals(
                RealTask.rows(
                        source,
                        real.shop,
                        "SELECT id, UPPER(status), amount, CASE WHEN phone LIKE '+86%' THEN CONCAT('0', SUBSTR(phone, 4)) WHEN phone LIKE '86%' THEN CONCAT('0', SUBSTR(phone, 3)) ELSE"
                                + " phone END, CONCAT(LEFT(email, 2), REPEAT('*', LENGTH(email) - 6), RIGHT(email, 4)),"
                                + " DATE_FORMAT(born, '%Y-01-01'), amount * 0.81 FROM orders"
                                + " WHERE amount >= 100 AND status <> 'draft' AND amount * 0.81 < 7000"),
                real.atTarget("SELECT id, status, amount, phone, email, born, ROUND(net, 4) FROM SHOP.orders"));
        assertEquals(List.of(HASH), real.atTarget("SELECT DISTINCT card FROM SHOP.orders WHERE card = '" + HASH + "'"));
        assertEquals(
                List.of(), real.atTarget("SELECT id FROM SHOP.orders WHERE length(card) <> 64 OR card LIKE 'card%'"));
    }

    @Test
    void shouldTransformWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target) throws Exception {
        fromPostgres(source, target);
    }

    @Test
    @Tag("full")
    void shouldTransformWhenPostgresGoesToMariaDb(PostgresServer source, MariaDbServer target) throws Exception {
        fromPostgres(source, target);
    }

    @Test
    @Tag("full")
    void shouldTransformWhenPostgresGoesToPostgres(PostgresServer server) throws Exception {
        fromPostgres(server, server);
    }

    private void fromPostgres(PostgresServer source, Server target) throws Exception {
        boolean isPostgres = target instanceof PostgresServer;
        String warehouse = isPostgres ? target.freshDatabase("warehouse") : "";
        String shop = source.freshDatabase("shop");
        String schema = "transforms_" + shop;
        String columns =
                "id bigint PRIMARY KEY, status text, amount numeric(10,2), phone text, email varchar(40), card text,"
                        + " born date, pad text";
        source.execute(
                shop,
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + schema + ".orders (" + columns + ")",
                "ALTER TABLE " + schema + ".orders REPLICA IDENTITY FULL",
                "CREATE TABLE " + schema + ".plain (" + columns + ")");
        for (String table : List.of("orders", "plain")) {
            source.execute(
                    shop,
                    "INSERT INTO " + schema + "." + table + " SELECT i, (ARRAY['draft', 'new', 'paid'])[1 + i % 3],"
                            + " i % 7 * 40 + 0.01 * (i % 100), '+86' || i || '86', 'user' || i || '@x.org', 'card-' || i,"
                            + " date '1990-05-17' + i, repeat(md5(i::text), 200) FROM generate_series(0, " + (ROWS - 1)
                            + ") i");
        }
        DataSource from = DataSources.of("shop", "postgres", source, shop);
        DataSource to = DataSources.of("warehouse", target, warehouse);
        TaskSpec task = task(
                TaskSpec.builder("it_" + schema)
                        .source("shop")
                        .target("warehouse")
                        .tables(schema + ".*"),
                STEPS + "  - filter: {tables: ['*.plain'], where: amount > 100}\n");
        AtomicBoolean isDone = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            write(source, shop, schema + ".orders", isDone);
            write(source, shop, schema + ".plain", isDone);
        });
        try {
            writer.start();
            try {
                run(task, from, to);
            } finally {
                isDone.set(true);
                writer.join();
            }
            AtomicBoolean isOnce = new AtomicBoolean(true);
            write(source, shop, schema + ".plain", isOnce);
            write(source, shop, schema + ".orders", isOnce);
            PipelineStatus status = run(task, from, to);
            assertTrue(status.counters().conserve(), status.counters().toString());
            assertTrue(status.counters().filtered() > 0, status.counters().toString());
        } finally {
            Runs.dropSlots(source, shop);
        }
        String mine =
                "SELECT id, upper(status), amount, regexp_replace(phone, '^\\+?86', '0'), left(email, 2) || repeat('*',"
                        + " length(email) - 6) || right(email, 4), to_char(born, 'YYYY-01-01'), amount * 0.81, md5(pad) FROM "
                        + schema;
        String theirs = "SELECT id, status, amount, phone, email, born, ROUND(net, 4), MD5(pad) FROM " + schema + ".";
        String there = isPostgres ? warehouse : schema;
        assertEquals(
                RealTask.rows(
                        source,
                        shop,
                        mine + ".orders WHERE amount >= 100 AND status <> 'draft' AND amount * 0.81 < 7000"),
                RealTask.rows(target, there, theirs + "orders"));
        assertEquals(
                RealTask.rows(source, shop, mine + ".plain WHERE amount > 100"),
                RealTask.rows(target, there, theirs + "plain"));
    }

    @Test
    void shouldRefuseAFilterOverWhatPostgresMayLeaveUnsent(PostgresServer source, MySqlServer target) throws Exception {
        String shop = source.freshDatabase("shop");
        String schema = "unsent_" + shop;
        source.execute(
                shop,
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + schema
                        + ".orders (id bigint PRIMARY KEY, status text, code varchar(5), n numeric(20,2))");
        TaskSpec task = task(
                TaskSpec.builder("it_" + schema)
                        .source("shop")
                        .target("warehouse")
                        .tables(schema + ".*"),
                "transforms:\n  - filter: {where: 'status = ''a'' and code = ''b'' and n > 1 and id > 0'}\n");
        MillraceException failure;
        try (Pipeline pipeline = pipeline(
                task,
                DataSources.of("shop", "postgres", source, shop),
                DataSources.of("warehouse", "mysql", target, ""))) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            failure = pipeline.failure().orElseThrow();
        }
        assertEquals(ErrorCode.PARTIAL_IMAGE, failure.code());
        assertEquals(
                "a filter looks at what the source may leave unsent: key=transforms.filter.where, columns=[status], table="
                        + schema + ".orders",
                failure.getMessage());
    }

    @Test
    void shouldRefuseAConditionOfDeletesOverWhatPostgresDoesNotSend(PostgresServer source, MySqlServer target)
            throws Exception {
        String shop = source.freshDatabase("shop");
        String schema = "deletes_" + shop;
        source.execute(
                shop,
                "CREATE SCHEMA " + schema,
                "CREATE TABLE " + schema + ".orders (id bigint PRIMARY KEY, status int)",
                "CREATE TABLE " + schema + ".whole (id bigint PRIMARY KEY, status int)",
                "ALTER TABLE " + schema + ".whole REPLICA IDENTITY FULL");
        TaskSpec task = task(
                TaskSpec.builder("it_" + schema)
                        .source("shop")
                        .target("warehouse")
                        .tables(schema + ".*")
                        .dml(DmlSpec.UNSAID.withDeletes(DeletePolicy.NORMAL.where("status > 1 and id > 0"))),
                "description: x");
        MillraceException failure;
        try (Pipeline pipeline = pipeline(
                task,
                DataSources.of("shop", "postgres", source, shop),
                DataSources.of("warehouse", "mysql", target, ""))) {
            pipeline.start();
            assertEquals(PipelineState.FAILED, pipeline.await());
            failure = pipeline.failure().orElseThrow();
        }
        assertEquals(
                "a filter looks at what the source may leave unsent: key=dml.delete.filter, columns=[status], table="
                        + schema + ".orders",
                failure.getMessage());
    }

    @Test
    void shouldStoreTheMaskedRowAndOvertakeItLaterWhenItIsDirty(MySqlServer source, PostgresServer target)
            throws Exception {
        RealTask real = new RealTask(source, target, directory);
        source.execute(
                real.shop,
                "CREATE TABLE orders (id BIGINT PRIMARY KEY, note VARCHAR(20), card VARCHAR(40))",
                "INSERT INTO orders VALUES (1, 'one', 'raw-1'), (2, CONCAT('two', CHAR(0)), 'raw-2')");
        TaskSpec task = task(real.task().dirtyLimit(DirtyLimit.parse("unlimited")), """
                transforms: [{mask: {columns: [card], with: keep, last: 1}}]
                mapping: {add: [{name: tenant, value: north, type: varchar(8), key: true}]}
                """);
        real.catchUp(task);
        source.execute(real.shop, "UPDATE orders SET note = CONCAT('dirty', CHAR(0)) WHERE id = 1");
        real.catchUp(task);
        Path store = directory.resolve(real.shop).resolve("dirty").resolve("rows");
        String stored = Files.readString(store, StandardCharsets.ISO_8859_1);
        assertEquals(2, dirty(task, real).size(), "of the load, and of the stream");
        assertTrue(stored.contains("****1") && stored.contains("****2"), "the masked image");
        assertFalse(stored.contains("raw-"), "the value that was masked");

        source.execute(real.shop, "UPDATE orders SET note = 'clean'");
        real.catchUp(task);

        assertEquals(List.of(DirtyState.OVERTAKEN, DirtyState.OVERTAKEN), dirty(task, real));
        assertEquals(
                List.of("1|clean|****1|north", "2|clean|****2|north"),
                real.atTarget("SELECT id, note, card, tenant FROM SHOP.orders"));
    }

    private List<DirtyState> dirty(TaskSpec task, RealTask real) {
        try (StoredDirtyRows rows = StoredDirtyRows.look(task, directory.resolve(real.shop))) {
            return rows.rows().stream().map(StoredRow::state).toList();
        }
    }

    private static TaskSpec task(TaskSpec.Builder task, String yaml) {
        SecretResolver secrets = new SecretResolver() {
            @Override
            public Optional<String> environment(String name) {
                return name.equals("PEPPER") ? Optional.of("pepper") : Optional.empty();
            }

            @Override
            public Optional<String> file(Path path) {
                return Optional.empty();
            }
        };
        TaskSpec parsed = TaskFile.parse(
                        "task.yaml", "name: t\nsource: a\ntarget: b\ntables: ['*']\n" + yaml, Path.of(""), secrets)
                .orThrow();
        return task.transforms(parsed.transforms())
                .resources(ResourceSpec.defaults().withWriteConcurrency(2))
                .build();
    }

    /** At least some transactions: into the filter, out of it, within it, of keys, gone and new. */
    private void write(Server source, String database, String table, AtomicBoolean isDone) {
        Random random = new Random(5);
        try (Connection connection = source.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int transaction = 0; transaction < 40 || (!isDone.get() && transaction < 2_000); transaction++) {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    int id = 8 + random.nextInt(ROWS - 8);
                    String where = " WHERE id = " + id;
                    statement.executeUpdate(
                            switch (random.nextInt(6)) {
                                case 0 ->
                                    "INSERT INTO " + table + " (id, status, amount, phone, email, card, born) VALUES ("
                                            + next++ + ", 'new', " + random.nextInt(400)
                                            + ", '86123', 'someone@y.org', 'c', '2001-02-03')";
                                case 1 -> "UPDATE " + table + " SET amount = " + random.nextInt(300) + where;
                                case 2 -> "UPDATE " + table + " SET status = 'draft'" + where;
                                case 3 -> "UPDATE " + table + " SET status = 'paid', amount = 9000" + where;
                                case 4 -> "DELETE FROM " + table + where;
                                default ->
                                    "UPDATE " + table + " SET id = " + next++ + ", amount = " + random.nextInt(300)
                                            + where;
                            });
                }
                connection.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Pipeline pipeline(TaskSpec task, DataSource from, DataSource to) {
        return Pipeline.builder()
                .task(task)
                .dataSources(from, to)
                .dataDirectory(directory.resolve("data-" + task.name()))
                .until(new Goal.CaughtUp())
                .build();
    }

    private PipelineStatus run(TaskSpec task, DataSource from, DataSource to) throws InterruptedException {
        return Runs.finish(pipeline(task, from, to));
    }
}
