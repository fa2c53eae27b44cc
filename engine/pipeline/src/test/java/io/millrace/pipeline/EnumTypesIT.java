package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlKind;
import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.pipeline.command.TaskPreview;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.TaskSpec;
import io.millrace.writer.TypeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Enum types of a table's own at PostgreSQL, and ENUM columns at MySQL: labels that come are there before rows have them. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_18})
class EnumTypesIT {
    private static final String LABELS = "SELECT t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)"
            + " FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid GROUP BY 1";

    @TempDir
    Path directory;

    private static TaskSpec task(RealTask it) {
        return it.task()
                .types(TypeOptions.DEFAULT.withEnumNative())
                .ddl(new DdlSpec(Map.of(
                        DdlKind.RENAME_COLUMN, DdlPolicy.NORMAL,
                        DdlKind.DROP_COLUMN, DdlPolicy.NORMAL,
                        DdlKind.DROP_TABLE, DdlPolicy.NORMAL)))
                .build();
    }

    private static void make(RealTask it) {
        it.source.execute(
                it.shop,
                "CREATE TABLE z (id INT PRIMARY KEY)",
                "CREATE TABLE o (id INT PRIMARY KEY, state ENUM('new','it''s','zu') NOT NULL DEFAULT 'new', tags SET('a','b'),"
                        + " size ENUM('s','m'))",
                "INSERT INTO o VALUES (1, 'new', 'a,b', NULL), (2, 'it''s', '', 's'), (3, 'zu', NULL, 'm')");
    }

    @Test
    void shouldAddLabelsInTheStreamsOrderWhenMySqlAltersATable(MySqlServer source, PostgresServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        make(it);
        TaskSpec task = task(it);
        TaskPreview preview = TaskPreview.of(task, it.sourceServer(), it.targetServer());
        assertTrue(
                preview.tables()
                        .get(0)
                        .statements()
                        .contains("CREATE TYPE \"" + it.shop + "\".\"o_state_enum\" AS ENUM ('new', 'it''s', 'zu')"),
                preview.toString());
        it.catchUp(task);
        it.assertEqual("o");
        it.source.execute(
                it.shop,
                "INSERT INTO o VALUES (4, 'new', 'a', 's')",
                "ALTER TABLE o MODIFY state ENUM('new','it''s','between','zu','$millrace$') NOT NULL DEFAULT 'new'",
                "INSERT INTO o VALUES (5, 'between', 'a', 's'), (6, '$millrace$', 'a', 's')",
                "ALTER TABLE o RENAME COLUMN size TO width, ADD COLUMN size ENUM('x','y') NOT NULL DEFAULT 'y'",
                "UPDATE o SET size = 'x' WHERE id = 5",
                "ALTER TABLE o MODIFY width ENUM('s','m','l')",
                "UPDATE o SET width = 'l' WHERE id = 1",
                "ALTER TABLE o DROP COLUMN state",
                "INSERT INTO o VALUES (7, 'b', 'l', 'x')");
        it.catchUp(task);
        it.assertEqual("o");
        assertEquals(List.of("o_size_enum|x,y", "o_width_enum|s,m,l"), widths(it));
        it.source.execute(
                it.shop,
                "ALTER TABLE o ADD COLUMN state ENUM('other')",
                "INSERT INTO o VALUES (8, 'b', 'l', 'x', 'other')");
        it.catchUp(task);
        it.assertEqual("o");
        it.source.execute(it.shop, "DROP TABLE o");
        it.catchUp(task);
        assertEquals(List.of(), it.atTarget(LABELS));
    }

    /** By the column, for a type keeps the name that its column had. */
    private static List<String> widths(RealTask it) throws Exception {
        return it.atTarget("SELECT 'o_' || a.attname || '_enum', (SELECT string_agg(e.enumlabel, ',' ORDER BY"
                + " e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = a.atttypid) FROM pg_attribute a JOIN pg_type t ON"
                + " t.oid = a.atttypid WHERE a.attrelid = 'SHOP.o'::regclass AND t.typtype = 'e'");
    }

    @Test
    void shouldAddLabelsWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target) throws Exception {
        addLabels(source, target);
    }

    @Test
    void shouldAddLabelsWhenMariaDbGoesToMySql(MariaDbServer source, MySqlServer target) throws Exception {
        addLabels(source, target);
    }

    private void addLabels(Server source, Server target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        it.source.execute(
                it.shop,
                "CREATE TABLE o (id INT PRIMARY KEY, state ENUM('new','zu') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
                        + " tags SET('a','b') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
                "INSERT INTO o VALUES (1, 'new', 'a,b'), (2, 'zu', NULL)");
        TaskSpec task = it.task().build();
        it.catchUp(task);
        it.source.execute(
                it.shop,
                "ALTER TABLE o MODIFY state ENUM('new','between','zu') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL",
                "INSERT INTO o VALUES (3, 'between', 'a')",
                "ALTER TABLE o MODIFY tags SET('a','b','c') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                "UPDATE o SET tags = 'b,c' WHERE id = 1");
        it.catchUp(task);
        it.assertEqual("o");
    }

    @Test
    void shouldHaveLabelsOfALaterStartWhenPostgresAddsThem(PostgresServer source) throws Exception {
        RealTask it = new RealTask(source, source, directory);
        it.source.execute(
                it.shop,
                "CREATE SCHEMA " + it.shop,
                "CREATE TYPE " + it.shop + ".mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE " + it.shop + ".p (id INT PRIMARY KEY, mood " + it.shop + ".mood)",
                "INSERT INTO " + it.shop + ".p VALUES (1, 'sad'), (2, NULL)");
        TaskSpec task = task(it);
        it.catchUp(task);
        assertEquals(List.of("p_mood_enum|sad,ok"), it.atTarget(LABELS));
        it.source.execute(it.shop, "ALTER TYPE " + it.shop + ".mood ADD VALUE 'between' BEFORE 'ok'");
        it.source.execute(it.shop, "INSERT INTO " + it.shop + ".p VALUES (3, 'between')");
        it.catchUp(task);
        it.assertEqual("p");
        assertEquals(List.of("p_mood_enum|sad,between,ok"), it.atTarget(LABELS));
    }

    @Test
    void shouldRefuseLabelsThatTheTargetCannotHave(MySqlServer source, PostgresServer target) throws Exception {
        RealTask it = new RealTask(source, target, directory);
        it.source.execute(
                it.shop, "CREATE TABLE o (id INT PRIMARY KEY, state ENUM('','" + "x".repeat(64) + "') NOT NULL)");
        Finding found = TaskPreview.of(task(it), it.sourceServer(), it.targetServer()).findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .findFirst()
                .orElseThrow();
        assertEquals(ErrorCode.TABLE_REFUSED, found.code());
        assertTrue(found.message().startsWith("no enum type can be made: column=state"), found.message());
    }
}
