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
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A table of a model, at the source: key, number, text. A text key has a collation of which nothing is known. */
final class ModelTable {
    private final TableSchema schema;
    private final boolean hasTextKey;
    private final int keys;
    final NavigableMap<Object, ModelRow> rows = new TreeMap<>();
    private long changes;

    ModelTable(String name, boolean hasTextKey, int keys) {
        this.hasTextKey = hasTextKey;
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

    TableSchema schema() {
        return schema;
    }

    /** One change that the rows allow. */
    Change mutate(Random random) {
        Object key = key(random.nextInt(keys));
        ModelRow before = rows.get(key);
        int what = random.nextInt(10);
        if (before == null) {
            return change(null, new ModelRow(key, ++changes, "v" + random.nextInt(1_000)));
        }
        if (what < 3) {
            return change(before, null);
        }
        Object other = key(random.nextInt(keys));
        boolean isMove = what < 6 && !rows.containsKey(other);
        return change(before, new ModelRow(isMove ? other : key, ++changes, "v" + random.nextInt(1_000)));
    }

    /** One change, applied here. */
    Change change(ModelRow before, ModelRow after) {
        if (before != null) {
            rows.remove(before.key());
        }
        if (after != null) {
            rows.put(after.key(), after);
        }
        return new Change(this, before, after);
    }

    private Object key(int number) {
        return hasTextKey ? (Object) ("k" + number) : (Object) (long) number;
    }

    void encode(RowEncoder encoder, ModelRow row, boolean isBefore) {
        encoder.beginImage(3);
        if (hasTextKey) {
            UnsafeBuffer key = ModelSource.utf8((String) row.key());
            encoder.putBytes(0, key, 0, key.capacity());
        } else {
            encoder.putLong(0, (Long) row.key());
        }
        encoder.putLong(1, row.number());
        UnsafeBuffer text = ModelSource.utf8(row.text());
        encoder.putBytes(2, text, 0, text.capacity());
        encoder.endImage(isBefore);
    }

    ModelRow decode(ImageFlyweight image) {
        return new ModelRow(decodeKey(image), image.longAt(1), text(image, 2));
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
