package io.millrace.lane.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.row.ImageFlyweight;
import org.junit.jupiter.api.Test;

class LaneLayoutTest {
    @Test
    void shouldShareRowsOutEvenlyWhenKeysCount() {
        RowMaker orders = new RowMaker("orders");
        LaneLayout layout = new LaneLayout(3, 1);
        int[] counts = new int[3];
        for (long key = 0; key < 9_000; key++) {
            ImageFlyweight image = orders.image(key * 256, 0);
            counts[layout.laneOf(orders.hash(image))]++;
        }
        for (int count : counts) {
            assertTrue(count > 2_700 && count < 3_300, "rows of a lane: " + count);
        }
    }

    @Test
    void shouldShareRowsOutByNeighbourhoodsWhenKeysAreCountedUp() {
        RowMaker orders = new RowMaker("orders");
        LaneLayout layout = new LaneLayout(2, 1);
        int changes = 0;
        int before = -1;
        for (long key = 0; key < 256 * 200; key++) {
            int lane = layout.laneOf(orders.hash(orders.image(key, 0)));
            changes += lane == before ? 0 : 1;
            before = lane;
        }
        assertTrue(changes > 60 && changes < 140, "lanes take turns: " + changes);
    }

    @Test
    void shouldHaveOneLaneForAKeyWhateverElseTheRowHolds() {
        RowMaker orders = new RowMaker("orders");
        LaneLayout layout = new LaneLayout(4, 1);
        for (long key = 0; key < 100; key++) {
            assertEquals(
                    layout.laneOf(orders.hash(orders.image(key, 1))), layout.laneOf(orders.hash(orders.image(key, 2))));
        }
    }
}
