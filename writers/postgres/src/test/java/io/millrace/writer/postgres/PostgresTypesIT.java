package io.millrace.writer.postgres;

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
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
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
import io.millrace.writer.TypeOptions.NulChar;
import io.millrace.writer.TypeOptions.ZeroDate;
import io.millrace.writer.postgres.connection.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every type at its limits, by every way a row can take, compared with the server's own text of it. */
@RealServers({ServerKind.POSTGRES_18, ServerKind.POSTGRES_16})
class PostgresTypesIT {
    private final PostgresLab lab;
    private Target target;
    private LaneWriter writer;
    private long index = 100;
    private int tables;

    PostgresTypesIT(PostgresServer server) {
        lab = new PostgresLab(server);
    }

    private void open(TypeOptions options) {
        target = lab.open(new TargetSettings("types", "millrace", options));
        target.control().prepare();
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

    private void assertValues(TypeCase type, TargetTable table, String way) {
        List<List<String>> rows =
                lab.query("SELECT id, v::text FROM " + Identifiers.quote(table.name()) + " ORDER BY id");
        assertEquals(type.values().size() + 1, rows.size(), way);
        for (int i = 0; i < type.values().size(); i++) {
            assertEquals(type.texts().get(i), rows.get(i).get(1), way + ": " + type.column());
        }
        assertNull(rows.get(type.values().size()).get(1), way + ": " + type.column());
    }

    @Test
    void shouldHoldEveryValueExactlyWhenRowsGoByLane() {
        open(TypeOptions.DEFAULT);
        for (TypeCase type : TypeCase.all()) {
            TargetTable table = table(type);
            assertEquals(
                    type.targetType(),
                    lab.query("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attname = 'v'"
                                    + " AND attrelid = '" + table.name() + "'::regclass")
                            .get(0)
                            .get(0));
            apply(rows(table, RunOperation.INSERT, type));
            assertValues(type, table, "INSERT");
            apply(nulls(table, RunOperation.UPSERT, type), rows(table, RunOperation.UPSERT, type));
            assertValues(type, table, "UPSERT");
            apply(nulls(table, RunOperation.UPDATE, type), rows(table, RunOperation.UPDATE, type));
            assertValues(type, table, "UPDATE");
            apply(nulls(table, RunOperation.DELETE, type), rows(table, RunOperation.UPDATE, type));
            assertValues(type, table, "UPDATE of missing rows");
        }
    }

    @Test
    void shouldHoldEveryValueExactlyWhenRowsGoByCopy() {
        open(TypeOptions.DEFAULT);
        for (TypeCase type : TypeCase.all()) {
            TargetTable table = table(type);
            try (ChunkWriter chunks = target.chunkWriter()) {
                TestRun rows = rows(table, RunOperation.INSERT, type);
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
            assertValues(type, table, "COPY");
        }
    }

    @Test
    void shouldFindEveryKeyWhenItIsOfThatType() {
        open(TypeOptions.DEFAULT);
        for (TypeCase type : TypeCase.all()) {
            if (type.canBeKey()) {
                Column key = type.column();
                TableSchema single = TestSchemas.table("shop", "k" + tables, 1, key, bigint("n"));
                TableSchema composite = TestSchemas.table("shop", "c" + tables++, 2, key, bigint("n"));
                for (TableSchema schema : List.of(single, composite)) {
                    TargetTable table = lab.create(target, schema);
                    String rows = "SELECT count(*) FROM " + Identifiers.quote(table.name());
                    apply(keys(table, RunOperation.INSERT, type));
                    apply(keys(table, RunOperation.UPSERT, type));
                    apply(keys(table, RunOperation.UPDATE, type));
                    assertEquals(
                            Integer.toString(type.values().size()),
                            lab.query(rows).get(0).get(0),
                            key.toString());
                    apply(keys(table, RunOperation.DELETE, type));
                    assertEquals("0", lab.query(rows).get(0).get(0), key.toString());
                }
            }
        }
    }

    private static TestRun keys(TargetTable table, RunOperation operation, TypeCase type) {
        TestRun run = new TestRun(table, operation);
        for (Object value : type.values()) {
            run.row(value, 1);
        }
        return run;
    }

    @Test
    void shouldRefuseWithItsColumnWhenDateIsZeroOrPartial() {
        open(TypeOptions.DEFAULT);
        for (TypeCase type : TimeCases.zeroDates()) {
            TargetTable table = table(type);
            for (Object value : type.values()) {
                assertRefused(new TestRun(table, RunOperation.UPSERT).row(1, value), table);
            }
        }
    }

    private void assertRefused(TestRun run, TargetTable table) {
        MillraceException refused = assertThrows(MillraceException.class, () -> apply(run));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
        assertTrue(refused.getMessage().contains("table=" + table.name()), refused.getMessage());
        assertTrue(refused.getMessage().contains("column=v"), refused.getMessage());
    }

    @Test
    void shouldFollowZeroDateWhenItIsSetNullOrMin() {
        for (ZeroDate zeroDate : List.of(ZeroDate.SET_NULL, ZeroDate.MIN)) {
            open(new TypeOptions(zeroDate, NulChar.DIRTY, false));
            for (TypeCase type : TimeCases.zeroDates()) {
                TargetTable table = table(type);
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < type.values().size(); i++) {
                    texts.add(
                            zeroDate == ZeroDate.SET_NULL
                                    ? null
                                    : type.targetType().equals("date")
                                            ? "0001-01-01"
                                            : type.targetType().contains("with time")
                                                    ? "0001-01-01 00:00:00+00"
                                                    : "0001-01-01 00:00:00");
                }
                apply(rows(table, RunOperation.INSERT, type));
                assertValues(new TypeCase(type.column(), "", type.values(), texts), table, zeroDate.name());
            }
            target.control().remove();
            close();
        }
    }

    @Test
    void shouldKeepTheSourcesTextWhenZeroDateIsText() {
        open(new TypeOptions(ZeroDate.TEXT, NulChar.DIRTY, false));
        for (TypeCase type : TimeCases.zeroDates()) {
            TargetTable table = table(type);
            apply(rows(table, RunOperation.INSERT, type));
            assertValues(type, table, "text");
        }
    }

    @Test
    void shouldRefuseOrStripWhenTextHoldsNul() {
        Column column = TestSchemas.varchar("v", 40);
        TypeCase type = new TypeCase(
                column,
                "",
                List.of("a\0b", "\0", "\0\0long enough for words of eight\0"),
                List.of("ab", "", "long enough for words of eight"));
        open(TypeOptions.DEFAULT);
        TargetTable table = table(type);
        for (Object value : type.values()) {
            assertRefused(new TestRun(table, RunOperation.UPSERT).row(1, value), table);
        }
        target.control().remove();
        close();
        open(new TypeOptions(ZeroDate.DIRTY, NulChar.STRIP, false));
        apply(rows(table, RunOperation.UPSERT, type));
        assertValues(type, table, "strip");
    }

    @Test
    void shouldStoreJsonBinaryWhenAsked() {
        open(new TypeOptions(ZeroDate.DIRTY, NulChar.DIRTY, true));
        Column json = TestSchemas.of("v", ColumnType.JSON, "json", -1, -1);
        TypeCase type = new TypeCase(
                json,
                "jsonb",
                List.of("{\"b\": 1, \"a\": 18446744073709551615}"),
                List.of("{\"a\": 18446744073709551615, \"b\": 1}"));
        TargetTable table = table(type);
        apply(rows(table, RunOperation.INSERT, type));
        assertValues(type, table, "jsonb");
        MillraceException refused = assertThrows(
                MillraceException.class,
                () -> apply(new TestRun(table, RunOperation.UPSERT).row(1, "{\"canary\": \"\\u0000\"}")));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code());
        assertFalse(refused.getMessage().contains("canary"), refused.getMessage());
    }

