package io.millrace.lane.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.lane.change.ChangeKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beside a load, rows may be there already, or not yet. */
class LoadedBatchTest extends LaneBatchRig {
    @Test
    void shouldRemoveAllTheSameWhenARowThatCameAndWentMayHaveBeenThere() {
        tables[0].load().await();
        tables[1].load().await();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 1, 0);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(orders, ChangeKind.UPDATE, 3, 30);
        assertEquals(List.of("orders UPSERT 2=20 3=30", "orders DELETE 1=0"), runs());
    }

    private void loadEndsWithin() {
        tables[0].load().await();
        tables[1].load().await();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(orders, ChangeKind.DELETE, 2, 0);
        add(items, ChangeKind.UPDATE, 7, 70);
        batch.tighten(tables[0]);
        add(orders, ChangeKind.UPDATE, 1, 11);
        add(orders, ChangeKind.INSERT, 2, 20);
        add(items, ChangeKind.UPDATE, 7, 71);
    }

    @Test
    void shouldApplyWhatStandsBeforeALoadsEndFirst() {
        loadEndsWithin();
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders DELETE 2=0",
                        "items UPSERT 7=70",
                        "orders INSERT 2=20",
                        "orders UPDATE 1=11",
                        "items UPSERT 7=71"),
                runs());
        batch.clear();
        add(orders, ChangeKind.INSERT, 1, 10);
        add(items, ChangeKind.INSERT, 1, 10);
        assertEquals(List.of("orders INSERT 1=10", "items UPSERT 1=10"), runs());
    }

    @Test
    void shouldApplyWhatStandsBeforeALoadsEndFirstWhenTied() {
        tie();
        loadEndsWithin();
        assertEquals(
                List.of(
                        "orders DELETE 2=0",
                        "orders UPSERT 1=10",
                        "items UPSERT 7=70",
                        "orders UPDATE 1=11",
                        "orders INSERT 2=20",
                        "items UPSERT 7=71"),
                runs());
        assertEquals(
                List.of(
                        "orders UPSERT 1=10",
                        "orders DELETE 2=0",
                        "items UPSERT 7=70",
                        "orders UPDATE 1=11",
                        "orders INSERT 2=20",
                        "items UPSERT 7=71"),
                runsInSourceOrder());
    }

    @Test
    void shouldLeaveOutWhatIsNotThereWhenPartialInALoad() {
        tables[0].load().await();
        tables[1].load().await();
        addPartial(orders, 1);
        add(orders, ChangeKind.UPDATE, 2, 20);
        assertEquals(List.of("orders UPDATE_IF_THERE 1=?", "orders UPSERT 2=20"), runs());
    }
}
