package io.millrace.lane.table;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.mapping.TablePlan;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.KeyHasher;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TargetColumn;
import java.util.BitSet;
import java.util.List;
import org.agrona.DirectBuffer;

/** What a lane knows of a table while it reads rows: its plan, its key, whose rows they are, and how its load stands. Confined to a lane. */
public final class TableBinding {
    private static final long SEED = 0xC2B2_AE3D_27D4_EB4FL;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private final TablePlan plan;
    private final TableLoad load = new TableLoad();
    private final int pinnedLane;
    private final boolean isRecordHashDistinct;
    private final boolean isRewritten;
    private final int[] key;
    private final boolean[] isKeyFixed;
    private final boolean[] isSourceKeyFixed;
    private final boolean[] isFixed;
    private final int[] written;
    private final int[] watched;
    private final boolean[] isWatchedFixed;
    private final int[] unique;
    private final boolean[] isUniqueFixed;
    private final int[] unfollowed;
    private final boolean[] isUnfollowedFixed;
    private final KeyHasher joinedHasher;
    private final int[] same;
    private final boolean[] isSameFixed;
    private final BitSet joined = new BitSet();
    private final boolean areKeysDistinct;

    public TableBinding(TablePlan plan, LaneLayout layout) {
        TableSchema schema = plan.source();
        this.plan = plan;
        // Rows of tables that are joined go by the target's key, as if they were of one table.
        joinedHasher = KeyHasher.of(new TableSchema(plan.target().name(), 1, schema.columns(), schema.key()));
        plan.joined().forEach(joined::set);
        int tiedLane = layout.laneOf(plan);
        pinnedLane = tiedLane < 0 && plan.isJoined() && joinedHasher.isPinned()
                ? layout.laneOf(joinedHasher.hash(new ImageFlyweight()))
                : tiedLane;
        // A row that was stored has no record that tells the hash of a key before steps: then it is one of the key as
        // it is written.
        isRecordHashDistinct = !plan.isJoined()
                && !plan.isKeyChanged()
                && !KeyHasher.of(schema).isPinned();
        areKeysDistinct = !plan.isKeyChanged() && !KeyHasher.of(schema).isPinned() && !joinedHasher.isPinned();
        isRewritten = plan.transform().isPresent();
        key = toArray(schema.key());
        isKeyFixed = areFixed(plan.shape(), key);
        isSourceKeyFixed = areFixed(schema, key);
        // Rows of joined tables may be told apart by columns that only the target has. Where every change is a row,
        // keys are the source's.
        same = plan.isJoined() ? toArray(plan.shape().key()) : key;
        isSameFixed = plan.policies().appends() ? isSourceKeyFixed : areFixed(plan.shape(), same);
        isFixed = new boolean[plan.shape().columns().size()];
        for (int i = 0; i < isFixed.length; i++) {
            isFixed[i] = plan.shape().columns().get(i).type().isFixed();
        }
        watched = toArray(plan.watched());
        isWatchedFixed = areFixed(plan.shape(), watched);
        unique = toArray(plan.unique());
        isUniqueFixed = areFixed(plan.shape(), unique);
        unfollowed = toArray(plan.unfollowed());
        isUnfollowedFixed = areFixed(plan.shape(), unfollowed);
        written = plan.target().columns().stream()
                .mapToInt(TargetColumn::sourceColumn)
                .toArray();
    }

