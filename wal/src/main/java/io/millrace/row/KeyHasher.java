package io.millrace.row;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableSchema;
import org.agrona.DirectBuffer;

/**
 * Hashes the key of a row so that keys which are equal at source or target have equal hashes (EXACTNESS 21). Only types
 * whose equality is that of their bytes in canonical form are hashed; a table with any other key column has one hash for
 * all its rows, which pins it to one lane.
 *
 * <pre>
 *  63                     32 31                      0
 * +-------------------------+-------------------------+
 * | the key's neighbourhood | the key                 |
 * +-------------------------+-------------------------+
 * </pre>
 *
 * <p>The upper half decides on the lane. Keys that differ only in the last {@value #NEIGHBOUR_BITS} bits of a last column that is a
 * whole number have it in common: what the source counts up fills the pages of the target's index one after the other, where lanes
 * that share out single keys would split each page among them ({@code engine/decisions/0031-neighbours-share-a-lane.md}).
 *
 * <p>Immutable and thread-safe. Hot path: allocates nothing.
 */
public final class KeyHasher {
    /** Changes whenever a hash of a row would: it is stored with the checkpoints. */
    public static final int VERSION = 2;

    static final int NEIGHBOUR_BITS = 8;

    private static final long SEED = 0x9E37_79B9_7F4A_7C15L;
    private static final long MULTIPLIER = 0xFF51_AFD7_ED55_8CCDL;
    private static final long UPPER_HALF = 0xFFFF_FFFF_0000_0000L;
    private static final long LOWER_HALF = 0xFFFF_FFFFL;

    private final int[] columns;
    private final ColumnType[] types;
    private final long tableHash;
    private final boolean pinned;

    private KeyHasher(int[] columns, ColumnType[] types, long tableHash, boolean pinned) {
        this.columns = columns;
        this.types = types;
        this.tableHash = tableHash;
        this.pinned = pinned;
    }

    public static KeyHasher of(TableSchema schema) {
        int[] columns = schema.key().stream().mapToInt(Integer::intValue).toArray();
        ColumnType[] types = new ColumnType[columns.length];
        boolean pinned = columns.length == 0;
        for (int i = 0; i < columns.length; i++) {
            Column column = schema.columns().get(columns[i]);
            types[i] = column.type();
            pinned |= !isHashable(column);
        }
        long tableHash = SEED;
        String name = schema.table().toString();
        for (int i = 0; i < name.length(); i++) {
            tableHash = mix(tableHash ^ name.charAt(i));
        }
        return new KeyHasher(columns, types, tableHash, pinned);
    }

    /** Whether bytes in canonical form decide the equality of this column at every source and target. */
    public static boolean isHashable(Column column) {
        return switch (column.type()) {
            case BOOLEAN, INTEGER, UNSIGNED, YEAR, DATE, DATETIME, TIMESTAMP, TIME, BIT, DECIMAL, BINARY, UUID -> true;
            case POSTGRES_DATE, POSTGRES_TIMESTAMP, POSTGRES_TIMESTAMPTZ -> true;
            case TEXT -> isBinaryCollation(column.collation());
            case FLOAT, DOUBLE, ENUM, SET, JSON, GEOMETRY, VECTOR, OTHER, POSTGRES_TEXT -> false;
        };
    }

    /** Collations that compare byte by byte and do not pad: neither case, accents nor trailing spaces are equal. */
    private static boolean isBinaryCollation(String collation) {
        return collation.equals("utf8mb4_0900_bin") || collation.endsWith("_nopad_bin") || collation.equals("binary");
    }

    /** Whether all rows of the table have one hash. */
    public boolean isPinned() {
        return pinned;
    }

    /** The hash of the image that was ended last; {@code scratch} is wrapped around it where that is needed. */
    public long hash(RowEncoder row, ImageFlyweight scratch) {
        if (pinned) {
            return tableHash;
        }
        if (columns.length == 1 && types[0].isFixed() && !row.isNull(columns[0])) {
            return last(tableHash, row.slot(columns[0]), types[0]);
        }
        row.wrapLastImage(scratch);
        return hash(scratch);
    }

    public long hash(ImageFlyweight image) {
        long hash = tableHash;
        if (pinned) {
            return hash;
        }
        for (int i = 0; i < columns.length; i++) {
            int column = columns[i];
            ColumnType type = types[i];
            if (image.isNull(column)) {
                hash = mix(hash ^ SEED);
            } else if (type.isFixed()) {
                long value = image.longAt(column);
                hash = i == columns.length - 1 ? last(hash, value, type) : mix(hash ^ value);
            } else {
                int length = image.valueLength(column);
                int offset = image.valueOffset(column);
                hash = hashBytes(
                        hash,
                        image.buffer(),
                        offset,
                        type == ColumnType.DECIMAL ? significant(image, offset, length) : length);
            }
        }
        return hash;
    }

    /** With the last column of a key. Mixed once more, since one step alone leaves the upper halves of numbers in a row alike. */
    private static long last(long hash, long value, ColumnType type) {
        boolean isCounted = type == ColumnType.INTEGER || type == ColumnType.UNSIGNED;
        long neighbourhood = mix(mix(hash ^ (isCounted ? value >>> NEIGHBOUR_BITS : value)));
        return (neighbourhood & UPPER_HALF) | (mix(hash ^ value) & LOWER_HALF);
    }

    /** Length of a decimal's digits without trailing zeros of its fraction. */
    private static int significant(ImageFlyweight image, int offset, int length) {
        DirectBuffer buffer = image.buffer();
        boolean hasPoint = false;
        for (int i = 0; i < length && !hasPoint; i++) {
            hasPoint = buffer.getByte(offset + i) == '.';
        }
        int end = length;
        while (hasPoint && buffer.getByte(offset + end - 1) == '0') {
            end--;
        }
        return hasPoint && buffer.getByte(offset + end - 1) == '.' ? end - 1 : end;
    }

    private static long hashBytes(long seed, DirectBuffer buffer, int offset, int length) {
        long hash = seed ^ length;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            hash = mix(hash ^ buffer.getLong(offset + i));
        }
        for (; i < length; i++) {
            hash = mix(hash ^ (buffer.getByte(offset + i) & 0xFF));
        }
        return hash;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * MULTIPLIER;
        return mixed ^ (mixed >>> 29);
    }
}
