package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.TablePattern;
import io.millrace.task.TableRule;
import io.millrace.task.TableRules;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that no one should give, and that people have: made, loaded, followed and compared as they are. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class OddNamesIT {
    private static final List<String> TABLES =
            List.of("select", "we`ird.\"na'me", "ß 漢字", " lead", "ORDER", "$1", "a-b;--", "x".repeat(63));
    private static final List<String> COLUMNS =
            List.of("order", "a.b", "q\"u`o'te", "Größe", " x", "$$", "?", "UPPER", "y".repeat(63));

    @TempDir
    Path directory;

    private static TaskSpec task(RealTask it) {
        return it.task()
                .tables(new TableRules(List.of(TableRule.include(TablePattern.regex(it.shop + "\\..*")))))
                .build();
    }

    private static String quoted(Server server, String name) {
        return server instanceof PostgresServer
                ? '"' + name.replace("\"", "\"\"") + '"'
                : '`' + name.replace("`", "``") + '`';
    }

    private static String table(Server server, RealTask it, String name) {
        return quoted(server, it.shop) + "." + quoted(server, name);
    }

    private static String columns(Server server) {
        return COLUMNS.stream().map(name -> quoted(server, name)).collect(Collectors.joining(", "));
    }

    private static void make(RealTask it, List<String> tables) {
        Server at = it.source;
        if (at instanceof PostgresServer) {
            at.execute(it.shop, "CREATE SCHEMA " + it.shop);
        }
        for (String name : tables) {
            String table = table(at, it, name);
            at.execute(
                    it.shop,
                    "CREATE TABLE " + table + " ("
                            + COLUMNS.stream()
                                    .map(column -> quoted(at, column) + " int NOT NULL")
                                    .collect(Collectors.joining(", "))
                            + ", PRIMARY KEY (" + quoted(at, COLUMNS.get(0)) + ", " + quoted(at, COLUMNS.get(2)) + "))",
                    "CREATE INDEX " + quoted(at, "i " + Integer.toHexString(name.hashCode())) + " ON " + table + " ("
                            + quoted(at, COLUMNS.get(1)) + ")",
                    "INSERT INTO " + table + " VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9), (2, 2, 3, 4, 5, 6, 7, 8, 9)");
        }
    }

    private static void copy(RealTask it) throws Exception {
        make(it, TABLES);
        TaskSpec task = task(it);
        it.catchUp(task);
        for (String name : TABLES) {
            String table = table(it.source, it, name);
            it.source.execute(
                    it.shop,
                    "UPDATE " + table + " SET " + quoted(it.source, COLUMNS.get(3)) + " = 44, "
                            + quoted(it.source, COLUMNS.get(0)) + " = 7 WHERE " + quoted(it.source, COLUMNS.get(0))
                            + " = 2",
                    "INSERT INTO " + table + " VALUES (3, 2, 3, 4, 5, 6, 7, 8, 9)",
                    "DELETE FROM " + table + " WHERE " + quoted(it.source, COLUMNS.get(0)) + " = 1");
        }
        it.catchUp(task);
        for (String name : TABLES) {
            List<String> here = RealTask.rows(
                    it.source, it.shop, "SELECT " + columns(it.source) + " FROM " + table(it.source, it, name));
            assertEquals(List.of("3|2|3|4|5|6|7|8|9", "7|2|3|44|5|6|7|8|9"), here, name);
            assertEquals(
                    here,
                    RealTask.rows(
                            it.target,
                            it.warehouse,
                            "SELECT " + columns(it.target) + " FROM " + table(it.target, it, name)),
                    name);
        }
    }

    @Test
    void shouldKeepThemWhenMySqlGoesToPostgres(MySqlServer source, PostgresServer target) throws Exception {
        copy(new RealTask(source, target, directory));
    }

    @Test
    void shouldKeepThemWhenPostgresGoesToMySql(PostgresServer source, MySqlServer target) throws Exception {
        copy(new RealTask(source, target, directory));
    }

    @Test
    @Tag("full")
    void shouldKeepThemWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        copy(new RealTask(source, target, directory));
    }

    private static List<String> errors(RealTask it) {
        return TaskPreview.of(task(it), it.sourceServer(), it.targetServer()).findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(finding -> finding.code() + " " + finding.message())
                .toList();
    }

    @Test
    void shouldRefuseTablesThatDifferByCaseWhenTheTargetKnowsNone(PostgresServer source) throws Exception {
        MariaDbServer target =
                MariaDbServer.builder().set("lower_case_table_names", 1).shared();
        RealTask it = new RealTask(source, target, directory);
        make(it, List.of("Orders", "orders", "Other"));

        List<String> errors = errors(it);

        assertEquals(1, errors.size(), errors.toString());
        assertTrue(
                errors.get(0)
                        .startsWith(ErrorCode.TABLES_COLLIDE
                                + " two tables have names that differ by case alone, which names of this target do not know: target="
                                + it.shop + ".Orders, source=" + it.shop + ".Orders, target=" + it.shop + ".orders"),
                errors.get(0));
        source.execute(it.shop, "DROP TABLE " + table(source, it, "orders"));
        TaskSpec task = task(it);
        it.catchUp(task);
        source.execute(it.shop, "DELETE FROM " + table(source, it, "Orders") + " WHERE \"order\" = 1");
        it.catchUp(task);
        assertEquals(List.of("2|2"), it.atTarget("SELECT `order`, `a.b` FROM SHOP.orders"));
    }

    @Test
    void shouldKeepTablesThatDifferByCaseWhenTheTargetTellsThemApart(PostgresServer source, MySqlServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        make(it, List.of("Orders", "orders"));
        TaskSpec task = task(it);
        it.catchUp(task);
        source.execute(it.shop, "DELETE FROM " + table(source, it, "Orders") + " WHERE \"order\" = 1");
        it.catchUp(task);
        assertEquals(List.of("1"), it.atTarget("SELECT COUNT(*) FROM SHOP.Orders"));
        assertEquals(List.of("2"), it.atTarget("SELECT COUNT(*) FROM SHOP.orders"));
    }

    @Test
    void shouldRefuseColumnsThatDifferByCaseAndNamesThatDoNotFit(PostgresServer source, MySqlServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        source.execute(
                it.shop,
                "CREATE SCHEMA " + it.shop,
                "CREATE TABLE " + it.shop + ".t (id int PRIMARY KEY, \"Name\" int, name int)",
                "CREATE TABLE " + it.shop + ".\"blank \" (id int PRIMARY KEY)",
                "CREATE TABLE " + it.shop + ".\"😀\" (id int PRIMARY KEY)");

        List<String> errors = errors(it);

        assertEquals(3, errors.size(), errors.toString());
        assertTrue(
                errors.stream()
                        .anyMatch(each ->
                                each.contains("two columns have one name at the target: column=name, column=Name")),
                errors.toString());
        assertEquals(
                2,
                errors.stream()
                        .filter(each -> each.contains("name does not fit the target: table="))
                        .count(),
                errors.toString());
    }
}
