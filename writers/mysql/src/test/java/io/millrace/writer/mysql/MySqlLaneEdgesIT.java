package io.millrace.writer.mysql;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.integer;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.MariaDbServer;
import io.millrace.servers.MySqlServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.KeyAction;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.RunOperation;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestBatch;
import io.millrace.writer.TestRun;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.mysql.batch.BatchApplier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a lane meets at tables that somebody else made, and that the two products do not do alike. */
@RealServers({ServerKind.MYSQL_8_0, ServerKind.MARIADB_11_4})
class MySqlLaneEdgesIT {
    private final MySqlServer mysql;
    private final MariaDbServer mariaDb;
    private MySqlLab lab;
    private Target target;
    private LaneWriter writer;
    private long index = 100;

    MySqlLaneEdgesIT(MySqlServer mysql, MariaDbServer mariaDb) {
        this.mysql = mysql;
        this.mariaDb = mariaDb;
    }

    private void open(Server server) {
        lab = new MySqlLab(server);
        target = lab.open(new TargetSettings("edges", "millrace", TypeOptions.DEFAULT));
        target.control().prepare();
        index = 100;
        target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
        writer = target.laneWriter(0);
    }

    @AfterEach
    void close() {
        if (target != null) {
            writer.close();
            target.close();
        }
    }

