package io.millrace.lane.row;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableEffect;
import io.millrace.mapping.TaskPlan;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which statements are done where a lane starts, and which it meets. */
class StatementBarrierTest {
    private static final TableSchema TABLE = new TableSchema(
            new TableId("shop", "t"),
            1,
            List.of(new Column("id", ColumnType.INTEGER, "int", false, 4, -1, "", List.of(), false)),
            List.of(0));
    private static final DdlEvent TRUNCATE = new DdlEvent(
            "TRUNCATE TABLE",
            List.of(),
            List.of(new TableEffect(
                    TableEffect.Kind.TRUNCATED, TABLE.table(), Optional.of(TABLE), Optional.of(TABLE), true)),
            "",
            "lsn=0/1",
            0,
            "");

    private final StatementBarrier barrier = new StatementBarrier(TaskPlan.of(
            List.of(new TargetTable(
                    TABLE.table(), TABLE, List.of(new TargetColumn("id", "integer", false, 0)), List.of(0))),
            Map.of()));

    @Test
    void shouldPassWhatIsDoneAndMeetTheNext() {
        barrier.pass(1);
        barrier.onDdl(TRUNCATE);
        assertFalse(barrier.isMet());
        barrier.onDdl(TRUNCATE);
        assertTrue(barrier.isMet());
    }

    /** In a log that was filled anew its transaction's rows came first: lanes met the statement again, each at a place of its own. */
    @Test
    void shouldPassWhatIsDoneWhenAnotherDocumentStandsBeforeIt() {
        barrier.pass(1);
        barrier.onIndex();
        barrier.onIndex();
        barrier.onDdl(TRUNCATE);
        assertFalse(barrier.isMet());
        barrier.onDdl(TRUNCATE);
        assertTrue(barrier.isMet());
    }

    /** All that is done stood at one place, within a transaction. */
    @Test
    void shouldMeetTheNextTransactionsStatementWhenItHadToGoOnToWhatIsDone() {
        barrier.pass(2);
        barrier.onIndex();
        barrier.onDdl(TRUNCATE);
        barrier.onCommit();
        assertFalse(barrier.isMet());
        barrier.onDdl(TRUNCATE);
        assertTrue(barrier.isMet());
    }

    @Test
    void shouldMeetTheNextDocumentsStatementWhenWhatIsDoneIsPassed() {
        barrier.pass(1);
        barrier.onDdl(TRUNCATE);
        barrier.onCommit();
        barrier.onIndex();
        barrier.onDdl(TRUNCATE);
        assertTrue(barrier.isMet());
    }
}
