package io.millrace.writer.postgres;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.integer;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.error.MillraceException;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How existing tables are found to be. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresInspectionIT {
    private static final TableSchema ITEMS =
            table("shop", "items", 1, bigint("id"), integer("qty"), varchar("note", 60));

    private final PostgresLab lab;
    private Target target;
    private TargetTable items;

    PostgresInspectionIT() {
        lab = new PostgresLab(PostgresServer.builder().set("fsync", "on").shared());
    }

    @BeforeEach
    void open() {
        lab.execute("DROP SCHEMA IF EXISTS dw CASCADE");
        lab.execute("CREATE SCHEMA dw");
        target = lab.open(new TargetSettings("inspect", "millrace", TypeOptions.DEFAULT));
        items = target.plan(ITEMS, new TableId("dw", "items"));
    }

    @AfterEach
    void close() {
        target.close();
    }

    private TargetState state(String... statements) {
        for (String statement : statements) {
            lab.execute(statement);
        }
        return target.inspect(items);
    }

    private static List<String> of(Severity severity, TargetState state) {
        return state.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .map(Finding::subject)
                .toList();
    }

    private void assertClean(TargetState state) {
        assertEquals(List.of(), state.findings());
        assertTrue(state.exists());
    }

    @Test
    void shouldFindNothingWhenTableIsMissing() {
        assertEquals(new TargetState(false, false, false, List.of(), List.of()), target.inspect(items));
    }

    @Test
    void shouldBeCleanWhenWeMadeTheTable() {
        target.create(items);
        assertClean(target.inspect(items));
        assertFalse(target.inspect(items).hasRows());
        assertFalse(target.inspect(items).isTied());
        lab.execute("INSERT INTO dw.items (id) VALUES (1)");
        assertTrue(target.inspect(items).hasRows());
    }

    @Test
    void shouldFindAllDifferencesAtOnceWhenTypesAreWrong() {
        TargetState state = state("CREATE TABLE dw.items (id real PRIMARY KEY, note varchar(10), more int NOT NULL)");
        assertEquals(List.of("dw.items.id", "dw.items.qty", "dw.items.more"), of(Severity.ERROR, state));
        assertEquals(List.of("dw.items.note"), of(Severity.WARNING, state));
    }

    @Test
    void shouldBeCleanWhenTypesAreWider() {
        assertClean(state("CREATE TABLE dw.items (note text, more int, other int NOT NULL DEFAULT 1,"
                + " again int GENERATED ALWAYS AS IDENTITY, qty numeric, id numeric(20) PRIMARY KEY)"));
    }

    @Test
    void shouldWarnWhenKeyHasNoIndexOfItsOwn() {
        assertEquals(
                List.of("dw.items"),
                of(Severity.WARNING, state("CREATE TABLE dw.items (id bigint, qty int, note varchar(60))")));
        assertEquals(
                List.of("dw.items"),
                of(Severity.WARNING, state("CREATE UNIQUE INDEX partial ON dw.items (id) WHERE qty > 0")));
        assertEquals(
                List.of("dw.items"), of(Severity.WARNING, state("ALTER TABLE dw.items ADD UNIQUE (id) DEFERRABLE")));
        assertClean(state("CREATE UNIQUE INDEX ON dw.items (id) INCLUDE (note)"));
    }

    @Test
    void shouldBeTiedWhenThereAreFurtherUniqueKeys() {
        target.create(items);
        assertTrue(state("CREATE UNIQUE INDEX further ON dw.items (note)").isTied());
        assertFalse(state("DROP INDEX dw.further").isTied());
        assertTrue(
                state("CREATE UNIQUE INDEX further ON dw.items (lower(note))").isTied());
    }

    @Test
    void shouldBeTiedWhenForeignKeysAreEnforced() {
        target.create(items);
        TargetState child = state(
                "CREATE TABLE dw.kinds (qty int PRIMARY KEY)",
                "ALTER TABLE dw.items ADD CONSTRAINT kind FOREIGN KEY (qty) REFERENCES dw.kinds");
        assertTrue(child.isTied());
        assertEquals(List.of(new TableId("dw", "kinds")), child.tiedTo());
        TargetState notEnforced =
                state("ALTER TABLE dw.items DISABLE TRIGGER ALL", "ALTER TABLE dw.kinds DISABLE TRIGGER ALL");
        assertFalse(notEnforced.isTied());
        TargetState parent = state(
                "ALTER TABLE dw.items DROP CONSTRAINT kind",
                "CREATE TABLE dw.parts (item bigint REFERENCES dw.items)",
                "ALTER TABLE dw.items ENABLE TRIGGER ALL");
        assertTrue(parent.isTied());
        assertEquals(List.of(new TableId("dw", "parts")), parent.tiedTo());
    }

    @Test
    void shouldTellColumnsOfFurtherUniqueKeys() {
        String create = "CREATE TABLE dw.items (id bigint PRIMARY KEY, qty int NOT NULL, note varchar(20)";
        assertEquals(List.of(), state(create + ")").uniqueColumns());
        assertEquals(
                List.of("qty"),
                state("CREATE UNIQUE INDEX by_qty ON dw.items (qty, id)").uniqueColumns().stream()
                        .filter(column -> !column.equals("id"))
                        .toList());
        assertEquals(
                List.of("id", "qty", "note"),
                state("CREATE UNIQUE INDEX by_note ON dw.items (lower(note))").uniqueColumns());
        assertEquals(
                List.of("id", "qty", "note"),
                state("DROP INDEX dw.by_note", "CREATE UNIQUE INDEX by_part ON dw.items (qty) WHERE note IS NULL")
                        .uniqueColumns());
    }

    @Test
    void shouldFindKeysAndTriggersAtRestWhenTheSessionIsAReplicas() {
        TargetState plain = state(
                "CREATE TABLE dw.parents (id bigint PRIMARY KEY)",
                "CREATE TABLE dw.items (id bigint PRIMARY KEY, qty int NOT NULL,"
                        + " note varchar(20), CONSTRAINT to_parent FOREIGN KEY (id) REFERENCES dw.parents)",
                "CREATE FUNCTION dw.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER t BEFORE INSERT ON dw.items FOR EACH ROW EXECUTE FUNCTION dw.f()");
        assertTrue(plain.isTied());
        assertTrue(of(Severity.WARNING, plain).contains("dw.items"));
        TargetSettings settings = new TargetSettings("inspect", "millrace", TypeOptions.DEFAULT, true);
        try (Target replica = lab.open(settings)) {
            assertFalse(of(Severity.WARNING, replica.inspect(items)).contains("dw.items"));
            assertFalse(replica.inspect(items).isTied());
            assertEquals(List.of(), replica.foreignKeys(items.name()));
            lab.execute("DO $$ DECLARE t name; BEGIN FOR t IN SELECT tgname FROM pg_trigger"
                    + " WHERE tgrelid = 'dw.items'::regclass AND tgisinternal LOOP"
                    + " EXECUTE format('ALTER TABLE dw.items ENABLE ALWAYS TRIGGER %I', t); END LOOP; END $$");
            assertTrue(replica.inspect(items).isTied());
        }
        lab.execute("DROP ROLE IF EXISTS no_replica");
        lab.execute("CREATE ROLE no_replica LOGIN PASSWORD 'poor'");
        try (Target refused = new PostgresTargetProvider().open(lab.dataSource("no_replica", "poor"), settings)) {
            MillraceException refusal = assertThrows(MillraceException.class, refused::version);
            assertEquals(ErrorCode.TARGET_PRIVILEGE, refusal.code());
            assertTrue(refusal.getMessage().contains("session_replication_role"), refusal.getMessage());
        }
    }

    @Test
    void shouldRefuseWhenRelationIsNoLoggedTable() {
        assertEquals(List.of("dw.items"), of(Severity.ERROR, state("CREATE VIEW dw.items AS SELECT 1 AS id")));
        lab.execute("DROP VIEW dw.items");
        assertEquals(
                List.of("dw.items"),
                of(
                        Severity.ERROR,
                        state("CREATE UNLOGGED TABLE dw.items (id bigint PRIMARY KEY, qty int, note text)")));
    }

    @Test
    void shouldTellOfTablesThatInheritAndNotOfPartitions() {
        String columns = " (id bigint PRIMARY KEY, qty integer, note varchar(60))";
        assertClean(state("CREATE TABLE dw.items" + columns));
        TargetState inherited =
                state("CREATE TABLE dw.more () INHERITS (dw.items)", "CREATE TABLE dw.others () INHERITS (dw.items)");
        assertEquals(List.of("dw.items"), of(Severity.WARNING, inherited));
        String message = inherited.findings().get(0).message();
        assertTrue(message.endsWith("tables=2, first=dw.more"), message);
        assertClean(state(
                "DROP TABLE dw.items CASCADE",
                "CREATE TABLE dw.items" + columns + " PARTITION BY RANGE (id)",
                "CREATE TABLE dw.part PARTITION OF dw.items DEFAULT"));
    }

    @Test
    void shouldTellTriggersAndRulesThatMeetOurRows() {
        target.create(items);
        TargetState triggered = state(
                "CREATE FUNCTION dw.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER t BEFORE INSERT ON dw.items FOR EACH ROW EXECUTE FUNCTION dw.f()");
        assertEquals(List.of("dw.items"), of(Severity.WARNING, triggered));
        assertClean(state("ALTER TABLE dw.items ENABLE ALWAYS TRIGGER t"));
        assertClean(state("ALTER TABLE dw.items DISABLE TRIGGER t"));
        assertEquals(
                List.of("dw.items"),
                of(Severity.ERROR, state("CREATE RULE r AS ON INSERT TO dw.items DO INSTEAD NOTHING")));
    }

    @Test
    void shouldRefuseWhenTargetComputesTheColumn() {
        assertEquals(
                List.of("dw.items.qty", "dw.items.note"),
                of(
                        Severity.ERROR,
                        state(
                                "CREATE TABLE dw.items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                                        + " qty int GENERATED ALWAYS AS (1) STORED, note varchar(60) GENERATED ALWAYS AS ('x') STORED)")));
    }

    @Test
    void shouldNameEveryMissingPrivilegeWhenUserIsPoor() {
        target.create(items);
        target.control().prepare();
        String role = "poor_" + lab.database();
        lab.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'poor'");
        lab.execute("GRANT USAGE ON SCHEMA dw, millrace TO " + role);
        lab.execute("GRANT SELECT, UPDATE ON dw.items TO " + role);
        try (Target poor = new PostgresTargetProvider()
                .open(lab.dataSource(role, "poor"), new TargetSettings("inspect", "millrace", TypeOptions.DEFAULT))) {
            TargetTable missing = poor.plan(ITEMS, new TableId("dw", "missing"));
            TargetTable elsewhere = poor.plan(ITEMS, new TableId("elsewhere", "items"));
            List<Finding> findings = poor.check(List.of(items, missing, elsewhere));
            assertTrue(findings.stream().allMatch(finding -> finding.code() == ErrorCode.TARGET_PRIVILEGE));
            assertEquals(
                    List.of(
                            "dw.items",
                            "dw.items",
                            "millrace.checkpoint",
                            "millrace.checkpoint",
                            "millrace.checkpoint",
                            "millrace.checkpoint",
                            "millrace.load_ledger",
                            "millrace.load_ledger",
                            "millrace.load_ledger",
                            "millrace.load_ledger",
                            "millrace.structure",
                            "millrace.structure",
                            "millrace.structure",
                            "millrace.structure",
                            "dw",
                            "elsewhere"),
                    findings.stream().map(Finding::subject).toList());
            MillraceException refused = assertThrows(MillraceException.class, () -> poor.create(missing));
            assertEquals(ErrorCode.TARGET_PRIVILEGE, refused.code(), refused.display());
        } finally {
            lab.execute("DROP OWNED BY " + role);
            lab.execute("DROP ROLE " + role);
        }
    }

    @Test
    void shouldFindNothingToFixWhenServerAndUserAreFit() {
        assertEquals(List.of(), target.check(List.of(items)));
        assertTrue(target.version().startsWith("PostgreSQL 18."), target.version());
    }

    @Test
    void shouldCreateOddNamesAsTheyAreWhenTheyFit() {
        String odd = "Ö\"; DROP TABLE x; -- ?'$1";
        String long63 = "ü".repeat(31) + "x";
        TableSchema schema = table("shop", odd, 1, bigint(odd), varchar(long63, 5));
        TargetTable table = target.plan(schema, new TableId("dw", odd));
        assertEquals(2, target.statements(table).size());
        target.create(table);
        assertClean(target.inspect(table));
    }

    @Test
    void shouldRefuseNamesThatTheServerWouldCutOrHas() {
        for (String name : List.of("ü".repeat(32), "", "ctid", "a\0b")) {
            MillraceException refused = assertThrows(
                    MillraceException.class,
                    () -> target.plan(table("shop", "t", 1, bigint(name)), new TableId("dw", "t")));
            assertEquals(ErrorCode.TABLE_REFUSED, refused.code());
        }
        assertThrows(MillraceException.class, () -> target.plan(ITEMS, new TableId("dw", "x".repeat(64))));
        assertThrows(MillraceException.class, () -> target.plan(ITEMS, new TableId("x".repeat(64), "t")));
    }

    @Test
    void shouldWriteWhatTheSourceComputesUnlessTheTargetDoes() {
        TableSchema schema = table(
                "shop",
                "t",
                1,
                bigint("id"),
                new io.millrace.schema.Column("twice", ColumnType.INTEGER, "bigint", true, 8, -1, "", List.of(), true),
                TestSchemas.of("v", ColumnType.TEXT, "text", 65535, -1));
        TargetTable planned = target.plan(schema, new TableId("dw", "t"));
        assertEquals(
                "CREATE TABLE \"dw\".\"t\" (\n  \"id\" bigint NOT NULL,\n  \"twice\" bigint,\n  \"v\" text,\n"
                        + "  PRIMARY KEY (\"id\")\n)",
                target.statements(planned).get(1));
        lab.execute("CREATE SCHEMA IF NOT EXISTS dw");
        lab.execute(
                "CREATE TABLE dw.t (twice bigint GENERATED ALWAYS AS (id * 2) STORED, v text, id bigint PRIMARY KEY)");
        TargetState state = target.inspect(planned);
        assertEquals(List.of(), state.findings());
        assertEquals(List.of("twice"), state.computed());
        TargetTable written = planned.without(state.computed());
        assertEquals(
                List.of("id", "v"),
                written.columns().stream().map(column -> column.name()).toList());
        assertEquals(List.of(0), written.key());
    }
}
