package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlKind;
import io.millrace.pipeline.status.PipelineStatus;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of statement out of one backlog, where all policies are normal, into each product; and random ones between random rows:
 * {@code -Dstatements.seeds=} runs more than two, {@code -Dseed=} one.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class StatementsIT {
    @TempDir
    Path directory;

    private Server source;
    private Server target;
    private String shop;
    private String warehouse;

    private void use(Server from, Server to) {
        source = from;
        target = to;
        shop = from.freshDatabase(from instanceof MariaDbServer ? "statements_of_mariadb" : "statements");
        warehouse = to instanceof PostgresServer ? to.freshDatabase("warehouse") : shop;
        if (from != to && !(to instanceof PostgresServer)) {
            to.execute(null, "DROP DATABASE IF EXISTS " + shop);
        }
    }

    @Test
    void shouldCarryOutFromMySqlToPostgres(MySqlServer from, PostgresServer to) throws Exception {
        use(from, to);
        carryOut("mysql", "postgres");
    }

    @Test
    void shouldCarryOutFromMySqlToMariaDb(MySqlServer from, MariaDbServer to) throws Exception {
        use(from, to);
        carryOut("mysql", "mariadb");
    }

    @Test
    void shouldCarryOutFromMariaDbToMySql(MariaDbServer from, MySqlServer to) throws Exception {
        use(from, to);
        carryOut("mariadb", "mysql");
    }

    /** In backlogs of a dozen statements each, with what the target should be asked of the source's own catalog. */
    @Test
    void shouldEndEqualWhenStatementsAndRowsAreRandom(MySqlServer from, PostgresServer to) throws Exception {
        use(from, to);
        long first = Long.getLong("seed", 1);
        long count = System.getProperty("seed") == null ? Long.getLong("statements.seeds", 1) : 1;
        source.execute(shop, "CREATE TABLE kept (id int PRIMARY KEY)");
        for (long seed = first; seed < first + count; seed++) {
            RandomStatements random = new RandomStatements("r" + seed, seed);
            source.execute(shop, random.create());
            catchUp("mysql", "postgres");
            List<String> statements = random.next(40);
            source.execute(shop, statements.toArray(String[]::new));
            try {
                catchUp("mysql", "postgres");
                assertSame("SELECT " + String.join(", ", random.columns()) + " FROM SHOP." + random.table());
            } catch (AssertionError e) {
                throw new AssertionError("seed=" + seed + ", statements=" + statements, e);
            }
        }
    }

    private void carryOut(String from, String to) throws Exception {
        source.execute(
                shop,
                "CREATE TABLE t (id int PRIMARY KEY, n int, v varchar(20), gone int)",
                "CREATE TABLE old_name (id int PRIMARY KEY, v varchar(20))",
                "CREATE TABLE emptied (id int PRIMARY KEY)",
                "CREATE TABLE dropped (id int PRIMARY KEY)",
                "INSERT INTO t VALUES (1, 1, 'one', 1), (2, 2, 'two', 2)",
                "INSERT INTO old_name VALUES (1, 'one')",
                "INSERT INTO emptied VALUES (1), (2)",
                "INSERT INTO dropped VALUES (1)");
        catchUp(from, to);
        source.execute(
                shop,
                "INSERT INTO t VALUES (3, 3, 'three', 3)",
                "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 5 FIRST, ADD COLUMN b decimal(9,2) DEFAULT '1.25', DROP COLUMN gone",
                "INSERT INTO t (id, n, v, a, b) VALUES (4, 4, 'four', 44, 4.44)",
                "ALTER TABLE t CHANGE COLUMN v w varchar(60), MODIFY n bigint",
                "INSERT INTO t (id, n, w, a) VALUES (5, 5000000000, 'a text that is longer than twenty characters', 55)",
                "INSERT INTO old_name VALUES (2, 'two')",
                "RENAME TABLE old_name TO new_name",
                "INSERT INTO new_name VALUES (3, 'three')",
                "UPDATE new_name SET v = 'zwei' WHERE id = 2",
                "INSERT INTO emptied VALUES (3)",
                "TRUNCATE TABLE emptied",
                "INSERT INTO emptied VALUES (2), (4)",
                "INSERT INTO dropped VALUES (2)",
                "DROP TABLE dropped",
                "CREATE TABLE made (id int PRIMARY KEY, x int)",
                "INSERT INTO made VALUES (1, 1)",
                "ALTER TABLE made ADD COLUMN y varchar(9) DEFAULT 'y'",
                "INSERT INTO made VALUES (2, 2, 'two')",
                "CREATE TABLE _t_gho LIKE t",
                "ALTER TABLE _t_gho ADD g int DEFAULT 9",
                "INSERT INTO _t_gho (id, a, b, n, w) SELECT id, a, b, n, w FROM t",
                "RENAME TABLE t TO _t_del, _t_gho TO t",
                "DROP TABLE _t_del",
                "ALTER TABLE t MODIFY a int NULL",
                "UPDATE t SET a = NULL WHERE id = 1");
        PipelineStatus status = catchUp(from, to);
        assertTrue(status.counters().conserve(), status.toString());
        assertSame("SELECT id, a, b, n, w, g FROM SHOP.t");
        assertSame("SELECT id, v FROM SHOP.new_name");
        assertSame("SELECT id FROM SHOP.emptied");
        assertSame("SELECT id, x, y FROM SHOP.made");
        assertEquals(
                List.of("emptied", "made", "new_name", "t"),
                RealTask.rows(
                        target,
                        warehouse,
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = '" + shop + "'"));
        source.execute(
                shop, "UPDATE t SET n = n + 1", "UPDATE made SET x = x + 1", "DELETE FROM new_name WHERE id = 1");
        catchUp(from, to);
        assertSame("SELECT id, a, b, n, w, g FROM SHOP.t");
        assertSame("SELECT id, v FROM SHOP.new_name");
        assertSame("SELECT id, x, y FROM SHOP.made");
    }

    private PipelineStatus catchUp(String from, String to) throws InterruptedException {
        Map<DdlKind, DdlPolicy> policies = new EnumMap<>(DdlKind.class);
        for (DdlKind kind : DdlKind.values()) {
            policies.put(kind, kind == DdlKind.OTHER ? DdlPolicy.IGNORE : DdlPolicy.NORMAL);
        }
        TaskSpec task = TaskSpec.builder("it_" + shop)
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .ddl(new DdlSpec(policies))
                .build();
        return Runs.catchUp(
                task,
                DataSources.of("shop", from, source, shop),
                DataSources.of("warehouse", to, target, to.equals("postgres") ? warehouse : ""),
                directory.resolve("data"));
    }

    private void assertSame(String sql) throws SQLException {
        String named = sql.replace("SHOP", shop);
        assertEquals(RealTask.rows(source, shop, named), RealTask.rows(target, warehouse, named), sql);
    }
}
