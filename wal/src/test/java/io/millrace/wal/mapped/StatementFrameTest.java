package io.millrace.wal.mapped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.DdlKind;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.ddl.TableChange;
import io.millrace.ddl.TableEffect;
import io.millrace.error.MillraceException;
import io.millrace.position.MySqlGtids;
import io.millrace.position.TransactionId;
import io.millrace.row.Operation;
import io.millrace.schema.SchemaState;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import io.millrace.schema.TableSchema;
import io.millrace.schema.TableState;
import io.millrace.wal.ChangeLog;
import io.millrace.wal.LogSettings;
import io.millrace.wal.LogTailer;
import io.millrace.wal.codec.DdlCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatementFrameTest {
    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableSchema SHAPE = Workload.table("orders");

    @TempDir
    Path directory;

    private ChangeLog open() {
        return ChangeLogs.open(
                new LogSettings(directory, 1L << 30, 2 << 20, MySqlGtids.EMPTY, Optional.empty(), "shop_to_dw"));
    }

    private static ColumnDefinition column(String name) {
        return new ColumnDefinition(
                name,
                "varchar",
                List.of(10),
                List.of("a", "b"),
                true,
                false,
                "latin1",
                "latin1_bin",
                true,
                ColumnDefinition.Nullability.NOT_NULL,
                Optional.of("'x'"),
                ColumnDefinition.Generation.STORED,
                false,
                true,
                false,
                ColumnDefinition.Key.UNIQUE,
                "it's");
    }

    /** A statement that holds one of each kind that the model knows. */
    private static DdlEvent everything() {
        IndexDefinition index =
                new IndexDefinition(IndexDefinition.Kind.UNIQUE, "u", List.of(new TableIndex.Part("a", 3)));
        ForeignKeyDefinition key =
                new ForeignKeyDefinition("f", List.of("a"), ORDERS, List.of("id"), "CASCADE", "NO ACTION");
        TableId other = new TableId("shop", "größe");
        List<AlterStep> steps = List.of(
                new AlterStep.AddColumn(column("a"), ColumnPlace.after("b"), true),
                new AlterStep.DropColumn("b", false),
                new AlterStep.ChangeColumn("c", column("d"), ColumnPlace.FIRST, true),
                new AlterStep.RenameColumn("e", "f", false),
                new AlterStep.AlterDefault("g", Optional.of("1")),
                new AlterStep.AddIndex(index, false),
                new AlterStep.DropIndex("i"),
                new AlterStep.RenameIndex("i", "j"),
                new AlterStep.AddForeignKey(key),
                new AlterStep.DropForeignKey("k"),
                new AlterStep.DropConstraint("l"),
                new AlterStep.ConvertCharset("utf8mb4", ""),
                new AlterStep.DefaultCharset("", "utf8mb4_bin"),
                new AlterStep.RenameTo(other),
                new AlterStep.Partition("EXCHANGE PARTITION", true, Optional.of(other)),
                new AlterStep.Other("ENGINE", false));
        List<TableChange> changes = List.of(
                new TableChange.Create(
                        ORDERS,
                        true,
                        false,
                        Optional.of(other),
                        true,
                        List.of(column("a")),
                        List.of(index),
                        List.of(key),
                        "latin1",
                        "",
                        "c"),
                new TableChange.Alter(ORDERS, true, false, steps),
                new TableChange.Rename(ORDERS, other, true),
                new TableChange.Drop(other, true),
                new TableChange.Truncate(ORDERS),
                new TableChange.Repair(ORDERS),
                new TableChange.DropDatabase("x", true),
                new TableChange.DatabaseCharset("x", true, false, "latin1", "latin1_bin"));
        List<TableEffect> effects = new ArrayList<>();
        for (TableEffect.Kind kind : TableEffect.Kind.values()) {
            effects.add(new TableEffect(kind, ORDERS, Optional.of(SHAPE), Optional.empty(), effects.size() % 2 == 0));
        }
        return new DdlEvent("ALTER TABLE", changes, effects, "shop", "file=b.1, position=4", 5, "ALTER TABLE …");
    }

    @Test
    void shouldComeBackAsItWasWhenItHoldsEveryKind() {
        DdlEvent event = everything();
        assertEquals(event, DdlCodec.decode(DdlCodec.encode(event)));
        assertEquals(EnumSet.allOf(DdlKind.class), EnumSet.copyOf(event.kinds()));
    }

    @Test
    void shouldBeADecodeErrorWhenBytesAreMissing() {
        byte[] bytes = DdlCodec.encode(everything());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(MillraceException.class, () -> DdlCodec.decode(cut), "length=" + length);
        }
    }

    @Test
    void shouldStandBeforeItsTransactionWhenItIsCommitted() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(SHAPE);
            work.transaction(orders, "orders", 1, 10);
            log.sink().ddl(everything());
            work.expected.add("ddl ALTER TABLE 8 " + TableEffect.Kind.values().length);
            work.transaction(orders, "orders", 0, 10);
            work.transaction(orders, "orders", 1, 10);
            ChangeLogTest.awaitAll(log);
            List<Long> ends = new ArrayList<>();
            try (LogTailer tailer = log.tailer()) {
                Journal journal = ChangeLogTest.readAll(log, tailer);
                assertEquals(work.expected, journal.lines);
                ends.addAll(journal.ends);
            }
            assertTrue(ends.size() >= 2, "the statement begins a document: ends=" + ends);
        }
    }

    @Test
    void shouldBeGoneWhenItsTransactionIsCut() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(SHAPE);
            log.sink().ddl(everything());
            log.sink().abort();
            work.transaction(orders, "orders", 1, 10);
            log.sink().ddl(everything());
            log.sink().begin(Workload.fill(new TransactionId(), 2));
            log.sink().abort();
            ChangeLogTest.awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, ChangeLogTest.readAll(log, tailer).lines);
            }
        }
    }

    /** Behind the rows before it, at the start of a document, whatever was in the document before. */
    @Test
    void shouldStandWithinItsTransactionWhenRowsCameBefore() {
        try (ChangeLog log = open()) {
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(SHAPE);
            work.transaction(orders, "orders", 1, 10);
            work.begin();
            work.statement();
            work.row(orders, "orders", Operation.INSERT, 1, 10);
            work.statement();
            work.statement();
            long mark = work.mark();
            work.row(orders, "orders", Operation.INSERT, 2, 10);
            work.rollbackTo(mark);
            assertThrows(MillraceException.class, () -> log.sink().rollbackTo(0), "behind a statement");
            work.row(orders, "orders", Operation.INSERT, 3, 10);
            work.commit();
            work.transaction(orders, "orders", 1, 10);
            work.begin();
            work.row(orders, "orders", Operation.INSERT, 4, 10);
            work.statement();
            work.abort();
            work.transaction(orders, "orders", 1, 10);
            ChangeLogTest.awaitAll(log);
            try (LogTailer tailer = log.tailer()) {
                assertEquals(work.expected, ChangeLogTest.readAll(log, tailer).lines);
            }
        }
    }

    private static TableState state(String collation) {
        return new TableState(
                SHAPE,
                collation,
                List.of(new TableIndex(TableIndex.PRIMARY, true, List.of(new TableIndex.Part("id", 0)))));
    }

    @Test
    void shouldKeepWhatWasFollowedAsFarAsTheLogReaches() throws IOException {
        TableId other = new TableId("shop", "gone");
        try (ChangeLog log = open()) {
            assertEquals(Optional.empty(), log.sink().schemas());
            log.sink().keepSchemas(new SchemaState(Map.of(ORDERS, state("a"), other, state("b")), Map.of("shop", "c")));
            Workload work = new Workload(log.sink());
            int orders = log.sink().announce(SHAPE);
            TransactionId first = Workload.fill(new TransactionId(), 1);
            log.sink().changeSchemas(first, List.of(state("d")), List.of(other), Map.of("shop", "e"));
            work.transaction(orders, "orders", 1, 10);
            // Its transaction never comes.
            log.sink()
                    .changeSchemas(
                            Workload.fill(new TransactionId(), 2), List.of(), List.of(ORDERS), Map.of("shop", "f"));
            ChangeLogTest.awaitAll(log);
            assertEquals(
                    new SchemaState(Map.of(ORDERS, state("d")), Map.of("shop", "e")),
                    log.sink().schemas().orElseThrow());
        }
        Path file = directory.resolve("log.schemas");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.write(file, new byte[] {0, 0, 1, 0, 1}, StandardOpenOption.APPEND); // cut in its midst
        try (ChangeLog log = open()) {
            assertEquals(state("d"), log.sink().schemas().orElseThrow().tables().get(ORDERS));
        }
        Files.delete(directory.resolve("log.id"));
        try (ChangeLog log = open()) {
            assertTrue(log.isNew());
            assertFalse(log.sink().schemas().isPresent(), "what another log followed is not this one's");
        }
    }
}
