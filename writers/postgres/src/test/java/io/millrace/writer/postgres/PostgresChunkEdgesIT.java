package io.millrace.writer.postgres;

import static io.millrace.writer.TestSchemas.bigint;
import static io.millrace.writer.TestSchemas.checkpoint;
import static io.millrace.writer.TestSchemas.table;
import static io.millrace.writer.TestSchemas.varchar;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.servers.PostgresServer;
import io.millrace.servers.RealServers;
import io.millrace.servers.ServerKind;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.Target;
import io.millrace.writer.TargetSettings;
import io.millrace.writer.TargetTable;
import io.millrace.writer.TestRun;
import io.millrace.writer.TypeOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that cannot be written, or not be removed, in places that only PostgreSQL has. */
@RealServers(ServerKind.POSTGRES_18)
class PostgresChunkEdgesIT {
    private static final TableSchema ITEMS = table("s", "items", 1, bigint("id"), varchar("note", 60));

    private final PostgresLab lab;
    private Target target;
    private ChunkWriter writer;

    PostgresChunkEdgesIT(PostgresServer server) {
        lab = new PostgresLab(server);
    }

    @BeforeEach
    void open() {
        target = lab.open(new TargetSettings("chunk_edges", "millrace", TypeOptions.DEFAULT));
        target.control().prepare();
        target.control().remove();
        target.control().replace(List.of(), List.of(checkpoint(0, 1, 0)));
        writer = target.chunkWriter();
        lab.execute("DROP SCHEMA IF EXISTS dw CASCADE");
        lab.execute("CREATE SCHEMA dw");
        lab.execute("CREATE TABLE dw.items (id bigint PRIMARY KEY, note varchar(60))");
    }

    @AfterEach
    void close() {
        writer.close();
        target.close();
    }

    private TargetTable items() {
        return target.plan(ITEMS, new TableId("dw", "items"));
    }

    private static ImageFlyweight image(long id, String note) {
        byte[] bytes = TestRun.image(ITEMS, id, note);
        return new ImageFlyweight().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    @Test
    void shouldNameTheConstraintWhenRowsThatStandAreReferredTo() {
        lab.execute("INSERT INTO dw.items VALUES (1, 'a')");
        lab.execute("CREATE TABLE dw.parts (item bigint CONSTRAINT parts_item REFERENCES dw.items)");
        lab.execute("INSERT INTO dw.parts VALUES (1)");
        TargetTable items = items();
        writer.replace(List.of(items), Optional.empty(), Optional.empty());
        MillraceException refused = assertThrows(MillraceException.class, () -> writer.begin(items));
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
        assertTrue(refused.getMessage().contains("constraint=parts_item"), refused.display());
    }

    /** Written by arrays, 2,000 rows at a time: the place is the chunk's all the same. */
    @Test
    void shouldNameTheRowsPlaceWhenOthersAreWrittenBeforeIt() {
        TargetTable items = items();
        writer.overwrite();
        writer.begin(items);
        MillraceException refused = assertThrows(MillraceException.class, () -> {
            for (int i = 0; i < 2_500; i++) {
                writer.row(image(i, i == 2_100 ? "nul \0" : "note"));
            }
            writer.flush();
        });
        assertEquals(ErrorCode.DIRTY_LIMIT, refused.code(), refused.display());
        assertTrue(refused.getMessage().contains("row=2100,"), refused.display());
    }

    /** EXACTNESS 41: altered between the look at its columns and the lock on it. */
    @Test
    void shouldNotWriteByAShapeThatATableHasNoMore() throws Exception {
        TargetTable items = items();
        try (Connection other = lab.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("ALTER TABLE dw.items ALTER COLUMN note TYPE varchar(5)");
            CompletableFuture<MillraceException> refused = CompletableFuture.supplyAsync(
                    () -> assertThrows(MillraceException.class, () -> writer.begin(items)));
            while (!isWaitedFor(statement)) {
                assertFalse(refused.isDone(), () -> "it did not wait: " + refused.join());
                Thread.sleep(5);
            }
            other.commit();
            assertEquals(
                    ErrorCode.TARGET_BUSY, refused.join().code(), refused.join().display());
        }
        writer.rollback();
        writer.begin(items);
        writer.row(image(1, "short"));
        writer.flush();
    }

    private static boolean isWaitedFor(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'dw.items'::regclass")) {
            return rows.next();
        }
    }
}
