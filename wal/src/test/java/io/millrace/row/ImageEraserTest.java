package io.millrace.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Columns that are taken out of images: nothing of them is left, and all else is as it was. {@code -Dseed=} replays one seed. */
class ImageEraserTest {
    private static final int SEEDS = 1_000;

    @Test
    void shouldLeaveNothingOfWhatIsErasedAndAllElse() {
        long only = Long.getLong("seed", -1);
        for (long seed = only < 0 ? 0 : only; seed < (only < 0 ? SEEDS : only + 1); seed++) {
            erases(seed);
        }
    }

    private static void erases(long seed) {
        Random random = new Random(seed);
        int columns = 1 + random.nextInt(random.nextInt(5) == 0 ? 150 : 12);
        TableSchema schema = CopyPlanTest.schema(random, columns);
        boolean[] isErased = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            isErased[i] = random.nextInt(3) == 0;
        }
        ImageFlyweight before = CopyPlanTest.image(random, schema, isErased);
        byte[] copy = new byte[before.length()];
        before.buffer().getBytes(0, copy);
        ImageEraser eraser = new ImageEraser(copy);
        for (int i = 0; i < columns; i++) {
            if (isErased[i]) {
                eraser.erase(i, schema.columns().get(i).type().isFixed());
            }
        }
        ImageFlyweight after = new ImageFlyweight().wrap(new UnsafeBuffer(copy), 0, copy.length);
        for (int i = 0; i < columns; i++) {
            boolean isFixed = schema.columns().get(i).type().isFixed();
            assertEquals(
                    isErased[i] ? "absent" : CopyPlanTest.cell(before, i, isFixed),
                    CopyPlanTest.cell(after, i, isFixed),
                    "seed=" + seed + ", column=" + i);
            assertFalse(isErased[i] && after.isNull(i), "seed=" + seed);
        }
        assertFalse(new String(copy, StandardCharsets.ISO_8859_1).contains(CopyPlanTest.MARK), "seed=" + seed);
    }
}
