package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.error.Finding;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Looking at a task's tables takes so many statements, not so many for each table; counted by the servers. {@code -Dtables=3000} sets how
 * many tables.
 */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class InspectionCountIT {
    private static final int TABLES = Integer.getInteger("tables", 200);
    private static final int TABLES_A_STATEMENT = 50; // of those that are asked for a row
    private static final int STATEMENTS = 180; // of source and target, however many tables

    private static final String TABLE = "(id int PRIMARY KEY, parent int, n bigint NOT NULL, note varchar(120))";

    private static final Pattern LOGGED = Pattern.compile("LOG: {2}(?:execute [^:]*|statement): ");

    private interface Counter {
        long statements() throws Exception;
    }

    @Test
    void shouldAskSoManyQuestionsWhenPostgresHasManyTables(PostgresServer server) throws Exception {
        String shop = server.freshDatabase("shop");
        String copy = server.freshDatabase("copy");
        for (String database : List.of(shop, copy)) {
            makeInPostgres(server, database);
            server.execute(database, "ALTER DATABASE " + database + " SET log_statement = 'all'");
        }
        server.execute(
                copy,
                "ALTER TABLE t3 ADD UNIQUE (note)",
                "ALTER TABLE t4 ADD FOREIGN KEY (parent) REFERENCES t5 (id)",
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER fires BEFORE INSERT ON t6 FOR EACH ROW EXECUTE FUNCTION f()",
                "ALTER TABLE t7 DROP COLUMN note",
                "DROP TABLE t8");
        TaskSpec task = TaskSpec.builder("it_" + shop)
                .source("shop")
                .target("warehouse")
                .tables("public.*")
                .build();
        preview(
                task,
                DataSources.of("shop", server, shop),
                DataSources.of("warehouse", server, copy),
                () -> logged(server),
                "public");
    }

    @Test
    void shouldAskSoManyQuestionsWhenMySqlHasManyTables(MySqlServer source, MariaDbServer target) throws Exception {
        betweenFamilies(source, "mysql", target);
    }

    @Test
    void shouldAskSoManyQuestionsWhenMariaDbHasManyTables(MariaDbServer source, MySqlServer target) throws Exception {
        betweenFamilies(source, "mariadb", target);
    }

    private static void makeInPostgres(Server server, String database) {
        List<String> statements = new ArrayList<>();
        for (int i = 1; i <= TABLES; i++) {
            statements.add("CREATE TABLE t" + i + TABLE);
            if (i % 2 == 1) {
                statements.add("INSERT INTO t" + i + " VALUES (1, 1, 1, 'one')");
            }
        }
        server.execute(database, statements.toArray(String[]::new));
    }

    private static void makeInMySql(Server server, String database) {
        List<String> statements = new ArrayList<>();
        for (int i = 1; i <= TABLES; i++) {
            statements.add("CREATE TABLE t" + i + TABLE);
        }
        for (int i = 1; i <= TABLES; i += 2) {
            statements.add("INSERT INTO t" + i + " VALUES (1, 1, 1, 'one')");
        }
        server.execute(database, statements.toArray(String[]::new));
    }

    private void betweenFamilies(Server source, String type, Server target) throws Exception {
        String shop = source.freshDatabase("counted_" + type); // a name that the other server has not
        makeInMySql(source, shop);
        target.execute(null, "CREATE DATABASE " + shop);
        makeInMySql(target, shop);
        target.execute(
                shop,
                "ALTER TABLE t3 ADD UNIQUE (note)",
                "ALTER TABLE t4 ADD FOREIGN KEY (parent) REFERENCES t5 (id)",
                "CREATE TRIGGER fires BEFORE INSERT ON t6 FOR EACH ROW SET NEW.n = 1",
                "ALTER TABLE t7 DROP COLUMN note",
                "DROP TABLE t8");
        TaskSpec task = TaskSpec.builder("it_" + shop)
                .source("shop")
                .target("warehouse")
                .tables(shop + ".*")
                .build();
        preview(
                task,
                DataSources.of("shop", source, shop),
                DataSources.of("warehouse", target, ""),
                () -> asked(source) + asked(target),
                shop);
    }

    /** What it finds is what stands there, and how often it asked is not by how many tables there are. */
    private static void preview(TaskSpec task, DataSource source, DataSource target, Counter counter, String namespace)
            throws Exception {
        long before = counter.statements();
        long started = System.nanoTime();
        TaskPreview preview = TaskPreview.of(task, source, target);
        long millis = (System.nanoTime() - started) / 1_000_000L;
        long asked = counter.statements() - before;
        System.out.println("inspection: source=" + source.type() + ", target=" + target.type() + ", tables=" + TABLES
                + ", statements=" + asked + ", millis=" + millis);
        assertEquals(TABLES, preview.tables().size());
        Set<String> wrong = new TreeSet<>();
        Set<String> tied = new TreeSet<>();
        for (TaskPreview.Table table : preview.tables()) {
            String name = table.target().name().name();
            boolean isThere = !name.equals("t8");
            assertEquals(isThere, table.state().exists(), name);
            int number = Integer.parseInt(name.substring(1));
            assertEquals(isThere && number % 2 == 1, table.state().hasRows(), name);
            if (table.state().isTied()) {
                tied.add(name);
            }
            if (!table.state().findings().isEmpty()) {
                wrong.add(name);
            }
        }
        assertEquals(Set.of("t3", "t4", "t5"), tied);
        assertEquals(Set.of("t6", "t7"), wrong);
        for (String subject : List.of(namespace + ".t6", namespace + ".t7.note")) {
            List<Finding> found = preview.findings().stream()
                    .filter(finding -> finding.subject().equals(subject))
                    .toList();
            assertEquals(1, found.size(), preview.findings().toString());
        }
        assertTrue(asked > 0, "nothing was counted");
        assertTrue(asked <= STATEMENTS + TABLES / TABLES_A_STATEMENT + 1, "statements=" + asked);
    }

    private static long logged(Server server) throws IOException {
        String log = new String(Files.readAllBytes(server.logFile()), StandardCharsets.UTF_8);
        return LOGGED.matcher(log).results().count();
    }

    /** The statement that asks is one of them. */
    private static long asked(Server server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Questions'")) {
            row.next();
            return row.getLong(2);
        }
    }
}
