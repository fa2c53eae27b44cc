package io.millrace.pipeline;

import static io.millrace.servers.ServerKind.MARIADB_11_4;
import static io.millrace.servers.ServerKind.MYSQL_8_0;
import static io.millrace.servers.ServerKind.POSTGRES_16;
import static io.millrace.servers.ServerKind.POSTGRES_18;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.pipeline.command.TaskPreview;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tables have beyond columns, plain indexes and keys: made where the target has the very same, else named, with the reason. */
@RealServers({MYSQL_8_0, MARIADB_11_4, POSTGRES_16, POSTGRES_18})
class StructureOmissionsIT {
    private static final String INDEXES =
            "SELECT DISTINCT INDEX_NAME, INDEX_TYPE, NON_UNIQUE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA ="
                    + " 'SHOP' AND TABLE_NAME = 'parts' AND INDEX_NAME <> 'PRIMARY'";
    private static final String PARTS =
            "SELECT INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, COALESCE(SUB_PART, 0), COLLATION FROM"
                    + " information_schema.STATISTICS WHERE TABLE_SCHEMA = 'SHOP' AND TABLE_NAME = 'parts' AND INDEX_NAME IN"
                    + " ('down', 'of_prefix', 'of_start')";
    private static final String DEFINITIONS = "SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.*USING ', '') FROM"
            + " pg_index WHERE indrelid = 'SHOP.parts'::regclass AND NOT indisprimary";

    private static final List<String> OF_MYSQL = List.of(
            "index=cut, reason=its words are cut by a parser of its own",
            "onUpdate=changed, reason=a target that sets the column by itself would differ; its values are carried",
            "invisible=secret, reason=the column is made visible",
            "referenceSystem=place, reason=the column is made for geometries of any; each has its own",
            "invisible=hidden, reason=the index is made visible",
            "index=a_n, reason=another one has the same columns: index=z_n",
            "check=positive, reason=no text of the source is run at a target",
            "trigger=counted, reason=what it does at the source comes as rows",
            "partitions=divided, reason=rows are divided only as partition: of the task says");

    private static final List<String> OF_MARIADB = List.of(
            "onUpdate=changed, reason=a target that sets the column by itself would differ; its values are carried",
            "invisible=secret, reason=the column is made visible",
            "invisible=hidden, reason=the index is made visible",
            "index=a_n, reason=another one has the same columns: index=z_n",
            "check=n, reason=no text of the source is run at a target",
            "check=positive, reason=no text of the source is run at a target",
            "trigger=counted, reason=what it does at the source comes as rows",
            "partitions=divided, reason=rows are divided only as partition: of the task says");

    private static final List<String> OF_POSTGRES = List.of(
            "check=positive, reason=no text of the source is run at a target",
            "exclusion=apart, reason=no target refuses rows by it",
            "trigger=counted, reason=what it does at the source comes as rows",
            "rule=ruled, reason=what it does at the source comes as rows",
            "rowSecurity=parts, reason=users and what they may see are not carried",
            "statistics=together, reason=what the planner shall know of columns together is the target's own",
            "partitions=divided, reason=rows are divided only as partition: of the task says",
            "domain=size, reason=the column is made of the base type, without the domain's checks",
            "collation=label, reason=the column is made with the target's own",
            "foreignKey=later, reason=it is deferrable",
            "index=of_part, reason=it holds a part of the rows",
            "index=of_expression, reason=it is over an expression",
            "uniqueKey=of_nulls, reason=it takes NULLs for equal",
            "index=of_paths, reason=it has operator classes that are not the types' own",
            "included=with_more, reason=the index is made without the columns that are not of its order",
            "descending=down, reason=the index is made with ascending columns, NULL last",
            "operatorClass=patterns, reason=the index is made with the types' own operator classes");

    @TempDir
    Path directory;

    private static List<String> omitted(RealTask it, TaskSpec task) {
        return TaskPreview.of(task, it.sourceServer(), it.targetServer()).findings().stream()
                .map(finding -> finding.message())
                .filter(message -> message.startsWith("not made at the target: "))
                .map(message -> message.substring("not made at the target: ".length()))
                .sorted()
                .toList();
    }

