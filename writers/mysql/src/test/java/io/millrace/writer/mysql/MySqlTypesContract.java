package io.millrace.writer.mysql;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import io.millrace.writer.mysql.batch.BatchApplier;
import io.millrace.writer.mysql.connection.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every type at its limits, by every way a row can take, compared with the server's own text of it; and what does not fit, by every
 * way, which is a dirty row and never a changed one. One table has a column of each type.
 */
abstract class MySqlTypesContract {
    private MySqlLab lab;
    private Target target;
    private LaneWriter writer;
    private List<TypeCase> types;
    private TargetTable table;
    private long index = 100;

    protected abstract MySqlLab lab();

    @BeforeEach
    void open() {
        lab = lab();
        target = lab.open(new TargetSettings("types", "millrace", TypeOptions.DEFAULT));
        target.control().prepare();
        target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
        writer = target.laneWriter(0);
        types = new ArrayList<>();
        for (TypeCase type : TypeCase.all(lab.dialect())) {
            types.add(type.named("c" + types.size()));
        }
        table = lab.create(target, TestSchemas.table("shop", "types", 1, columns()));
    }

    private Column[] columns() {
        List<Column> columns = new ArrayList<>(List.of(bigint("id")));
        types.forEach(type -> columns.add(type.column()));
        return columns.toArray(Column[]::new);
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    private void apply(TestRun... runs) {
        writer.apply(TestBatch.of(runs), checkpoint(0, 1, index), checkpoint(0, 1, index + 1));
        index++;
    }

    private int count() {
        return types.stream().mapToInt(type -> type.values().size()).max().orElseThrow();
    }

    /** The row's own value of each type, NULL where it has none. */
    private Object[] row(int number) {
        Object[] row = new Object[types.size() + 1];
        row[0] = number;
        for (int i = 0; i < types.size(); i++) {
            List<Object> values = types.get(i).values();
            row[i + 1] = number < values.size() ? values.get(number) : null;
        }
        return row;
    }

    private TestRun rows(RunOperation operation) {
        TestRun run = new TestRun(table, operation);
        for (int i = 0; i <= count(); i++) {
            run.row(row(i));
        }
        return run;
    }

    private TestRun nulls(RunOperation operation) {
        TestRun run = new TestRun(table, operation);
        for (int i = 0; i <= count(); i++) {
            Object[] row = new Object[types.size() + 1];
            row[0] = i;
            run.row(row);
        }
        return run;
    }

    /** A row of one type's value alone. */
    private Object[] alone(int id, int type, Object value) {
        Object[] row = new Object[types.size() + 1];
        row[0] = id;
        row[type + 1] = value;
        return row;
    }

    private void load(TestRun rows) {
        try (ChunkWriter chunks = target.chunkWriter()) {
            chunks.begin(table);
            for (int i = 0; i < rows.count(); i++) {
                chunks.row(rows.row(i));
            }
            LedgerEntry entry = new LedgerEntry(
                    table.source().table(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    TestSchemas.POSITION,
                    "",
                    rows.count());
            chunks.commit(entry, 1);
        }
    }

    private List<List<String>> shown() {
        String shown = types.stream().map(TypeCase::shown).collect(Collectors.joining(", "));
        return lab.query("SELECT id, " + shown + " FROM " + Identifiers.quote(table.name()) + " ORDER BY id");
    }

    private void assertValues(String way) {
        List<List<String>> rows = shown();
        assertTrue(rows.size() > count(), way);
        for (int i = 0; i <= count(); i++) {
            for (int column = 0; column < types.size(); column++) {
                TypeCase type = types.get(column);
                String text = i < type.texts().size() ? type.texts().get(i) : null;
                assertEquals(text, rows.get(i).get(column + 1), () -> way + ": " + type.column());
            }
        }
    }

    /** As the server says it, without widths that only one of them prints. */
    @Test
    void shouldMakeColumnsOfThePlannedTypes() {
        List<List<String>> made = lab.query("SELECT column_type FROM information_schema.columns WHERE table_schema = '"
                + lab.namespace() + "' AND table_name = 'types' AND column_name <> 'id' ORDER BY ordinal_position");
        for (int i = 0; i < types.size(); i++) {
            String type = made.get(i).get(0);
            String plain = type.equals("tinyint(1)")
                    ? type
                    : type.replaceAll("int\\([0-9]+\\)", "int").replaceAll("^year.*", "year");
            assertTrue(
                    plain.startsWith(types.get(i).targetType()),
                    plain + " for " + types.get(i).column());
        }
        assertEquals(
                List.of(),
                target.inspect(table).findings(),
                "a table that was made as planned has nothing to be found");
    }

    @Test
    void shouldHoldEveryValueExactlyWhenRowsGoByLane() {
        apply(rows(RunOperation.INSERT));
        assertValues("INSERT");
        apply(nulls(RunOperation.UPSERT), rows(RunOperation.UPSERT));
        assertValues("UPSERT");
        apply(nulls(RunOperation.UPDATE), rows(RunOperation.UPDATE));
        assertValues("UPDATE");
        apply(nulls(RunOperation.UPDATE_IF_THERE), rows(RunOperation.UPDATE_IF_THERE));
        assertValues("UPDATE one by one");
        apply(nulls(RunOperation.DELETE), rows(RunOperation.UPDATE));
        assertValues("UPDATE of missing rows");
    }

    @Test
    void shouldHoldEveryValueExactlyWhenRowsGoByLoadData() {
        TestRun many = rows(RunOperation.INSERT);
        TestRun removed = nulls(RunOperation.DELETE);
        for (int i = count() + 1; i < BatchApplier.LOAD_ROWS; i++) {
            many.row(alone(
                    i, i % types.size(), types.get(i % types.size()).values().get(0)));
            removed.row(alone(i, 0, null));
        }
        apply(many);
        assertValues("LOAD DATA of a lane");
        apply(removed);
        load(many);
        assertValues("LOAD DATA of a chunk");
        apply(removed);
        target.control().remove();
        target.control().replace(List.of(), List.of(checkpoint(0, 1, index)));
        load(rows(RunOperation.INSERT));
        assertValues("INSERT of a chunk");
    }

    @Test
    void shouldFindEveryKeyWhenItIsOfThatType() {
        for (TypeCase type : types) {
            if (type.canBeKey()) {
                boolean isAlone = types.indexOf(type) % 4 > 0;
                TableSchema schema = TestSchemas.table(
                        "shop", "key_" + type.column().name(), isAlone ? 1 : 2, type.column(), bigint("n"));
                TargetTable keyed = lab.create(target, schema);
                apply(keys(keyed, RunOperation.INSERT, type));
                apply(
                        keys(keyed, RunOperation.UPSERT, type),
                        keys(keyed, RunOperation.UPDATE, type),
                        keys(keyed, RunOperation.UPDATE_IF_THERE, type));
                String count = "SELECT count(*) FROM " + Identifiers.quote(keyed.name());
                assertEquals(
                        Integer.toString(type.values().size()),
                        lab.query(count).get(0).get(0),
                        type.column().toString());
                apply(keys(keyed, RunOperation.DELETE, type));
                assertEquals("0", lab.query(count).get(0).get(0), type.column().toString());
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
        apply(rows(RunOperation.INSERT));
        List<List<String>> before = shown();
        for (int i = 0; i < types.size(); i++) {
            for (Object misfit : types.get(i).misfits()) {
                Object[] good = alone(1_000, i, types.get(i).values().get(0));
                assertRefused(i, run(RunOperation.INSERT).row(good).row(alone(1_001, i, misfit)), "row=1");
                assertRefused(i, run(RunOperation.UPSERT).row(row(1)).row(alone(2, i, misfit)), "row=1");
                assertRefused(i, run(RunOperation.UPDATE).row(row(1)).row(alone(2, i, misfit)), "row=1");
                assertRefused(i, run(RunOperation.UPDATE_IF_THERE).row(alone(1, i, misfit)), "row=0");
            }
            if (!types.get(i).misfits().isEmpty()) {
                loadAMisfit(i, types.get(i).misfits().get(0));
            }
        }
        loadAMisfit(0, null);
        assertEquals(before, shown());
    }

    private TestRun run(RunOperation operation) {
        return new TestRun(table, operation);
    }

    /** By LOAD DATA, which would change it, and leave out a key that exists. */
    private void loadAMisfit(int type, Object misfit) {
        TestRun many = run(RunOperation.INSERT);
        for (int i = 0; i < BatchApplier.LOAD_ROWS; i++) {
            many.row(alone(2_000 + i, type, null));
        }
        many.row(misfit == null ? alone(0, type, null) : alone(9_999, type, misfit));
        String last = "row=" + BatchApplier.LOAD_ROWS;
        if (misfit != null) {
            assertRefused(type, many, last);
        }
        MillraceException loaded = assertThrows(
                MillraceException.class,
                () -> load(many),
                () -> "load of " + types.get(type).column());
        assertEquals(ErrorCode.DIRTY_LIMIT, loaded.code(), loaded.display());
        assertTrue(loaded.getMessage().contains(last), loaded.getMessage());
    }

    private void assertRefused(int type, TestRun run, String row) {
        String what = run.operation() + " of " + types.get(type).column();
        MillraceException refused = assertThrows(MillraceException.class, () -> apply(run), what);
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), () -> what + ": " + refused.display());
        assertTrue(refused.getMessage().contains("table=" + table.name()), refused.getMessage());
        assertTrue(refused.getMessage().contains(row + ","), refused.getMessage());
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("canary"), cause.toString());
        }
    }
}
