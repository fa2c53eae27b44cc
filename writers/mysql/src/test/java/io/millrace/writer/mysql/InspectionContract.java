package io.millrace.writer.mysql;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.integer;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.Server;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetState;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TypeOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How existing tables are found to be. */
abstract class InspectionContract {
    private static final TableSchema ITEMS =
            table("shop", "items", 1, bigint("id"), integer("qty"), varchar("note", 60));

    private MySqlLab lab;
    private Target target;
    private TargetTable items;

    abstract Server server();

    @BeforeEach
    void open() {
        lab = new MySqlLab(server());
        target = lab.open(new TargetSettings("inspect", "millrace", TypeOptions.DEFAULT));
        items = target.plan(ITEMS, name("items"));
    }

    @AfterEach
    void close() {
        target.close();
    }

    private TableId name(String table) {
        return new TableId(lab.namespace(), table);
    }

    /** A statement's {@code dw} is the lab's database. */
    private TargetState state(String... statements) {
        for (String statement : statements) {
            lab.execute(statement.replace("dw.", lab.namespace() + "."));
        }
        return target.inspect(items);
    }

    private List<String> of(Severity severity, TargetState state) {
        return state.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .map(Finding::subject)
                .map(subject -> subject.replace(lab.namespace() + ".", "dw."))
                .toList();
    }

    private void assertClean(TargetState state) {
        assertEquals(List.of(), state.findings());
        assertTrue(state.exists());
    }

    @Test
    void shouldFindNothingWhenTheTableIsMissing() {
        assertEquals(new TargetState(false, false, false, List.of(), List.of()), target.inspect(items));
    }

    @Test
    void shouldBeCleanWhenWeMadeTheTable() {
        target.create(items);
        assertClean(target.inspect(items));
        assertFalse(target.inspect(items).hasRows());
        assertFalse(target.inspect(items).isTied());
        assertTrue(state("INSERT INTO dw.items (id) VALUES (1)").hasRows());
    }

    @Test
    void shouldFindAllDifferencesAtOnceWhenTypesAreWrong() {
        TargetState state = state("CREATE TABLE dw.items (id float PRIMARY KEY, note varchar(10), more int NOT NULL)");
        assertEquals(List.of("dw.items.id", "dw.items.qty", "dw.items.more"), of(Severity.ERROR, state));
        assertEquals(List.of("dw.items.note"), of(Severity.WARNING, state));
    }

    @Test
    void shouldBeCleanWhenTypesAreWider() {
        assertClean(state("CREATE TABLE dw.items (note longtext, more int, other int NOT NULL DEFAULT 1,"
                + " again int NOT NULL AUTO_INCREMENT UNIQUE, qty decimal(20), id decimal(20) PRIMARY KEY)"));
    }

    /** NULL is what it numbers rows by, in strict mode too, and without a warning. */
    @Test
    void shouldRefuseAColumnThatNumbersRowsWhereTheSourceHasNull() {
        TargetState state =
                state("CREATE TABLE dw.items (id bigint PRIMARY KEY, qty int AUTO_INCREMENT UNIQUE, note varchar(60))");
        assertEquals(List.of("dw.items.qty"), of(Severity.ERROR, state));
        assertClean(state(
                "DROP TABLE dw.items",
                "CREATE TABLE dw.items (id bigint AUTO_INCREMENT PRIMARY KEY, qty int, note varchar(60))"));
    }

    @Test
    void shouldWarnWhenTheTargetAllowsNoNull() {
        TargetState state = state("CREATE TABLE dw.items (id bigint PRIMARY KEY, qty int NOT NULL, note varchar(60))");
        assertEquals(List.of("dw.items.qty"), of(Severity.WARNING, state));
        assertEquals(List.of(), of(Severity.ERROR, state));
    }

    @Test
    void shouldWarnWhenTheKeyHasNoIndexOfItsOwn() {
        String columns = "CREATE TABLE dw.items (id bigint NOT NULL, qty int NOT NULL DEFAULT 0, note varchar(60)";
        assertTrue(of(Severity.WARNING, state(columns + ")")).contains("dw.items"));
        assertTrue(of(Severity.WARNING, state("CREATE INDEX plain ON dw.items (id)"))
                .contains("dw.items"));
        assertTrue(of(Severity.WARNING, state("CREATE UNIQUE INDEX more ON dw.items (id, qty)"))
                .contains("dw.items"));
        assertFalse(of(Severity.WARNING, state("CREATE UNIQUE INDEX own ON dw.items (id)"))
                .contains("dw.items"));
    }

    @Test
    void shouldBeTiedWhenThereAreFurtherUniqueKeys() {
        target.create(items);
        TargetState further = state("CREATE UNIQUE INDEX further ON dw.items (qty, id)");
        assertTrue(further.isTied());
        assertEquals(
                List.of("qty"),
                further.uniqueColumns().stream()
                        .filter(column -> !column.equals("id"))
                        .toList());
        assertFalse(state("DROP INDEX further ON dw.items").isTied());
    }

    @Test
    void shouldBeTiedWhenForeignKeysAreThere() {
        target.create(items);
        TargetState child = state(
                "CREATE TABLE dw.kinds (qty int PRIMARY KEY)",
                "ALTER TABLE dw.items ADD CONSTRAINT kind FOREIGN KEY (qty) REFERENCES dw.kinds (qty)");
        assertTrue(child.isTied());
        assertEquals(List.of(name("kinds")), child.tiedTo());
        target.close();
        target = lab.open(
                new TargetSettings("inspect", "millrace", TypeOptions.DEFAULT)); // foreign keys are asked for once
        TargetState parent = state(
                "ALTER TABLE dw.items DROP FOREIGN KEY kind",
                "CREATE TABLE dw.parts (item bigint, FOREIGN KEY (item) REFERENCES dw.items (id))");
        assertTrue(parent.isTied());
        assertEquals(List.of(name("parts")), parent.tiedTo());
    }

    @Test
    void shouldRefuseWhatIsNoTransactionalTable() {
        assertEquals(List.of("dw.items"), of(Severity.ERROR, state("CREATE VIEW dw.items AS SELECT 1 AS id")));
        assertEquals(
                List.of("dw.items"),
                of(
                        Severity.ERROR,
                        state(
                                "DROP VIEW dw.items",
                                "CREATE TABLE dw.items (id bigint PRIMARY KEY, qty int, note varchar(60)) ENGINE=MyISAM")));
    }

    @Test
    void shouldTellTriggersThatMeetOurRows() {
        target.create(items);
        assertEquals(
                List.of("dw.items"),
                of(Severity.WARNING, state("CREATE TRIGGER t BEFORE INSERT ON dw.items FOR EACH ROW SET NEW.qty = 1")));
        assertClean(state("DROP TRIGGER dw.t"));
    }

    @Test
    void shouldRefuseWhenTheTargetComputesTheColumn() {
        assertEquals(
                List.of("dw.items.qty", "dw.items.note"),
                of(
                        Severity.ERROR,
                        state("CREATE TABLE dw.items (id bigint PRIMARY KEY, qty int GENERATED ALWAYS AS (1) STORED,"
                                + " note varchar(60) GENERATED ALWAYS AS ('x') VIRTUAL)")));
    }
}
