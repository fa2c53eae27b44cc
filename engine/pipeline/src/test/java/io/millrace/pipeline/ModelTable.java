package io.millrace.pipeline;

import io.millrace.pipeline.ModelSource.Change;
import io.millrace.pipeline.ModelSource.ModelRow;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyBound;
import io.millrace.row.RowEncoder;
import io.millrace.row.RowSpace;
import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A table of a model, at the source: key, number, text. A text key has a collation of which nothing is known. */
public final class ModelTable {
    private final TableSchema schema;
    private final boolean hasTextKey;
    private final int keys;
    final NavigableMap<Object, ModelRow> rows;
    private long changes;
    /** How often an update lacks the columns that it does not change, and its image of before all but the key. */
    double partialUpdates;
    /** Whether updates that change the key may lack columns, too. */
    boolean hasPartialMoves;
    /** Keys that another table has, with which this one is joined. */
    Predicate<Object> isTaken = key -> false;
    /** Of numeric keys the distance, and the first: such that some are neighbours of one lane, and others are not. */
    int stride = 97;

    int first;

    public ModelTable(String name, boolean hasTextKey, int keys) {
        this.hasTextKey = hasTextKey;
        rows = new TreeMap<>(order());
        this.keys = keys;
        Column key =
                hasTextKey ? column("id", ColumnType.TEXT, "utf8mb4_0900_ai_ci") : column("id", ColumnType.INTEGER, "");
        schema = new TableSchema(
                new TableId("shop", name),
                0,
                List.of(key, column("n", ColumnType.INTEGER, ""), column("t", ColumnType.TEXT, "utf8mb4_0900_ai_ci")),
                List.of(0));
    }

    private static Column column(String name, ColumnType type, String collation) {
        return new Column(name, type, type.name(), false, -1, -1, collation, List.of(), false);
    }

    /** Of keys at the source: of texts another one than that of their bytes. */
    Comparator<Object> order() {
        return hasTextKey
                ? Comparator.comparing(
                        key -> new StringBuilder((String) key).reverse().toString())
                : Comparator.comparing(Long.class::cast);
    }

    public TableSchema schema() {
        return schema;
    }

    /** One change that the rows allow; null where other tables have all the keys. */
    Change mutate(Random random) {
        Object key = freeKey(random);
        if (key == null) {
            return null;
        }
        ModelRow before = rows.get(key);
        int what = random.nextInt(10);
        if (before == null) {
            return change(null, new ModelRow(key, ++changes, "v" + random.nextInt(1_000)));
        }
        if (what < 3) {
            return change(before, null);
        }
        Object other = key(random.nextInt(keys));
        boolean isMove = what < 6 && !rows.containsKey(other) && !isTaken.test(other);
        boolean isPartial = random.nextDouble() < partialUpdates && (!isMove || hasPartialMoves);
        int absent = isPartial ? random.nextInt(4) : 0;
        ModelRow after = new ModelRow(
                isMove ? other : key,
                (absent & 1) != 0 ? before.number() : ++changes,
                (absent & 2) != 0 ? before.text() : "v" + random.nextInt(1_000));
        Change change = change(before, after);
        return new Change(change.table(), before, after, absent);
    }

    private Object freeKey(Random random) {
        for (int tries = 0; tries < 10_000; tries++) {
            Object key = key(random.nextInt(keys));
            if (!isTaken.test(key)) {
                return key;
            }
        }
        return null;
    }

    /** One change, applied here. */
    Change change(ModelRow before, ModelRow after) {
        if (before != null) {
            rows.remove(before.key());
        }
        if (after != null) {
            rows.put(after.key(), after);
        }
        return new Change(this, before, after, 0);
    }

    private Object key(int number) {
        return hasTextKey ? (Object) ("k" + number) : (Object) ((long) number * stride + first);
    }

    public void encode(RowEncoder encoder, ModelRow row, boolean isBefore) {
        encode(encoder, row, isBefore, 0);
    }

    /**
     * Some of its columns.
     *
     * @param absent bits of the columns behind the key that are left out
     */
    public void encode(RowEncoder encoder, ModelRow row, boolean isBefore, int absent) {
        encoder.beginImage(3);
        if (hasTextKey) {
            UnsafeBuffer key = ModelSource.utf8((String) row.key());
            encoder.putBytes(0, key, 0, key.capacity());
        } else {
            encoder.putLong(0, (Long) row.key());
        }
        if ((absent & 1) != 0) {
            encoder.putAbsent(1);
        } else {
            encoder.putLong(1, row.number());
        }
        if ((absent & 2) != 0) {
            encoder.putAbsent(2);
        } else {
            UnsafeBuffer text = ModelSource.utf8(row.text());
            encoder.putBytes(2, text, 0, text.capacity());
        }
        encoder.endImage(isBefore);
    }

    ModelRow decode(ImageFlyweight image) {
        if (!image.isComplete()) {
            throw new AssertionError("an image that must be whole lacks columns");
        }
        return decode(image, null);
    }

    /** A row whose absent columns are the older one's. */
    ModelRow decode(ImageFlyweight image, ModelRow older) {
        return new ModelRow(
                decodeKey(image),
                image.isPresent(1) ? image.longAt(1) : older.number(),
                image.isPresent(2) ? text(image, 2) : older.text());
    }

    Object decodeKey(ImageFlyweight image) {
        return hasTextKey ? (Object) text(image, 0) : (Object) image.longAt(0);
    }

    private static String text(ImageFlyweight image, int column) {
        DirectBuffer buffer = image.buffer();
        byte[] bytes = new byte[image.valueLength(column)];
        buffer.getBytes(image.valueOffset(column), bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    KeyBound bound(Object key) {
        UnsafeBuffer memory = new UnsafeBuffer(new byte[4096]);
        RowSpace space = (buffer, offset, used, required) -> {
            buffer.wrap(memory);
            return 0;
        };
        RowEncoder encoder = new RowEncoder(space);
        encoder.beginRecord();
        encode(encoder, new ModelRow(key, 0, ""), false);
        ImageFlyweight image = new ImageFlyweight();
        encoder.wrapLastImage(image);
        return KeyBound.copyOf(image);
    }

    Object key(KeyBound bound) {
        return decodeKey(bound.wrap(new ImageFlyweight()));
    }

    List<ModelRow> list() {
        return new ArrayList<>(rows.values());
    }
}