    private static int[] toArray(List<Integer> columns) {
        return columns.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean[] areFixed(TableSchema schema, int[] columns) {
        boolean[] areFixed = new boolean[columns.length];
        for (int i = 0; i < columns.length; i++) {
            areFixed[i] = schema.columns().get(columns[i]).type().isFixed();
        }
        return areFixed;
    }

    public TablePlan plan() {
        return plan;
    }

    public TableLoad load() {
        return load;
    }

    /** The one lane of all rows, or -1 where each row's key decides. */
    public int pinnedLane() {
        return pinnedLane;
    }

    /** Whether something becomes of rows before they are taken. */
    public boolean isRewritten() {
        return isRewritten;
    }

    /** Whether every change is a row of its own. */
    public boolean isAppended() {
        return plan.policies().appends();
    }

    /** Whether keys of other bytes are other keys, to source and target; else the server may take two of a batch for one. */
    public boolean areKeysDistinct() {
        return areKeysDistinct;
    }

    /** Whether other source tables have the same target. */
    public boolean isJoined() {
        return plan.isJoined();
    }

    /** Whether a table's rows are written where this one's are. */
    public boolean hasTargetOf(int tableNumber) {
        return tableNumber == plan.number() || joined.get(tableNumber);
    }

    /** Of a joined table the hash that decides on a row's lane: that of its key at the target (EXACTNESS 21). */
    public long joinedHash(ImageFlyweight image) {
        if (!hasKey(image)) {
            throw lacksColumns();
        }
        return joinedHasher.hash(image);
    }

    /** Whether a column's value stands in its slot. */
    public boolean isFixed(int column) {
        return isFixed[column];
    }

    /** A hash of the key's bytes: the record's own, where that tells keys apart. */
    public long hash(long recordHash, ImageFlyweight image) {
        if (isRecordHashDistinct) {
            return recordHash;
        }
        long hash = SEED + (plan.isJoined() ? plan.joined().get(0) : plan.number());
        for (int i = 0; i < key.length; i++) {
            hash = isKeyFixed[i] ? mix(hash ^ image.longAt(key[i])) : hashBytes(hash, image, key[i]);
        }
        return hash;
    }

    /** The same of an image that has no record with it. */
    public long hashOfWritten(ImageFlyweight image) {
        return hash(isRecordHashDistinct ? KeyHasher.of(plan.source()).hash(image) : 0, image);
    }

    private static long hashBytes(long seed, ImageFlyweight image, int column) {
        DirectBuffer buffer = image.buffer();
        int offset = image.valueOffset(column);
        int length = image.valueLength(column);
        long hash = mix(seed ^ length);
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

    /** Whether two images have the same key, byte for byte. */
    public boolean isSameKey(ImageFlyweight a, ImageFlyweight b) {
        return areSame(same, isSameFixed, a, b);
    }

    /** The same of images as the source has them. */
    public boolean isSameSourceKey(ImageFlyweight a, ImageFlyweight b) {
        return areSame(key, isSourceKeyFixed, a, b);
    }

    /** Whether something beside its key tells what an update of a row means to others. */
    public boolean looksBeyondKey() {
        return watched.length > 0 || unique.length > 0 || unfollowed.length > 0;
    }

    /** Whether no update makes a row. */
    public boolean makesNoRow() {
        return plan.policies().makeNoRow();
    }

    /** Whether a delete marks its row from now on. */
    public boolean marksDeletes() {
        return plan.policies().marksDeletes() && !load.isLoose();
    }

    /** The same for an entry of the batch. */
    public boolean marksDeletesAt(int entry) {
        return plan.policies().marksDeletes() && !load.isLooseAt(entry);
    }

    /** Whether foreign keys with actions refer to the table. */
    public boolean isParent() {
        return watched.length > 0;
    }

    /** Whether two images have the same key, and the same in all that foreign keys with actions refer to. */
    public boolean isSameParent(ImageFlyweight a, ImageFlyweight b) {
        return areSame(watched, isWatchedFixed, a, b);
    }

    /** Whether foreign keys refer to the table whose actions nobody runs. */
    public boolean isUnfollowed() {
        return unfollowed.length > 0;
    }

    /** Whether two images are the same to those keys. */
    public boolean isSameUnfollowed(ImageFlyweight a, ImageFlyweight b) {
        return areSame(unfollowed, isUnfollowedFixed, a, b);
    }

    /** Whether two images have the same in all that further unique keys look at, as far as both were sent. */
    public boolean isSameUnique(ImageFlyweight a, ImageFlyweight b) {
        for (int i = 0; i < unique.length; i++) {
            int column = unique[i];
            if (a.isPresent(column) && b.isPresent(column) && !isSame(column, isUniqueFixed[i], a, b)) {
                return false;
            }
        }
        return true;
    }

    private static boolean areSame(int[] columns, boolean[] areFixed, ImageFlyweight a, ImageFlyweight b) {
        for (int i = 0; i < columns.length; i++) {
            if (!isSame(columns[i], areFixed[i], a, b)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(int column, boolean isFixed, ImageFlyweight a, ImageFlyweight b) {
        boolean isSame = isFixed ? a.longAt(column) == b.longAt(column) : isSameBytes(a, b, column);
        return isSame && a.isNull(column) == b.isNull(column);
    }

    /** Whether the source sent all that foreign keys with actions refer to. */
    public boolean hasParentColumns(ImageFlyweight image) {
        for (int column : watched) {
            if (!image.isPresent(column)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSameBytes(ImageFlyweight a, ImageFlyweight b, int column) {
        int length = a.valueLength(column);
        if (length != b.valueLength(column)) {
            return false;
        }
        DirectBuffer aBuffer = a.buffer();
        DirectBuffer bBuffer = b.buffer();
        int aOffset = a.valueOffset(column);
        int bOffset = b.valueOffset(column);
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            if (aBuffer.getLong(aOffset + i) != bBuffer.getLong(bOffset + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (aBuffer.getByte(aOffset + i) != bBuffer.getByte(bOffset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every column that is written was sent. */
    public boolean isWritable(ImageFlyweight image) {
        if (image.isComplete()) {
            return true;
        }
        for (int column : written) {
            if (!image.isPresent(column)) {
                return false;
            }
        }
        return true;
    }

    /** What to throw where the source did not send what a change needs. */
    public MillraceException lacksColumns() {
        return new MillraceException(
                ErrorCode.EVENT_UNSUPPORTED,
                "a row image lacks columns: table=" + plan.source().table());
    }

    /** What to throw where a key changed in a load, and nobody can have the whole row. */
    public MillraceException lacksRowInLoad() {
        return new MillraceException(
                ErrorCode.PARTIAL_IMAGE,
                "a key changed during the load, and the source did not send the whole row: table="
                        + plan.source().table());
    }

    /** Whether the key was sent: all that a delete needs. */
    public boolean hasKey(ImageFlyweight image) {
        for (int column : key) {
            if (!image.isPresent(column)) {
                return false;
            }
        }
        return true;
    }
}
