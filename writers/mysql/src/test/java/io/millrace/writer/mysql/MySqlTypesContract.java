package io.millrace.writer.mysql;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.LaneWriter;
import io.millrace.writer.LedgerEntry;
import io.millrace.writer.RunOperation;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestBatch;
import io.millrace.writer.TestRun;
import io.millrace.writer.TestSchemas;
import io.millrace.writer.TypeOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every type at its limits, by every way a row can take, compared with the server's own text of it; and what does not fit, by every
 * way, which is a dirty row and never a changed one.
 */
abstract class MySqlTypesContract {
    private MySqlLab lab;
    private Target target;
    private LaneWriter writer;
    private long index = 100;
    private int tables;

    protected abstract MySqlLab lab();

    @BeforeEach
    void open() {
        lab = lab();
        target = lab.open(new TargetSettings("types", "millrace", TypeOptions.DEFAULT));
        target.control().prepare();
        target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
        writer = target.laneWriter(0);
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    private TargetTable table(TypeCase type) {
        return lab.create(target, TestSchemas.table("shop", "t" + tables++, 1, bigint("id"), type.column()));
    }

    private void apply(TestRun... runs) {
        writer.apply(TestBatch.of(runs), checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
        index++;
    }

    /** A row for each value, then one of NULL. */
    private static TestRun rows(TargetTable table, RunOperation operation, TypeCase type) {
        TestRun run = new TestRun(table, operation);
        for (int i = 0; i < type.values().size(); i++) {
            run.row(i, type.values().get(i));
        }
        return run.row(type.values().size(), null);
    }

    private static TestRun nulls(TargetTable table, RunOperation operation, TypeCase type) {
        TestRun run = new TestRun(table, operation);
        for (int i = 0; i <= type.values().size(); i++) {
            run.row(i, null);
        }
        return run;
    }

    private void load(TargetTable table, TestRun rows) {
        try (ChunkWriter chunks = target.chunkWriter()) {
            chunks.begin(table);
            for (int i = 0; i < rows.count(); i++) {
                chunks.row(rows.row(i));
            }
            chunks.commit(
                    new LedgerEntry(
                            table.source().table(),
                            0,
                            Optional.empty(),
                            Optional.empty(),
                            TestSchemas.POSITION,
                            "",
                            rows.count()),
                    1);
        }
    }

    private void assertValues(TypeCase type, TargetTable table, String way) {
        List<List<String>> rows = lab.query("SELECT id, " + type.shown() + " FROM " + Identifiers.quote(table.name())
                + " WHERE id < 100 ORDER BY id");
        assertEquals(type.values().size() + 1, rows.size(), way);
        for (int i = 0; i < type.values().size(); i++) {
            assertEquals(type.texts().get(i), rows.get(i).get(1), way + ": " + type.column());
        }
        assertNull(rows.get(type.values().size()).get(1), way + ": " + type.column());
    }

    /** As the server says it, without widths that only one of them prints. */
    private String typeOf(TargetTable table) {
        String type = lab.query("SELECT column_type FROM information_schema.columns WHERE table_schema = '"
                        + table.name().namespace() + "' AND table_name = '"
                        + table.name().name() + "' AND column_name = 'v'")
                .get(0)
                .get(0);
        return type.equals("tinyint(1)") ? type : type.replaceAll("int\\([0-9]+\\)", "int").replaceAll("^year.*", "year");
    }

    @Test
    void shouldHoldEveryValueExactlyWhenRowsGoByLane() {
        for (TypeCase type : TypeCase.all(lab.dialect())) {
            TargetTable table = table(type);
            assertTrue(typeOf(table).startsWith(type.targetType()), typeOf(table) + " for " + type.column());
            apply(rows(table, RunOperation.INSERT, type));
            assertValues(type, table, "INSERT");
            apply(nulls(table, RunOperation.UPSERT, type), rows(table, RunOperation.UPSERT, type));
            assertValues(type, table, "UPSERT");
            apply(nulls(table, RunOperation.UPDATE, type), rows(table, RunOperation.UPDATE, type));
            assertValues(type, table, "UPDATE");
            apply(nulls(table, RunOperation.UPDATE_IF_THERE, type), rows(table, RunOperation.UPDATE_IF_THERE, type));
            assertValues(type, table, "UPDATE one by one");
            apply(nulls(table, RunOperation.DELETE, type), rows(table, RunOperation.UPDATE, type));
            assertValues(type, table, "UPDATE of missing rows");
        }
    }

    @Test
    void shouldHoldEveryValueExactlyWhenRowsGoByLoadData() {
        for (TypeCase type : TypeCase.all(lab.dialect())) {
            TargetTable table = table(type);
            TestRun rows = rows(table, RunOperation.INSERT, type);
            for (int i = 100; i < 100 + BatchApplier.LOAD_ROWS; i++) {
                rows.row(i, type.values().get(i % 2 == 0 ? 0 : type.values().size() - 1));
            }
            if (rows.row(0).buffer().capacity() < 100_000) {
                apply(rows);
                assertValues(type, table, "LOAD DATA of a lane");
                apply(everyRowDeleted(table, rows.count()));
            }
            load(table, rows(table, RunOperation.INSERT, type));
            assertValues(type, table, "INSERT of a chunk");
            apply(nulls(table, RunOperation.DELETE, type));
            target.control().remove();
            target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
        }
    }

    private static TestRun everyRowDeleted(TargetTable table, int count) {
        TestRun run = new TestRun(table, RunOperation.DELETE);
        for (int i = 0; i < 100 + count; i++) {
            run.row(i, null);
        }
        return run;
    }

    @Test
    void shouldFindEveryKeyWhenItIsOfThatType() {
        for (TypeCase type : TypeCase.all(lab.dialect())) {
            if (type.canBeKey()) {
                Column key = type.column();
                TableSchema single = TestSchemas.table("shop", "k" + tables, 1, key, bigint("n"));
                TableSchema composite = TestSchemas.table("shop", "c" + tables++, 2, key, bigint("n"));
                for (TableSchema schema : List.of(single, composite)) {
                    TargetTable table = lab.create(target, schema);
                    apply(keys(table, RunOperation.INSERT, type));
                    apply(keys(table, RunOperation.UPSERT, type));
                    apply(keys(table, RunOperation.UPDATE, type));
                    apply(keys(table, RunOperation.UPDATE_IF_THERE, type));
                    String count = "SELECT count(*) FROM " + Identifiers.quote(table.name());
                    assertEquals(
                            Integer.toString(type.values().size()),
                            lab.query(count).get(0).get(0),
                            key.toString());
                    apply(keys(table, RunOperation.DELETE, type));
                    assertEquals("0", lab.query(count).get(0).get(0), key.toString());
                }
            }
        }
    }

    private static TestRun keys(TargetTable table, RunOperation operation, TypeCase type) {
        TestRun run = new TestRun(table, operation);
        for (int i = 0; i < type.values().size(); i++) {
            run.row(type.values().get(i), i);
        }
        return run;
    }

    @Test
    void shouldRefuseARowAndChangeNoneWhenAValueDoesNotFit() {
        for (TypeCase type : TypeCase.all(lab.dialect())) {
            if (type.misfits().isEmpty()) {
                continue;
            }
            TargetTable table = table(type);
            Object good = type.values().get(0);
            apply(new TestRun(table, RunOperation.INSERT).row(1, good).row(2, good));
            List<List<String>> before = lab.query(
                    "SELECT id, " + type.shown() + " FROM " + Identifiers.quote(table.name()) + " ORDER BY id");
            for (Object misfit : type.misfits()) {
                assertRefused(new TestRun(table, RunOperation.INSERT).row(3, good).row(4, misfit), table, "row=1");
                assertRefused(new TestRun(table, RunOperation.UPSERT).row(1, good).row(2, misfit), table, "row=1");
                assertRefused(new TestRun(table, RunOperation.UPDATE).row(1, misfit), table, "row=0");
                assertRefused(new TestRun(table, RunOperation.UPDATE_IF_THERE).row(1, misfit), table, "row=0");
                TestRun many = new TestRun(table, RunOperation.INSERT);
                for (int i = 10; i < 10 + BatchApplier.LOAD_ROWS; i++) {
                    many.row(i, type.values().get(0));
                }
                many.row(9_999, misfit);
                assertRefused(many, table, "row=" + BatchApplier.LOAD_ROWS);
                MillraceException loaded = assertThrows(
                        MillraceException.class, () -> load(table, many), type.column() + ": " + misfit);
                assertEquals(ErrorCode.DIRTY_LIMIT, loaded.code(), loaded.display());
                assertTrue(loaded.getMessage().contains("row=" + BatchApplier.LOAD_ROWS), loaded.getMessage());
            }
            assertEquals(
                    before,
                    lab.query("SELECT id, " + type.shown() + " FROM " + Identifiers.quote(table.name())
                            + " ORDER BY id"));
        }
    }

    private void assertRefused(TestRun run, TargetTable table, String row) {
        MillraceException refused =
                assertThrows(MillraceException.class, () -> apply(run), () -> run.operation() + " of " + table.source());
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
        assertTrue(refused.getMessage().contains("table=" + table.name()), refused.getMessage());
        assertTrue(refused.getMessage().contains(row + ","), refused.getMessage());
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("canary"), cause.toString());
        }
    }
}