    private static List<String> all(List<String> some, String... others) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(others));
        return all.stream().sorted().toList();
    }

    private static void makeMySql(RealTask it) {
        it.source.execute(
                it.shop,
                "CREATE TABLE parts (id INT PRIMARY KEY, n INT, note VARCHAR(200), changed TIMESTAMP NULL ON UPDATE"
                        + " CURRENT_TIMESTAMP, place POINT NOT NULL SRID 4326, secret INT INVISIBLE, CONSTRAINT positive CHECK (n"
                        + " > 0), FULLTEXT KEY words (note), FULLTEXT KEY cut (note) WITH PARSER ngram, SPATIAL KEY around"
                        + " (place), KEY down (n DESC, id), KEY hidden (id, n) INVISIBLE, KEY a_n (n), UNIQUE KEY z_n (n), UNIQUE KEY"
                        + " of_start (note(40) DESC, n), KEY of_prefix (note(5)), KEY of_expression ((n + 1))) COLLATE utf8mb4_general_ci",
                "CREATE TABLE divided (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
                "CREATE TRIGGER counted BEFORE INSERT ON parts FOR EACH ROW SET NEW.n = NEW.n",
                "INSERT INTO parts (id, n, note, place) VALUES (1, 1, 'one word', ST_PointFromText('POINT(1 2)', 4326))",
                "INSERT INTO divided VALUES (1), (2)");
    }

    private static void makeMariaDb(RealTask it) {
        it.source.execute(
                it.shop,
                "CREATE TABLE parts (id INT PRIMARY KEY, n INT CHECK (n < 99), note VARCHAR(200), changed TIMESTAMP NULL ON"
                        + " UPDATE CURRENT_TIMESTAMP, place POINT NOT NULL, secret INT INVISIBLE, doc JSON, CONSTRAINT positive"
                        + " CHECK (n > 0), FULLTEXT KEY words (note), SPATIAL KEY around (place), KEY down (n DESC, id), KEY"
                        + " hidden (id, n) IGNORED, KEY a_n (n), UNIQUE KEY z_n (n), UNIQUE KEY of_start (note(40) DESC, n), KEY"
                        + " of_prefix (note(5))) COLLATE"
                        + " utf8mb4_general_ci",
                "CREATE TABLE divided (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
                "CREATE TRIGGER counted BEFORE INSERT ON parts FOR EACH ROW SET NEW.n = NEW.n",
                "INSERT INTO parts (id, n, note, place) VALUES (1, 1, 'one word', ST_PointFromText('POINT(1 2)'))",
                "INSERT INTO divided VALUES (1), (2)");
    }

    private static void makePostgres(RealTask it) {
        String s = it.shop + ".";
        it.source.execute(
                it.shop,
                "CREATE SCHEMA " + it.shop,
                "CREATE DOMAIN " + s + "small AS int CHECK (VALUE < 1000)",
                "CREATE TABLE " + s + "other (id int PRIMARY KEY)",
                "CREATE TABLE " + s + "divided (id int PRIMARY KEY) PARTITION BY HASH (id)",
                "CREATE TABLE " + s + "divided_0 PARTITION OF " + s
                        + "divided FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                "CREATE TABLE " + s + "parts (id int PRIMARY KEY, n int, doc jsonb, tags int[], period int4range, size "
                        + s
                        + "small, label varchar(20) COLLATE \"C\", other int, CONSTRAINT positive CHECK (n > 0), CONSTRAINT apart"
                        + " EXCLUDE USING gist (period WITH &&), CONSTRAINT later FOREIGN KEY (other) REFERENCES " + s
                        + "other (id) DEFERRABLE)",
                "CREATE INDEX of_doc ON " + s + "parts USING gin (doc)",
                "CREATE INDEX of_tags ON " + s + "parts USING gin (tags)",
                "CREATE INDEX of_period ON " + s + "parts USING gist (period)",
                "CREATE INDEX of_periods ON " + s + "parts USING spgist (period)",
                "CREATE INDEX of_n ON " + s + "parts USING brin (n)",
                "CREATE INDEX of_label ON " + s + "parts USING hash (label)",
                "CREATE INDEX of_paths ON " + s + "parts USING gin (doc jsonb_path_ops)",
                "CREATE INDEX of_part ON " + s + "parts (n) WHERE n > 5",
                "CREATE INDEX of_expression ON " + s + "parts (abs(n))",
                "CREATE UNIQUE INDEX of_nulls ON " + s + "parts (n, size) NULLS NOT DISTINCT",
                "CREATE INDEX with_more ON " + s + "parts (n) INCLUDE (label)",
                "CREATE INDEX down ON " + s + "parts (n DESC, id)",
                "CREATE INDEX patterns ON " + s + "parts (label varchar_pattern_ops)",
                "CREATE STATISTICS " + s + "together ON n, size FROM " + s + "parts",
                "CREATE FUNCTION " + s + "count() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER counted BEFORE INSERT ON " + s + "parts FOR EACH ROW EXECUTE FUNCTION " + s + "count()",
                "CREATE RULE ruled AS ON DELETE TO " + s + "parts WHERE OLD.id < 0 DO INSTEAD NOTHING",
                "ALTER TABLE " + s + "parts ENABLE ROW LEVEL SECURITY",
                "INSERT INTO " + s + "other VALUES (1)",
                "INSERT INTO " + s + "divided VALUES (1), (2)",
                "INSERT INTO " + s + "parts VALUES (1, 1, '{\"a\": 1}', '{1,2}', '[1,5)', 7, 'x', 1)");
    }

    private static void assertSaid(RealTask it, TaskSpec task, List<String> expected) {
        assertEquals(String.join("\n", expected), String.join("\n", omitted(it, task)));
    }

    /** What stands is used as it is: of its indexes nobody speaks. */
    private void catchUp(RealTask it, TaskSpec task) throws Exception {
        it.catchUp(task);
        assertTrue(omitted(it, task).isEmpty(), () -> omitted(it, task).toString());
    }

    @Test
    void shouldMakeIndexesOfWordsAndPlacesWhenMySqlGoesToMariaDb(MySqlServer source, MariaDbServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        makeMySql(it);
        TaskSpec task = it.task().build();
        assertSaid(
                it,
                task,
                all(
                        OF_MYSQL,
                        "index=of_expression, columns=[((`n` + 1))], reason=an expression, a prefix or a column that is not"
                                + " carried"));
        catchUp(it, task);
        assertMade(it);
    }

    @Test
    void shouldMakeIndexesOfWordsAndPlacesWhenMariaDbGoesToMySql(MariaDbServer source, MySqlServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        makeMariaDb(it);
        TaskSpec task = it.task().build();
        assertSaid(it, task, all(OF_MARIADB));
        catchUp(it, task);
        assertMade(it);
    }

    private static void assertMade(RealTask it) throws Exception {
        assertEquals(
                List.of(
                        "around|SPATIAL|1",
                        "down|BTREE|1",
                        "hidden|BTREE|1",
                        "of_prefix|BTREE|1",
                        "of_start|BTREE|0",
                        "words|FULLTEXT|1",
                        "z_n|BTREE|0"),
                it.atTarget(INDEXES));
        assertEquals(
                List.of(
                        "down|1|n|0|D",
                        "down|2|id|0|A",
                        "of_prefix|1|note|5|A",
                        "of_start|1|note|40|D",
                        "of_start|2|n|0|A"),
                it.atTarget(PARTS));
        it.assertSame("SELECT id FROM SHOP.parts WHERE MATCH (note) AGAINST ('word')");
        assertEquals(List.of("1"), it.atTarget("SELECT id FROM SHOP.parts WHERE MATCH (note) AGAINST ('word')"));
        it.assertEqual("divided");
    }

    @Test
    void shouldNameAllWhenMySqlGoesToPostgres(MySqlServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        makeMySql(it);
        TaskSpec task = it.task().build();
        assertSaid(
                it,
                task,
                all(
                        OF_MYSQL,
                        "index=around, columns=[place], reason=this server has no index of that kind: kind=SPATIAL",
                        "index=words, columns=[note], reason=this server has no index of that kind: kind=FULLTEXT",
                        "index=of_expression, columns=[((`n` + 1))], reason=an expression, a prefix or a column that is not"
                                + " carried",
                        "index=of_prefix, columns=[note(5)], reason=an expression, a prefix or a column that is not carried",
                        "uniqueKey=of_start, columns=[note(40), n], reason=an expression, a prefix or a column that is not"
                                + " carried",
                        "descending=down, reason=the index is made with ascending columns"));
        catchUp(it, task);
        assertEquals(List.of("btree (id, n)", "btree (n)", "btree (n, id)"), it.atTarget(DEFINITIONS));
        it.assertEqual("divided");
    }

    @Test
    @Tag("full")
    void shouldNameAllWhenMariaDbGoesToPostgres(MariaDbServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        makeMariaDb(it);
        TaskSpec task = it.task().build();
        assertSaid(
                it,
                task,
                all(
                        OF_MARIADB,
                        "index=around, columns=[place], reason=this server has no index of that kind: kind=SPATIAL",
                        "index=words, columns=[note], reason=this server has no index of that kind: kind=FULLTEXT",
                        "index=of_prefix, columns=[note(5)], reason=an expression, a prefix or a column that is not carried",
                        "uniqueKey=of_start, columns=[note(40), n], reason=an expression, a prefix or a column that is not"
                                + " carried",
                        "descending=down, reason=the index is made with ascending columns"));
        catchUp(it, task);
    }

    @Test
    void shouldMakeIndexesOfOtherMethodsWhenPostgresGoesToPostgres(
            @RealServers(POSTGRES_16) PostgresServer source, @RealServers(POSTGRES_18) PostgresServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        makePostgres(it);
        TaskSpec task = it.task().build();
        assertSaid(it, task, all(OF_POSTGRES));
        catchUp(it, task);
        assertEquals(
                List.of(
                        "brin (n)",
                        "btree (label)",
                        "btree (n)",
                        "btree (n, id)",
                        "gin (doc)",
                        "gin (tags)",
                        "gist (period)",
                        "hash (label)",
                        "spgist (period)"),
                it.atTarget(DEFINITIONS));
        it.assertEqual("parts", "divided");
    }

    @Test
    void shouldNameAllWhenPostgresGoesToMySql(@RealServers(POSTGRES_16) PostgresServer source, MySqlServer target)
            throws Exception {
        RealTask it = new RealTask(source, target, directory);
        makePostgres(it);
        TaskSpec task = it.task().build();
        String none = ", reason=this server has no index of that kind: kind=";
        assertSaid(
                it,
                task,
                all(
                        OF_POSTGRES,
                        "index=of_doc, columns=[doc]" + none + "GIN",
                        "index=of_label, columns=[label]" + none + "HASH",
                        "index=of_n, columns=[n]" + none + "BRIN",
                        "index=of_period, columns=[period]" + none + "GIST",
                        "index=of_periods, columns=[period]" + none + "SPGIST",
                        "index=of_tags, columns=[tags]" + none + "GIN"));
        catchUp(it, task);
    }
}