    /** Each source type into a table that somebody made with other types, as text where need be. */
    @Test
    void shouldCastAtTheServerWhenAnExistingColumnHasAnotherType() {
        open(TypeOptions.DEFAULT);
        for (TypeCase type : TypeCase.all()) {
            if (type.column().type() == ColumnType.BINARY || type.column().type() == ColumnType.GEOMETRY) {
                continue; // bytes have no text of their own: such a column is refused
            }
            for (String other : List.of("text", "varchar")) {
                String name = "o" + tables++;
                lab.execute("CREATE SCHEMA IF NOT EXISTS dw");
                lab.execute("CREATE TABLE dw." + name + " (id bigint PRIMARY KEY, v " + other + ")");
                TargetTable table = target.plan(
                        TestSchemas.table("shop", name, 1, bigint("id"), type.column()), new TableId("dw", name));
                apply(rows(table, RunOperation.INSERT, type));
                apply(rows(table, RunOperation.UPSERT, type));
                apply(rows(table, RunOperation.UPDATE, type));
                assertEquals(
                        type.values().size() + 1,
                        lab.query("SELECT id FROM dw." + name).size());
                if (type.column().type().isFixed() && !type.targetType().contains("bool")) {
                    // The text reads back as the value.
                    List<List<String>> back =
                            lab.query("SELECT v::" + type.targetType() + "::text FROM dw." + name + " ORDER BY id");
                    for (int i = 0; i < type.values().size(); i++) {
                        assertEquals(
                                type.texts().get(i),
                                back.get(i).get(0),
                                type.column().toString());
                    }
                }
            }
        }
    }
}