    private ApplyResult apply(TestRun... runs) {
        ApplyResult result = writer.apply(TestBatch.of(runs), checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
        index++;
        return result;
    }

    private TargetTable plan(TableSchema schema) {
        return target.plan(schema, new TableId(lab.namespace(), schema.table().name()));
    }

    private String rows(String sql) {
        return lab.query(sql).stream()
                .map(row -> String.join("|", row.stream().map(String::valueOf).toList()))
                .toList()
                .toString();
    }

    private static TestRun run(TargetTable table, RunOperation operation) {
        return new TestRun(table, operation);
    }

    /** EXACTNESS 27: an upsert that hit the other row would take its place. */
    @Test
    void shouldHitNoOtherRowWhenTheTableHasAFurtherUniqueKey() {
        for (Server server : List.of(mysql, mariaDb)) {
            open(server);
            lab.execute("CREATE TABLE people (id BIGINT PRIMARY KEY, qty INT, mail VARCHAR(60), UNIQUE (mail))");
            TargetTable people = plan(table("shop", "people", 1, bigint("id"), integer("qty"), varchar("mail", 60)));
            assertTrue(target.inspect(people).isTied());
            apply(run(people, RunOperation.INSERT).row(1, 1, "a").row(2, 2, "b"));
            MillraceException met = assertThrows(
                    MillraceException.class,
                    () -> apply(run(people, RunOperation.UPSERT).row(3, 3, "a")));
            assertEquals(ErrorCode.DIRTY_LIMIT, met.code());
            assertTrue(met.getMessage().contains("mail"), met.getMessage());
            assertEquals("[1|1|a, 2|2|b]", rows("SELECT * FROM people ORDER BY id"));
            // One takes what the next one leaves, as the source had them; and a new row what an old one leaves.
            assertEquals(
                    new ApplyResult(1, 0, 0),
                    apply(
                            run(people, RunOperation.UPDATE).row(1, 1, "c"),
                            run(people, RunOperation.UPDATE).row(2, 2, "a").row(4, 4, "d"),
                            run(people, RunOperation.UPSERT).row(5, 5, "b").row(1, 9, null)));
            assertEquals("[1|9|null, 2|2|a, 4|4|d, 5|5|b]", rows("SELECT * FROM people ORDER BY id"));
            assertEquals(
                    new ApplyResult(0, 0, 1),
                    apply(run(people, RunOperation.INSERT).row(5, 6, "b")));
            assertEquals("[5|6|b]", rows("SELECT * FROM people WHERE id = 5"));
            close();
        }
    }

    /** An update that changes nothing has met its row all the same, alone and among others. */
    @Test
    void shouldCountNoRowAsMissingWhenAnUpdateChangesNothing() {
        for (Server server : List.of(mysql, mariaDb)) {
            open(server);
            TargetTable items =
                    lab.create(target, table("shop", "items", 1, bigint("id"), integer("qty"), varchar("note", 60)));
            apply(run(items, RunOperation.INSERT).row(1, 1, "a").row(2, 2, "b"));
            assertEquals(ApplyResult.NONE, apply(run(items, RunOperation.UPDATE).row(1, 1, "a")));
            assertEquals(
                    ApplyResult.NONE,
                    apply(run(items, RunOperation.UPDATE).row(1, 1, "a").row(2, 2, "b")));
            assertEquals(ApplyResult.NONE, apply(run(items, RunOperation.UPDATE).row(1, TestRun.ABSENT, "a")));
            assertEquals(
                    new ApplyResult(1, 0, 0),
                    apply(run(items, RunOperation.UPDATE)
                            .row(1, 1, "a")
                            .row(2, 3, "b")
                            .row(3, 3, "c")));
            assertEquals("[1|1|a, 2|3|b, 3|3|c]", rows("SELECT * FROM items ORDER BY id"));
            close();
        }
    }

    @Test
    void shouldLeaveWhatTheSourceDoesNotSendWhenTheServerWouldTouchIt() {
        open(mysql);
        lab.execute(
                "CREATE TABLE touched (id BIGINT PRIMARY KEY, qty INT, at TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP)");
        TargetTable touched = plan(table(
                "shop",
                "touched",
                1,
                bigint("id"),
                integer("qty"),
                new Column("at", ColumnType.TIMESTAMP, "timestamp", true, -1, 0, "", List.of(), false)));
        apply(run(touched, RunOperation.INSERT).row(1, 1, 1_000_000L));
        apply(run(touched, RunOperation.UPDATE).row(1, 2, TestRun.ABSENT));
        assertEquals("[1|2|1970-01-01 00:00:01]", rows("SELECT id, qty, at FROM touched"));
    }

    /** EXACTNESS 27: lanes that lock rows in one order, and no gaps between them, do not stand in each other's way. */
    @Test
    void shouldLockRowsInTheOrderOfTheirKeysAndNoGaps() {
        for (Server server : List.of(mysql, mariaDb)) {
            open(server);
            lab.execute("CREATE TABLE seen (n INT AUTO_INCREMENT PRIMARY KEY, id BIGINT, level VARCHAR(30))");
            lab.execute("CREATE TABLE sorted (id BIGINT PRIMARY KEY, qty INT)");
            lab.execute("CREATE TRIGGER sorted_insert BEFORE INSERT ON sorted FOR EACH ROW"
                    + " INSERT INTO seen (id, level) VALUES (NEW.id, @@transaction_isolation)");
            TargetTable sorted = plan(table("shop", "sorted", 1, bigint("id"), integer("qty")));
            apply(run(sorted, RunOperation.UPSERT)
                    .row(30, 1)
                    .row(7, 2)
                    .row(100, 3)
                    .row(-4, 4));
            assertEquals(
                    "[-4|READ-COMMITTED, 7|READ-COMMITTED, 30|READ-COMMITTED, 100|READ-COMMITTED]",
                    rows("SELECT id, level FROM seen ORDER BY n"));
            close();
        }
    }

    @Test
    void shouldRefuseByNameWhenTheTableCannotKeepWhatItIsGiven() {
        open(mysql);
        lab.execute("CREATE TABLE plain (id BIGINT PRIMARY KEY) ENGINE=MyISAM");
        lab.execute("CREATE TABLE folded (name VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY)");
        lab.execute("CREATE TABLE short (id BIGINT PRIMARY KEY, at DATETIME(0), note CHAR(9), more INT NOT NULL)");
        TargetTable plain = plan(table("shop", "plain", 1, bigint("id")));
        assertFinding(plain, "not transactional");
        MillraceException refused = assertThrows(
                MillraceException.class,
                () -> apply(run(plain, RunOperation.INSERT).row(1L)));
        assertEquals(ErrorCode.TARGET_TABLE_MISMATCH, refused.code(), refused.display());
        Column name = new Column("name", ColumnType.TEXT, "text", false, -1, -1, "binary", List.of(), false);
        assertFinding(plan(table("shop", "folded", 1, name)), "take different keys for one");
        Column at = new Column("at", ColumnType.DATETIME, "datetime(6)", true, -1, 6, "", List.of(), false);
        TargetState state = assertFinding(
                plan(table("shop", "short", 1, bigint("id"), at, varchar("note", 9), integer("gone"))),
                "the column is missing");
        assertEquals(4, state.findings().size(), state.findings().toString());
    }

    private TargetState assertFinding(TargetTable table, String words) {
        TargetState state = target.inspect(table);
        assertTrue(
                state.findings().stream()
                        .anyMatch(finding -> finding.severity() == Finding.Severity.ERROR
                                && finding.message().contains(words)),
                state.findings().toString());
        return state;
    }

    @Test
    void shouldWriteAllTheSameWhenLocalInfileIsOff() {
        for (Server server : List.of(mysql, mariaDb)) {
            open(server);
            TargetTable items = lab.create(target, table("shop", "items", 1, bigint("id"), varchar("note", 60)));
            apply(many(items, 0));
            server.execute(null, "SET GLOBAL local_infile = OFF");
            try {
                apply(many(items, 1_000)); // in a session that had it on
                close();
                try (Target anew = lab.open(new TargetSettings("edges", "millrace", TypeOptions.DEFAULT));
                        LaneWriter lane = anew.laneWriter(0)) {
                    lane.apply(TestBatch.of(many(items, 2_000)), checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
                    assertTrue(anew.check(List.of(items)).stream()
                            .anyMatch(finding -> finding.subject().equals("local_infile")));
                }
            } finally {
                server.execute(null, "SET GLOBAL local_infile = ON");
            }
            assertEquals("[" + 3 * (BatchApplier.LOAD_ROWS + 1) + "]", rows("SELECT count(*) FROM items"));
        }
    }

    private static TestRun many(TargetTable table, int from) {
        TestRun many = run(table, RunOperation.INSERT);
        for (int i = from; i <= from + BatchApplier.LOAD_ROWS; i++) {
            many.row(i, "n" + i);
        }
        return many;
    }

    /** EXACTNESS 41: nobody alters a table that a chunk has begun to write. */
    @Test
    void shouldHoldTheTablesShapeWhileAChunkIsWritten() {
        open(mysql);
        TargetTable items = lab.create(target, table("shop", "items", 1, bigint("id"), varchar("note", 60)));
        try (ChunkWriter chunk = target.chunkWriter()) {
            chunk.begin(items);
            IllegalStateException waited = assertThrows(IllegalStateException.class, () -> {
                try (var connection = mysql.connect(lab.namespace());
                        var statement = connection.createStatement()) {
                    statement.execute("SET SESSION lock_wait_timeout = 1");
                    statement.execute("ALTER TABLE items MODIFY note VARCHAR(5)");
                } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertTrue(waited.getCause().getMessage().contains("Lock wait timeout"), waited.toString());
            chunk.rollback();
        }
    }

    @Test
    void shouldMakeIndexesAndKeysOnceWhenAskedAgain() {
        for (Server server : List.of(mysql, mariaDb)) {
            open(server);
            TargetTable parent = plan(table("shop", "parent", 1, bigint("id"), varchar("code", 20)));
            TargetTable child = plan(table("shop", "child", 1, bigint("id"), bigint("parent"), varchar("note", 900)));
            StructureItem unique = item(StructureItem.Kind.UNIQUE, parent, "code", "code");
            StructureItem byNote = item(StructureItem.Kind.INDEX, child, "by_note", "note");
            StructureItem key = new StructureItem(
                    StructureItem.Kind.FOREIGN_KEY,
                    child.name(),
                    "to_parent",
                    List.of("parent"),
                    Optional.of(new StructureItem.Reference(
                            parent.name(), List.of("id"), KeyAction.CASCADE, KeyAction.NONE)),
                    false);
            List<Finding> findings = new ArrayList<>();
            List<TableStructure> adapted = target.adapt(
                    List.of(
                            TableStructure.plain(parent)
                                    .withDefaults(Map.of("code", "'a''b'"))
                                    .withItems(List.of(unique)),
                            TableStructure.plain(child).withItems(List.of(byNote, key))),
                    Set.of(),
                    findings);
            assertEquals(1, findings.size(), findings.toString());
            adapted.forEach(target::create);
            assertTrue(target.inspect(child).isTied());
            assertFalse(target.inspect(child).isEnforced());
            assertEquals(List.of(unique, key), target.pending());
            for (StructureItem each : List.of(unique, key, unique, key)) {
                assertEquals(Optional.empty(), target.make(each));
            }
            assertEquals(List.of(), target.pending());
            assertEquals(List.of(key), target.foreignKeys(child.name()));
            assertTrue(target.inspect(child).isEnforced());
            assertEquals(List.of(child.name()), target.inspect(parent).tiedTo());
            lab.execute("INSERT INTO parent VALUES (1, NULL)");
            lab.execute("INSERT INTO child VALUES (1, 1, NULL), (2, 1, NULL)");
            StructureItem refused = item(StructureItem.Kind.UNIQUE, child, "again", "parent");
            assertTrue(target.make(refused).orElseThrow().contains("error=1062"), "two children have one parent");
            close();
        }
    }

    private static StructureItem item(StructureItem.Kind kind, TargetTable table, String name, String column) {
        return new StructureItem(kind, table.name(), name, List.of(column), Optional.empty(), false);
    }

    @Test
    void shouldRefuseByNameWhenTheTypeIsNotTheServersProduct() {
        MySqlLab here = new MySqlLab(mariaDb);
        var source = here.dataSource();
        var other = new io.millrace.datasource.DataSource(
                source.name(),
                "mysql",
                source.host(),
                source.port(),
                "",
                source.user(),
                source.password(),
                source.tlsMode(),
                source.tlsCa(),
                source.connectTimeout());
        try (Target wrong =
                new MySqlTargetProvider().open(other, new TargetSettings("t", "millrace", TypeOptions.DEFAULT))) {
            MillraceException refused = assertThrows(MillraceException.class, wrong::version);
            assertEquals(ErrorCode.INVALID_VALUE, refused.code());
            assertTrue(refused.getMessage().contains("MariaDB"), refused.getMessage());
        }
    }

    @Test
    void shouldNameEachPrivilegeWhenSomeAreMissing() {
        open(mysql);
        TargetTable items = lab.create(target, table("shop", "items", 1, bigint("id"), varchar("note", 60)));
        mysql.execute(
                null,
                "DROP USER IF EXISTS reader",
                "CREATE USER reader IDENTIFIED BY 'secret'",
                "GRANT SELECT, UPDATE ON " + lab.namespace() + ".items TO reader");
        try (Target asReader = new MySqlTargetProvider()
                .open(
                        lab.dataSource(mysql.port(), "reader", "secret"),
                        new TargetSettings("edges", "elsewhere", TypeOptions.DEFAULT))) {
            List<String> errors = asReader.check(List.of(items)).stream()
                    .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                    .map(finding -> finding.subject() + " " + finding.message())
                    .toList();
            assertEquals(3, errors.size(), errors.toString());
            assertTrue(errors.toString().contains("privilege=INSERT"), errors.toString());
            assertTrue(errors.toString().contains("privilege=DELETE"), errors.toString());
            assertTrue(errors.toString().contains("elsewhere"), errors.toString());
        }
    }
}
