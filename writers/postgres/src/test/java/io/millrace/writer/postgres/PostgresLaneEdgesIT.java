package io.millrace.writer.postgres;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.integer;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.CivilTime;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ApplyResult;
import io.millrace.writer.Batch;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.Refusal;
import io.millrace.writer.Run;
import io.millrace.writer.RunOperation;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestBatch;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only PostgreSQL has: constraints of its kinds, tables altered under us, keys that are equal there alone. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresLaneEdgesIT {
    private final PostgresLab lab;
    private Target target;
    private LaneWriter writer;
    private long index;

    PostgresLaneEdgesIT(PostgresServer server) {
        lab = new PostgresLab(server);
    }

    @BeforeEach
    void open() {
        index = 0;
        target = lab.open(new TargetSettings("edges", "millrace", TypeOptions.DEFAULT));
        target.control().prepare();
        target.control().remove();
        target.control().replace(List.of(), List.of(checkpoint(0, 1, 0)));
        writer = target.laneWriter(0);
        lab.execute("DROP SCHEMA IF EXISTS dw CASCADE");
        lab.execute("CREATE SCHEMA dw");
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    private ApplyResult apply(Run... runs) {
        ApplyResult result = writer.apply(TestBatch.of(runs), checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
        index++;
        return result;
    }

    private MillraceException refuse(ErrorCode code, Run... runs) {
        MillraceException refused = assertThrows(MillraceException.class, () -> apply(runs));
        assertEquals(code, refused.code(), refused.display());
        return refused;
    }

    private TargetTable existing(TableSchema schema, String create) {
        lab.execute(create);
        return target.plan(schema, new TableId("dw", schema.table().name()));
    }

    private List<List<String>> rows(String table) {
        return lab.query("SELECT * FROM dw." + table + " ORDER BY 1, 2");
    }

    private static TestRun run(TargetTable table, RunOperation operation) {
        return new TestRun(table, operation);
    }

    @Test
    void shouldHoldNoConnectionWhileItRests() {
        String sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'millrace lane%'"
                + " AND datname = current_database()";
        writer.checkpoint();
        assertEquals(List.of(List.of("1")), lab.query(sessions));
        writer.rest();
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!lab.query(sessions).equals(List.of(List.of("0")))) { // the server ends it a moment later
            assertTrue(System.nanoTime() < deadline, () -> lab.query(sessions).toString());
        }
        writer.checkpoint();
        assertEquals(List.of(List.of("1")), lab.query(sessions));
    }

    /** EXACTNESS 28: each batch updates its row of the checkpoints, whose dead versions must not pile up. */
    @Test
    void shouldLeaveRoomForTheNextCheckpointsOfAPage() {
        List<String> options = lab
                .query("SELECT unnest(reloptions) FROM pg_class WHERE relname = 'checkpoint' AND relkind = 'r'")
                .stream()
                .map(row -> row.get(0))
                .toList();
        assertTrue(options.contains("fillfactor=10"), options.toString());
        assertTrue(options.contains("autovacuum_vacuum_scale_factor=0"), options.toString());
        assertTrue(options.contains("autovacuum_vacuum_threshold=500"), options.toString());
    }

    @Test
    void shouldUpsertByDeleteAndInsertWhenKeyHasNoUniqueIndex() {
        TargetTable plain = existing(
                table("s", "plain", 2, bigint("a"), varchar("b", 9), integer("n")),
                "CREATE TABLE dw.plain (a bigint, b varchar(9), n int)");
        apply(run(plain, RunOperation.UPSERT).row(1, "x", 1).row(1, "y", 2));
        apply(run(plain, RunOperation.UPSERT).row(1, "x", 10));
        apply(run(plain, RunOperation.UPDATE).row(1, "y", 20).row(2, "z", 30));
        assertEquals(
                new ApplyResult(0, 1, 0),
                apply(run(plain, RunOperation.DELETE).row(1, "x", null).row(9, "x", null)));
        assertEquals(List.of(List.of("1", "y", "20"), List.of("2", "z", "30")), rows("plain"));
    }

    @Test
    void shouldWriteKeysWhenTheyAreIdentitiesOrTheWholeRow() {
        TargetTable identity = existing(
                table("s", "identity", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.identity (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int)");
        apply(
                run(identity, RunOperation.INSERT).row(7, 1),
                run(identity, RunOperation.UPSERT).row(7, 2).row(8, 3));
        apply(run(identity, RunOperation.UPDATE).row(9, 4));
        assertEquals(List.of(List.of("7", "2"), List.of("8", "3"), List.of("9", "4")), rows("identity"));
        TargetTable whole = existing(
                table("s", "whole", 2, bigint("a"), bigint("b")),
                "CREATE TABLE dw.whole (b bigint, a bigint, PRIMARY KEY (a, b))");
        apply(run(whole, RunOperation.UPSERT).row(1, 2).row(3, 4));
        assertEquals(
                new ApplyResult(1, 0, 0),
                apply(
                        run(whole, RunOperation.UPSERT).row(1, 2),
                        run(whole, RunOperation.UPDATE).row(1, 2).row(5, 6)));
        assertEquals(List.of(List.of("2", "1"), List.of("4", "3"), List.of("6", "5")), rows("whole"));
    }

    @Test
    void shouldKeepOthersColumnsWhenTableHasMore() {
        TargetTable wide = existing(
                table("s", "wide", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.wide (id bigint PRIMARY KEY, mine text DEFAULT 'default', n int)");
        apply(run(wide, RunOperation.INSERT).row(1, 1));
        lab.execute("UPDATE dw.wide SET mine = 'kept'");
        apply(run(wide, RunOperation.UPSERT).row(1, 2).row(2, 2));
        apply(run(wide, RunOperation.UPDATE).row(1, 3));
        assertEquals(List.of(List.of("1", "kept", "3"), List.of("2", "default", "2")), rows("wide"));
    }

    @Test
    void shouldNameTheRowWhenAConstraintOfTheTargetRefusesIt() {
        TargetTable checked = existing(
                table("s", "checked", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.checked (id bigint PRIMARY KEY, n int NOT NULL CONSTRAINT small CHECK (n < 100) UNIQUE)");
        apply(run(checked, RunOperation.INSERT).row(1, 1));
        MillraceException refused = refuse(
                ErrorCode.DIRTY_LIMIT,
                run(checked, RunOperation.UPSERT).row(2, 2).row(3, 1234567));
        assertTrue(
                refused.getMessage()
                        .contains("table=dw.checked, operation=UPSERT, run=0, row=1, sqlstate=23514, table=dw.checked,"
                                + " constraint=small"),
                refused.getMessage());
        refused = refuse(
                ErrorCode.DIRTY_LIMIT,
                run(checked, RunOperation.UPSERT).row(2, 2).row(3, null));
        assertTrue(refused.getMessage().contains("sqlstate=23502, table=dw.checked, column=n"), refused.getMessage());
        refused = refuse(
                ErrorCode.DIRTY_LIMIT,
                run(checked, RunOperation.DELETE).row(1, null),
                run(checked, RunOperation.INSERT).row(2, 5).row(3, 5));
        assertTrue(refused.getMessage().contains("run=1, row=1, sqlstate=23505"), refused.getMessage());
        assertEquals(List.of(List.of("1", "1")), rows("checked"));
    }

    @Test
    void shouldNameTheRowWhenAConstraintIsDeferredToTheCommit() {
        TargetTable child = existing(
                table("s", "child", 1, bigint("id"), integer("parent")),
                "CREATE TABLE dw.parent (id int PRIMARY KEY); CREATE TABLE dw.child (id bigint PRIMARY KEY, parent int"
                        + " CONSTRAINT late REFERENCES dw.parent DEFERRABLE INITIALLY DEFERRED)");
        MillraceException refused =
                refuse(ErrorCode.DIRTY_LIMIT, run(child, RunOperation.INSERT).row(1, 1));
        assertTrue(
                refused.getMessage().contains("table=dw.child, operation=INSERT, run=0, row=0, sqlstate=23503"),
                refused.getMessage());
        assertTrue(refused.getMessage().contains("constraint=late"), refused.getMessage());
        lab.execute("INSERT INTO dw.parent VALUES (1)");
        apply(run(child, RunOperation.INSERT).row(1, 1));
    }

    @Test
    void shouldFindTheRowsThatADeferredConstraintRefusesAmongThoseThatItAwaits() {
        TargetTable parent = existing(
                table("dw", "elder", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.elder (id bigint PRIMARY KEY, n int)");
        TargetTable child = existing(
                table("dw", "younger", 1, bigint("id"), bigint("elder"), bigint("twin")),
                "CREATE TABLE dw.younger (id bigint PRIMARY KEY,"
                        + " elder bigint CONSTRAINT first REFERENCES dw.elder DEFERRABLE INITIALLY DEFERRED,"
                        + " twin bigint CONSTRAINT second REFERENCES dw.elder DEFERRABLE INITIALLY DEFERRED)");
        TestRun children = run(child, RunOperation.INSERT);
        TestRun parents = run(parent, RunOperation.INSERT);
        TestRun sound = run(child, RunOperation.INSERT);
        Set<Integer> orphans = Set.of(99, 332, 333, 599);
        for (int i = 0; i < 600; i++) {
            boolean isOrphan = orphans.contains(i);
            children.row(i, isOrphan && i < 333 ? 1_000 + i : i, isOrphan && i >= 333 ? 1_000 + i : i);
            parents.row(i, 0);
            if (!isOrphan) {
                sound.row(i, i, i);
            }
        }
        List<String> refused = new ArrayList<>();
        TestBatch runs = TestBatch.of(children, parents);
        Batch batch = new Batch() {
            @Override
            public int runCount() {
                return runs.runCount();
            }

            @Override
            public Run run(int number) {
                return runs.run(number);
            }

            @Override
            public int mostRefusals() {
                return 10;
            }

            @Override
            public void refuse(Run run, int row, Refusal why) {
                refused.add(row + " " + why.reason());
            }
        };
        MillraceException first = assertThrows(
                MillraceException.class,
                () -> writer.apply(batch, checkpoint(0, 1, index), checkpoint(0, 1, index + 1)));
        assertEquals(ErrorCode.DIRTY_LIMIT, first.code(), first.display());
        assertTrue(first.getMessage().contains("run=0, row=99, sqlstate=23503"), first.getMessage());
        assertEquals(
                List.of(
                        "99 sqlstate=23503, table=dw.younger, constraint=first",
                        "332 sqlstate=23503, table=dw.younger, constraint=first",
                        "333 sqlstate=23503, table=dw.younger, constraint=second",
                        "599 sqlstate=23503, table=dw.younger, constraint=second"),
                refused);
        assertEquals(List.of(), rows("younger"));
        apply(sound, parents);
        assertEquals(
                List.of(List.of("596")), lab.query("SELECT count(*) FROM dw.younger JOIN dw.elder e ON e.id = elder"));
    }

    @Test
    void shouldUpdateOneByOneWhenRowsOfARunTakeEachOthersUniqueValues() {
        TargetTable swapped = existing(
                table("dw", "swapped", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.swapped (id bigint PRIMARY KEY, n int UNIQUE)");
        apply(run(swapped, RunOperation.INSERT).row(1, 1).row(2, 2).row(3, 3).row(4, 4));
        // A source that does not tell what a row was before: nobody can know that they do.
        apply(run(swapped, RunOperation.UPDATE).row(4, 5).row(3, 4).row(2, 3).row(1, 2));
        apply(run(swapped, RunOperation.UPDATE).row(1, 1).row(2, 2).row(3, 3).row(4, 4));
        assertEquals(
                List.of(List.of("1", "1"), List.of("2", "2"), List.of("3", "3"), List.of("4", "4")), rows("swapped"));
    }

    @Test
    void shouldTakeTheSourcesOrderWhenADeferredConstraintSpeaksAtTheCommit() {
        TargetTable late = existing(
                table("dw", "late", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.late (id bigint PRIMARY KEY, n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        Batch batch = new TestBatch(
                List.of(run(late, RunOperation.INSERT).row(1, 1).row(2, 1)),
                List.of(run(late, RunOperation.INSERT).row(1, 1).row(2, 2)));
        writer.apply(batch, checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
        assertEquals(List.of(List.of("1", "1"), List.of("2", "2")), rows("late"));
    }

    @Test
    void shouldRefuseWhatATriggerRefuses() {
        TargetTable guarded = existing(
                table("s", "guarded", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.guarded (id bigint PRIMARY KEY, n int);"
                        + " CREATE FUNCTION dw.no() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN IF NEW.n = 13 THEN RAISE EXCEPTION ''canary %'', NEW.n; END IF; RETURN NEW; END';"
                        + " CREATE TRIGGER no BEFORE INSERT ON dw.guarded FOR EACH ROW EXECUTE FUNCTION dw.no()");
        TestRun many = run(guarded, RunOperation.INSERT);
        for (int i = 0; i < 2_000; i++) {
            many.row(i, i == 1_234 ? 13 : 1);
        }
        MillraceException refused = refuse(ErrorCode.DIRTY_LIMIT, many);
        assertTrue(refused.getMessage().contains("row=1234, sqlstate=P0001"), refused.getMessage());
    }

    @Test
    void shouldRefuseAZeroDateInTheMiddleOfACopy() {
        TargetTable dated = target.plan(
                table("s", "dated", 1, bigint("id"), TestSchemas.of("d", ColumnType.DATE, "date", -1, -1)),
                new TableId("dw", "dated"));
        target.create(dated);
        TestRun many = run(dated, RunOperation.INSERT);
        for (int i = 0; i < 2_000; i++) {
            many.row(i, CivilTime.date(2024, i == 1_999 ? 0 : 1, 1));
        }
        MillraceException refused = refuse(ErrorCode.DIRTY_LIMIT, many);
        assertTrue(refused.getMessage().contains("run=0, row=1999, column=d"), refused.getMessage());
        assertEquals(List.of(), rows("dated"));
        apply(run(dated, RunOperation.INSERT).row(1, CivilTime.date(2024, 1, 1)));
    }

    /** Rows of which each is a statement, so that the server refuses one before the next one's date is looked at. */
    @Test
    void shouldNameARowWhenOneIsRefusedAndTheNextCannotBeEncoded() {
        TargetTable mixed = existing(
                table(
                        "s",
                        "mixed",
                        1,
                        bigint("id"),
                        TestSchemas.of("d", ColumnType.DATE, "date", -1, -1),
                        TestSchemas.of("t", ColumnType.TEXT, "text", -1, -1)),
                "CREATE TABLE dw.mixed (id bigint PRIMARY KEY CHECK (id <> 7), d date, t text)");
        String large = "x".repeat(2_200_000);
        TestRun rows = run(mixed, RunOperation.UPSERT);
        for (int id = 0; id < 14; id++) {
            rows.row(id, CivilTime.date(2024, id == 8 ? 0 : 1, 1), large);
        }
        MillraceException refused = refuse(ErrorCode.DIRTY_LIMIT, rows);
        assertTrue(refused.getMessage().contains("run=0, row=7, sqlstate=23514"), refused.getMessage());
        apply(run(mixed, RunOperation.INSERT).row(1, CivilTime.date(2024, 1, 1), "a"));
    }

    @Test
    void shouldWriteRowByRowWhenKeysAreEqualAtTheTargetAlone() {
        TargetTable padded = existing(
                table("s", "padded", 1, TestSchemas.of("id", ColumnType.TEXT, "char(5)", 5, -1), integer("n")),
                "CREATE TABLE dw.padded (id char(5) PRIMARY KEY, n int)");
        apply(run(padded, RunOperation.UPSERT).row("a", 1).row("a ", 2).row("b", 3));
        assertEquals(List.of(List.of("a    ", "2"), List.of("b    ", "3")), rows("padded"));
    }

    @Test
    void shouldLookAgainWhenATableWasAlteredInBetween() {
        TargetTable altered = existing(
                table("s", "altered", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.altered (id bigint PRIMARY KEY, n integer)");
        apply(
                run(altered, RunOperation.INSERT).row(1, 1),
                run(altered, RunOperation.UPDATE).row(1, 2));
        // Eight bytes then as now: COPY BINARY would take them for a moment in time.
        lab.execute("ALTER TABLE dw.altered ALTER n TYPE text, ALTER id TYPE numeric");
        TestRun many = run(altered, RunOperation.INSERT);
        for (int i = 10; i < 1_010; i++) {
            many.row(i, i);
        }
        apply(many);
        apply(run(altered, RunOperation.UPDATE).row(1, 3));
        assertEquals(
                "3", lab.query("SELECT n FROM dw.altered WHERE id = 1").get(0).get(0));
        assertEquals("1001", lab.query("SELECT count(*) FROM dw.altered").get(0).get(0));
        lab.execute("ALTER TABLE dw.altered ALTER n TYPE integer USING n::integer");
        apply(run(altered, RunOperation.UPSERT).row(1, 4));
        lab.execute("DROP TABLE dw.altered; CREATE TABLE dw.altered (n bigint, id bigint PRIMARY KEY)");
        apply(run(altered, RunOperation.UPSERT).row(1, 5));
        apply(many);
        assertEquals(
                "5", lab.query("SELECT n FROM dw.altered WHERE id = 1").get(0).get(0));
        lab.execute("ALTER TABLE dw.altered ALTER n TYPE timestamp USING NULL");
        refuse(ErrorCode.TARGET_TABLE_MISMATCH, many);
        refuse(
                ErrorCode.TARGET_TABLE_MISMATCH,
                run(altered, RunOperation.UPSERT).row(1, 5));
        lab.execute("ALTER TABLE dw.altered DROP COLUMN n");
        refuse(
                ErrorCode.TARGET_TABLE_MISMATCH,
                run(altered, RunOperation.UPSERT).row(1, 5));
        lab.execute("DROP TABLE dw.altered");
        refuse(ErrorCode.TARGET_TABLE_MISSING, run(altered, RunOperation.UPSERT).row(1, 5));
        lab.execute("CREATE TABLE dw.altered (id bigint PRIMARY KEY, n integer)");
        apply(run(altered, RunOperation.UPSERT).row(1, 6));
        assertEquals(List.of(List.of("1", "6")), rows("altered"));
    }

    @Test
    void shouldPassRowsLargerThanAnyBuffer() {
        TargetTable large = target.plan(
                table("s", "large", 1, bigint("id"), TestSchemas.of("v", ColumnType.BINARY, "longblob", -1, -1)),
                new TableId("dw", "large"));
        target.create(large);
        byte[] bytes = new byte[20_000_000];
        java.util.Arrays.fill(bytes, (byte) 7);
        apply(
                run(large, RunOperation.INSERT).row(1, bytes).row(2, new byte[] {1}),
                run(large, RunOperation.UPSERT)
                        .row(3, bytes)
                        .row(1, new byte[] {2})
                        .row(4, bytes),
                run(large, RunOperation.UPDATE).row(2, bytes));
        assertEquals(
                List.of(
                        List.of("1", "1"),
                        List.of("2", "20000000"),
                        List.of("3", "20000000"),
                        List.of("4", "20000000")),
                lab.query("SELECT id, length(v) FROM dw.large ORDER BY id"));
    }

    @Test
    void shouldApplyHundredsOfRunsInTheirOrderWhenTablesAlternate() {
        TargetTable parent =
                existing(table("s", "parents", 1, bigint("id")), "CREATE TABLE dw.parents (id bigint PRIMARY KEY)");
        TargetTable child = existing(
                table("s", "children", 1, bigint("id"), bigint("parent")),
                "CREATE TABLE dw.children (id bigint PRIMARY KEY, parent bigint NOT NULL REFERENCES dw.parents)");
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            runs.add(run(parent, RunOperation.INSERT).row((Object) i));
            runs.add(run(child, RunOperation.INSERT).row(i, i));
            if (i % 3 == 0) {
                runs.add(run(child, RunOperation.DELETE).row(i, null));
                runs.add(run(parent, RunOperation.DELETE).row((Object) i));
            }
        }
        assertEquals(ApplyResult.NONE, apply(runs.toArray(Run[]::new)));
        assertEquals(
                List.of(List.of("200", "200")),
                lab.query("SELECT (SELECT count(*) FROM dw.parents), (SELECT count(*) FROM dw.children)"));
    }

    @Test
    void shouldWriteToPartitionsAndWideTables() {
        TargetTable parted = existing(
                table("s", "parted", 1, bigint("id"), integer("n")),
                "CREATE TABLE dw.parted (id bigint PRIMARY KEY, n int) PARTITION BY RANGE (id);"
                        + " CREATE TABLE dw.p1 PARTITION OF dw.parted FOR VALUES FROM (0) TO (1000)");
        TestRun many = run(parted, RunOperation.INSERT);
        for (int i = 0; i < 900; i++) {
            many.row(i, i);
        }
        apply(many);
        apply(
                run(parted, RunOperation.UPSERT).row(1, -1),
                run(parted, RunOperation.UPDATE).row(2, -2));
        refuse(ErrorCode.DIRTY_LIMIT, run(parted, RunOperation.UPSERT).row(1000, 1));
        assertEquals(
                "-3",
                lab.query("SELECT sum(n) FROM dw.parted WHERE id IN (1, 2)")
                        .get(0)
                        .get(0));

        io.millrace.schema.Column[] columns = new io.millrace.schema.Column[300];
        Object[] values = new Object[300];
        columns[0] = bigint("id");
        values[0] = 1;
        for (int i = 1; i < 300; i++) {
            columns[i] = integer("c" + i);
            values[i] = i % 5 == 0 ? null : (Object) i;
        }
        TargetTable wide = target.plan(table("s", "wide300", 1, columns), new TableId("dw", "wide300"));
        target.create(wide);
        apply(
                run(wide, RunOperation.INSERT).row(values),
                run(wide, RunOperation.UPDATE).row(values));
        assertEquals("299", lab.query("SELECT c299 FROM dw.wide300").get(0).get(0));
    }
}
