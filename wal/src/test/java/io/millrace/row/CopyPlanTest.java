package io.millrace.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Images that are made of others: what is kept is as it was, and nothing of what is not is left. {@code -Dseed=} replays one seed. */
class CopyPlanTest {
    private static final int SEEDS = 2_000;
    static final String MARK = "SECRET";

    /** Memory in the heap or outside it, that may move. */
    private static final class Space implements RowSpace {
        private final boolean isDirect;

        Space(boolean isDirect) {
            this.isDirect = isDirect;
        }

        @Override
        public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
            int length = requiredLength + 8;
            UnsafeBuffer next =
                    isDirect ? new UnsafeBuffer(ByteBuffer.allocateDirect(length)) : new UnsafeBuffer(new byte[length]);
            next.setMemory(0, length, (byte) 0x5A);
            if (usedLength > 0) {
                next.putBytes(8, buffer, recordOffset, usedLength);
            }
            buffer.wrap(next);
            return 8;
        }
    }

    static TableSchema schema(Random random, int columns) {
        List<Column> all = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            ColumnType type = random.nextBoolean() ? ColumnType.TEXT : ColumnType.INTEGER;
            all.add(new Column("c" + i, type, "t", true, -1, -1, "", List.of(), false));
        }
        return new TableSchema(new TableId("a", "b"), 1, all, List.of(0));
    }

    private static String value(Random random, boolean isPut) {
        return (isPut ? MARK : "") + "v".repeat(random.nextInt(20) == 0 ? 700 : random.nextInt(30));
    }

    /** In any order of the columns, as encoders may put them. */
    static ImageFlyweight image(Random random, TableSchema schema, boolean[] isPut) {
        RowEncoder encoder = new RowEncoder(new Space(random.nextBoolean()));
        encoder.beginRecord();
        encoder.beginImage(schema.columns().size());
        List<Integer> order = new ArrayList<>(
                IntStream.range(0, schema.columns().size()).boxed().toList());
        if (random.nextInt(4) == 0) {
            Collections.shuffle(order, random);
        }
        for (int column : order) {
            switch (random.nextInt(6)) {
                case 0 -> encoder.putNull(column);
                case 1 -> encoder.putAbsent(column);
                default -> {
                    if (schema.columns().get(column).type().isFixed()) {
                        encoder.putLong(column, random.nextLong());
                    } else {
                        byte[] bytes = value(random, isPut[column]).getBytes(StandardCharsets.UTF_8);
                        encoder.putBytes(column, bytes, 0, bytes.length);
                    }
                }
            }
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return image;
    }

    private static String text(ImageFlyweight image, int column) {
        byte[] bytes = new byte[image.valueLength(column)];
        image.buffer().getBytes(image.valueOffset(column), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static Object cell(ImageFlyweight image, int column, boolean isFixed) {
        if (!image.isPresent(column)) {
            return "absent";
        }
        if (image.isNull(column)) {
            return "null";
        }
        return isFixed ? (Object) image.longAt(column) : text(image, column);
    }

    @Test
    void shouldKeepAndLeaveNothingElseWhenAnImageIsCopied() {
        long only = Long.getLong("seed", -1);
        for (long seed = only < 0 ? 0 : only; seed < (only < 0 ? SEEDS : only + 1); seed++) {
            copies(seed);
        }
    }

    private static void copies(long seed) {
        Random random = new Random(seed);
        int before = 1 + random.nextInt(random.nextInt(4) == 0 ? 140 : 20);
        int after = before + random.nextInt(5);
        TableSchema schema = schema(random, before);
        boolean[] isPut = new boolean[after];
        for (int i = 0; i < after; i++) {
            isPut[i] = random.nextInt(3) == 0;
        }
        ImageFlyweight from = image(random, schema, isPut);
        RowEncoder encoder = new RowEncoder(new Space(random.nextInt(4) > 0));
        encoder.beginRecord();
        encoder.beginCopy(new CopyPlan(after, schema, isPut), from);
        for (int i = 0; i < after; i++) {
            if (isPut[i] && i % 3 == 0) {
                byte[] bytes = ("new" + i).getBytes(StandardCharsets.UTF_8);
                encoder.putBytes(i, bytes, 0, bytes.length);
            } else if (isPut[i] && i % 3 == 1) {
                encoder.putNull(i);
            } else if (isPut[i]) {
                encoder.putAbsent(i);
            }
        }
        encoder.endImage(false);
        ImageFlyweight copy = new ImageFlyweight();
        encoder.wrapLastImage(copy);

        String at = "seed=" + seed + ", column=";
        assertEquals(after, copy.columnCount(), at);
        for (int i = 0; i < after; i++) {
            Object expected;
            if (isPut[i]) {
                expected = i % 3 == 0 ? "new" + i : i % 3 == 1 ? "null" : "absent";
            } else {
                expected = i < before
                        ? cell(from, i, schema.columns().get(i).type().isFixed())
                        : "absent";
            }
            boolean isFixed =
                    !isPut[i] && i < before && schema.columns().get(i).type().isFixed();
            assertEquals(expected, cell(copy, i, isFixed), at + i);
        }
        byte[] all = new byte[copy.buffer().capacity()];
        copy.buffer().getBytes(0, all);
        assertEquals(-1, new String(all, StandardCharsets.ISO_8859_1).indexOf(MARK), at + "a value that was put anew");
        boolean isComplete = IntStream.range(0, after).allMatch(copy::isPresent);
        assertEquals(isComplete, copy.isComplete(), at + "all");
    }

    @Test
    void shouldRefuseAnImageWithTooFewColumns() {
        TableSchema schema = schema(new Random(1), 3);
        ImageFlyweight from = image(new Random(1), schema(new Random(1), 2), new boolean[3]);
        RowEncoder encoder = new RowEncoder(new Space(true));
        encoder.beginRecord();

        assertThrows(
                IllegalArgumentException.class, () -> encoder.beginCopy(new CopyPlan(3, schema, new boolean[3]), from));
    }
}
