package io.millrace.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Rows as they were encoded, and the hashes of their keys. {@code -Dseed=} replays one seed. */
class RowsTest {
    private static final int SEEDS = 1000;

    /** Memory that moves whenever it can, and is dirty: a row may rely on neither its place nor on zeros. */
    private static final class MovingSpace implements RowSpace {
        private final Random random;
        private UnsafeBuffer current = new UnsafeBuffer(new byte[0]);

        MovingSpace(Random random) {
            this.random = random;
        }

        @Override
        public int grow(UnsafeBuffer buffer, int recordOffset, int usedLength, int requiredLength) {
            int offset = random.nextInt(4) << 3;
            byte[] bytes = new byte[offset + requiredLength + random.nextInt(64)];
            random.nextBytes(bytes);
            UnsafeBuffer next = new UnsafeBuffer(bytes);
            if (usedLength > 0) {
                next.putBytes(offset, buffer, recordOffset, usedLength);
            }
            current = next;
            buffer.wrap(next);
            return offset;
        }
    }

    /** What one column of an image holds: null is NULL. */
    private record Cell(boolean isPresent, boolean isNull, long slot, UnsafeBuffer bytes) {}

    private static List<Cell> randomImage(Random random, int columns) {
        List<Cell> image = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            boolean isPresent = random.nextInt(10) > 0;
            boolean isNull = isPresent && random.nextInt(5) == 0;
            UnsafeBuffer bytes = null;
            if (isPresent && !isNull && random.nextBoolean()) {
                byte[] value = new byte[random.nextInt(50) == 0 ? random.nextInt(5000) : random.nextInt(20)];
                random.nextBytes(value);
                bytes = new UnsafeBuffer(value);
            }
            image.add(new Cell(isPresent, isNull, random.nextLong(), bytes));
        }
        return image;
    }

    private static void encode(RowEncoder encoder, List<Cell> image, Random random) {
        encoder.beginImage(image.size());
        for (int i = 0; i < image.size(); i++) {
            Cell cell = image.get(i);
            if (!cell.isPresent()) {
                encoder.putAbsent(i);
            } else if (cell.isNull()) {
                encoder.putNull(i);
            } else if (cell.bytes() == null) {
                encoder.putLong(i, cell.slot());
            } else if (random.nextBoolean()) {
                encoder.putBytes(i, cell.bytes(), 0, cell.bytes().capacity());
            } else {
                int at = encoder.reserve(cell.bytes().capacity() + random.nextInt(10));
                encoder.buffer().putBytes(at, cell.bytes(), 0, cell.bytes().capacity());
                encoder.putReserved(i, cell.bytes().capacity());
            }
        }
    }

    private static void check(List<Cell> expected, ImageFlyweight image) {
        assertEquals(expected.size(), image.columnCount());
        for (int i = 0; i < expected.size(); i++) {
            Cell cell = expected.get(i);
            assertEquals(cell.isPresent(), image.isPresent(i), "present " + i);
            assertEquals(cell.isNull(), image.isNull(i), "null " + i);
            if (!cell.isPresent() || cell.isNull()) {
                assertEquals(0, image.longAt(i));
            } else if (cell.bytes() == null) {
                assertEquals(cell.slot(), image.longAt(i));
            } else {
                byte[] bytes = new byte[image.valueLength(i)];
                image.buffer().getBytes(image.valueOffset(i), bytes);
                assertEquals(cell.bytes(), new UnsafeBuffer(bytes));
            }
        }
        assertEquals(expected.stream().allMatch(Cell::isPresent), image.isComplete());
    }

    @Test
    void shouldReadWhatWasEncoded() {
        String only = System.getProperty("seed");
        for (int i = 0; i < (only == null ? SEEDS : 1); i++) {
            long seed = only == null ? i : Long.parseLong(only);
            try {
                roundTrip(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private static void roundTrip(Random random) {
        MovingSpace space = new MovingSpace(random);
        RowEncoder encoder = new RowEncoder(space);
        Operation operation = Operation.ofCode(1 + random.nextInt(3));
        int columns = random.nextInt(4) == 0 ? random.nextInt(200) : 1 + random.nextInt(12);
        List<Cell> before = randomImage(random, columns);
        List<Cell> after = randomImage(random, columns);
        encoder.beginRecord();
        if (operation.hasBefore()) {
            encode(encoder, before, random);
            encoder.endImage(true);
        }
        if (operation.hasAfter()) {
            encode(encoder, after, random);
            encoder.endImage(false);
        }
        ImageFlyweight last = new ImageFlyweight();
        encoder.wrapLastImage(last);
        check(operation.hasAfter() ? after : before, last);
        long keyHash = random.nextLong();
        int length = encoder.endRecord(keyHash, ~keyHash);
        assertEquals(0, length % RowDescriptor.ALIGNMENT);
        assertTrue(encoder.claimedLength() >= length);
        RowFlyweight row = new RowFlyweight().wrap(space.current, encoder.recordOffset(), length);
        assertEquals(length, row.length());
        assertEquals(keyHash, row.keyHash());
        assertEquals(~keyHash, row.beforeKeyHash());
        assertEquals(operation.hasBefore(), row.hasBefore());
        assertEquals(operation.hasAfter(), row.hasAfter());
        if (row.hasBefore()) {
            check(before, row.before());
        }
        if (row.hasAfter()) {
            check(after, row.after());
        }
    }

    // ---- keys

    private static TableSchema table(String name, ColumnType type, String collation) {
        Column key = new Column("k", type, "x", false, -1, -1, collation, List.of(), false);
        Column other = new Column("v", ColumnType.INTEGER, "int", true, 4, -1, "", List.of(), false);
        return new TableSchema(new TableId("shop", name), 1, List.of(other, key), List.of(1));
    }

    private static long hash(TableSchema schema, long slot, String bytes, long other) {
        RowEncoder encoder = new RowEncoder(new MovingSpace(new Random(slot)));
        encoder.beginRecord();
        encoder.beginImage(2);
        encoder.putLong(0, other);
        if (bytes == null) {
            encoder.putLong(1, slot);
        } else {
            byte[] value = bytes.getBytes(StandardCharsets.UTF_8);
            encoder.putBytes(1, new UnsafeBuffer(value), 0, value.length);
        }
        encoder.endImage(false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return KeyHasher.of(schema).hash(image);
    }

    @Test
    void shouldHashEqualKeysEqually() {
        TableSchema decimals = table("t", ColumnType.DECIMAL, "");
        for (String equal : new String[] {"12", "12.", "12.0", "12.000"}) {
            assertEquals(hash(decimals, 0, "12.00", 1), hash(decimals, 0, equal, 2), equal);
        }
        assertNotEquals(hash(decimals, 0, "120", 1), hash(decimals, 0, "12", 1));
        TableSchema integers = table("t", ColumnType.INTEGER, "");
        assertEquals(hash(integers, 5, null, 1), hash(integers, 5, null, 2));
        assertNotEquals(hash(integers, 5, null, 1), hash(table("u", ColumnType.INTEGER, ""), 5, null, 1));
    }

    @Test
    void shouldPinTablesWhoseKeysAreEqualByOtherRulesThanTheirBytes() {
        for (ColumnType type : ColumnType.values()) {
            TableSchema schema = table("t", type, "utf8mb4_0900_ai_ci");
            KeyHasher hasher = KeyHasher.of(schema);
            boolean isPinned = switch (type) {
                case FLOAT, DOUBLE, TEXT, ENUM, SET, JSON, GEOMETRY, VECTOR, OTHER, POSTGRES_TEXT -> true;
                default -> false;
            };
            assertEquals(isPinned, hasher.isPinned(), type.name());
        }
        assertTrue(KeyHasher.of(table("t", ColumnType.TEXT, "latin1_bin")).isPinned(), "PAD SPACE");
        assertEquals(
                hash(table("t", ColumnType.TEXT, "utf8mb4_general_ci"), 0, "a", 1),
                hash(table("t", ColumnType.TEXT, "utf8mb4_general_ci"), 0, "b", 1));
        assertTrue(
                !KeyHasher.of(table("t", ColumnType.TEXT, "utf8mb4_0900_bin")).isPinned());
    }

    @Test
    void shouldTellKeysApartAndKeepNeighboursTogether() {
        TableSchema integers = table("t", ColumnType.INTEGER, "");
        TableSchema dates = table("t", ColumnType.DATE, "");
        Set<Long> hashes = new HashSet<>();
        Set<Integer> neighbourhoods = new HashSet<>();
        Set<Integer> ofDates = new HashSet<>();
        for (int i = -25_600; i < 25_600; i++) {
            long hash = hash(integers, i, null, 0);
            hashes.add(hash);
            neighbourhoods.add((int) (hash >>> 32));
            assertEquals(hash(integers, i & ~255, null, 0) >>> 32, hash >>> 32, () -> "neighbours");
            ofDates.add((int) (hash(dates, i, null, 0) >>> 32));
        }
        assertEquals(51_200, hashes.size());
        assertEquals(200, neighbourhoods.size());
        assertEquals(51_200, ofDates.size(), "what does not count has no neighbours");
    }

    @Test
    void shouldHashAlikeFromTheEncoderAndFromTheImage() {
        TableSchema integers = table("t", ColumnType.INTEGER, "");
        for (long key : new long[] {0, 1, 255, 256, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            RowEncoder encoder = new RowEncoder(new MovingSpace(new Random(key)));
            encoder.beginRecord();
            encoder.beginImage(2);
            encoder.putLong(0, 5);
            encoder.putLong(1, key);
            encoder.endImage(false);
            assertEquals(
                    hash(integers, key, null, 5), KeyHasher.of(integers).hash(encoder, new ImageFlyweight()), "" + key);
        }
    }

    @Test
    void shouldSpreadNeighbourhoodsOverLanes() {
        TableSchema integers = table("t", ColumnType.INTEGER, "");
        for (int stride : new int[] {256, 1_000, 1 << 20}) {
            for (int lanes : new int[] {2, 3, 4, 8}) {
                int[] counts = new int[lanes];
                for (long i = 0; i < 20_000; i++) {
                    long hash = hash(integers, i * stride, null, 0);
                    counts[(int) (((hash >>> 32) * lanes) >>> 32)]++;
                }
                for (int count : counts) {
                    assertTrue(
                            Math.abs(count - 20_000 / lanes) < 1000,
                            () -> lanes + " lanes: " + Arrays.toString(counts));
                }
            }
        }
    }
}
