package io.millrace.lane.batch;

import io.millrace.lane.table.TableBinding;
import io.millrace.row.ImageFlyweight;
import io.millrace.row.RowDescriptor;
import java.util.Arrays;
import java.util.BitSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The changes of one batch as parallel arrays, one entry a key (or, of tied tables, one a change), and an open-addressing index
 * by key. Images stay where they are, in the log's mapped memory.
 *
 * <p>Confined to a lane. Hot path: grows, and else allocates nothing.
 */
public final class BatchEntries {
    private static final int FIRST_CAPACITY = 1024;
    private static final int NONE = -1;

    /** Of the arrays here 41, of the index 8, of what makes runs 13; half as much again while arrays grow. */
    private static final int ENTRY_BYTES = 92;

    private final UnsafeBuffer record = new UnsafeBuffer(0, 0);
    private final ImageFlyweight probed = new ImageFlyweight();
    private long[] addresses = new long[FIRST_CAPACITY];
    private int[] lengths = new int[FIRST_CAPACITY];
    private long[] hashes = new long[FIRST_CAPACITY];
    private int[] tables = new int[FIRST_CAPACITY];
    private byte[] states = new byte[FIRST_CAPACITY];
    private int[] entrySlots = new int[FIRST_CAPACITY];
    private int[] olders = new int[FIRST_CAPACITY];
    private long[] origins = new long[FIRST_CAPACITY];
    private final BitSet refused = new BitSet();
    private boolean hasRefused;
    private final BitSet marked = new BitSet();
    private boolean hasMarked;
    private long origin;
    private int[] slots = filled(FIRST_CAPACITY << 1);
    private int count;

    private static int[] filled(int capacity) {
        int[] slots = new int[capacity];
        Arrays.fill(slots, NONE);
        return slots;
    }

    public int count() {
        return count;
    }

    /** What the entries take, with room to grow and to be put in order. */
    long bytes() {
        return (long) count * ENTRY_BYTES;
    }

    /** The entry of a key, of whichever table with the same target, or -1. */
    int find(TableBinding table, ImageFlyweight image, long hash) {
        int mask = slots.length - 1;
        for (int slot = slotOf(hash, mask); slots[slot] != NONE; slot = (slot + 1) & mask) {
            int entry = slots[slot];
            if (hashes[entry] == hash && table.hasTargetOf(tables[entry])) {
                probed.wrap(addresses[entry], lengths[entry]);
                if (table.isSameKey(image, probed)) {
                    return entry;
                }
            }
        }
        return NONE;
    }

    /** Adds an entry that {@link #find} will find. */
    int add(int table, long address, int length, long hash, byte state) {
        int entry = append(table, address, length, hash, state);
        if (count << 1 > slots.length) {
            rehash();
        } else {
            index(entry);
        }
        return entry;
    }

    /** Adds an entry that no {@link #find} finds. */
    void addUnfound(int table, long address, int length, byte state) {
        int entry = append(table, address, length, 0, state); // which may replace the arrays
        entrySlots[entry] = NONE;
    }

    private int append(int table, long address, int length, long hash, byte state) {
        if (count == addresses.length) {
            grow();
        }
        int entry = count++;
        tables[entry] = table;
        addresses[entry] = address;
        lengths[entry] = length;
        hashes[entry] = hash;
        states[entry] = state;
        olders[entry] = NONE;
        origins[entry] = origin;
        return entry;
    }

    /** Adds an entry that takes the place of an older one with the same key in the index; the older one stays an entry. */
    int supersede(int older, int table, long address, int length, long hash, byte state) {
        int entry = append(table, address, length, hash, state);
        int slot = entrySlots[older];
        entrySlots[older] = NONE;
        entrySlots[entry] = slot;
        slots[slot] = entry;
        olders[entry] = older;
        return entry;
    }

    private void index(int entry) {
        int mask = slots.length - 1;
        int slot = slotOf(hashes[entry], mask);
        while (slots[slot] != NONE) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
        entrySlots[entry] = slot;
    }

    private static int slotOf(long hash, int mask) {
        return (int) (hash ^ (hash >>> 32)) & mask;
    }

    private void grow() {
        int capacity = count << 1;
        addresses = Arrays.copyOf(addresses, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
        tables = Arrays.copyOf(tables, capacity);
        states = Arrays.copyOf(states, capacity);
        entrySlots = Arrays.copyOf(entrySlots, capacity);
        olders = Arrays.copyOf(olders, capacity);
        origins = Arrays.copyOf(origins, capacity);
    }

    private void rehash() {
        slots = filled(slots.length << 1);
        for (int entry = 0; entry < count; entry++) {
            // An entry that was superseded is not in the index; the newest, which has no slot yet, is.
            if (entrySlots[entry] != NONE || entry == count - 1) {
                index(entry);
            }
        }
    }

    void replaceImage(int entry, long address, int length) {
        addresses[entry] = address;
        lengths[entry] = length;
        origins[entry] = origin;
    }

    /** The entry's key is another table's now. */
    public void table(int entry, int table) {
        tables[entry] = table;
    }

    /** Where changes come from that are added from now on: {@link BatchOrigins} packs it. */
    void origin(long packed) {
        origin = packed;
    }

    /** Where the last change of an entry came from. */
    public long originOf(int entry) {
        return origins[entry];
    }

    /** The hash by which {@link #find} looks for an entry; 0 of those that it does not find. */
    public long hash(int entry) {
        return hashes[entry];
    }

    /** The entry cannot be written: it is in no run from now on. */
    public void refuse(int entry) {
        refused.set(entry);
        hasRefused = true;
    }

    /** What is left of a key is a row that the source removed. */
    void mark(int entry) {
        marked.set(entry);
        hasMarked = true;
        origins[entry] = origin;
    }

    /** The row of the key is the source's again, or gone. */
    void unmark(int entry) {
        if (hasMarked) {
            marked.clear(entry);
        }
    }

    /** How many rows runs may have: one that is marked may be in two. */
    int rows() {
        return hasMarked ? count + marked.cardinality() : count;
    }

    boolean hasMarked() {
        return hasMarked;
    }

    public boolean isMarked(int entry) {
        return hasMarked && marked.get(entry);
    }

    boolean hasRefused() {
        return hasRefused;
    }

    public boolean isRefused(int entry) {
        return hasRefused && refused.get(entry);
    }

    public byte state(int entry) {
        return states[entry];
    }

    public void state(int entry, byte state) {
        states[entry] = state;
    }

    public int table(int entry) {
        return tables[entry];
    }

    /** The entry of the same key that this one superseded, or -1. */
    int olderOf(int entry) {
        return olders[entry];
    }

    ImageFlyweight wrap(int entry, ImageFlyweight flyweight) {
        return flyweight.wrap(addresses[entry], lengths[entry]);
    }

    /** Of an entry that is a whole record the image before. */
    ImageFlyweight wrapBefore(int entry, ImageFlyweight flyweight) {
        return flyweight.wrap(addresses[entry] + RowDescriptor.RECORD_HEADER_LENGTH, beforeLength(entry));
    }

    /** Of an entry that is a whole record the image after. */
    ImageFlyweight wrapAfter(int entry, ImageFlyweight flyweight) {
        int start = RowDescriptor.RECORD_HEADER_LENGTH + beforeLength(entry);
        return flyweight.wrap(addresses[entry] + start, lengths[entry] - start);
    }

    private int beforeLength(int entry) {
        record.wrap(addresses[entry], lengths[entry]);
        return record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET) & RowDescriptor.BEFORE_LENGTH_MASK;
    }

    /** Of an entry that is a whole record, whether the source did not look at foreign keys. */
    boolean haveKeysRested(int entry) {
        record.wrap(addresses[entry], lengths[entry]);
        return (record.getInt(RowDescriptor.BEFORE_LENGTH_OFFSET) & RowDescriptor.KEYS_RESTED) != 0;
    }

    void clear() {
        for (int entry = 0; entry < count; entry++) {
            if (entrySlots[entry] != NONE) {
                slots[entrySlots[entry]] = NONE;
            }
        }
        count = 0;
        if (hasRefused) {
            refused.clear();
            hasRefused = false;
        }
        if (hasMarked) {
            marked.clear();
            hasMarked = false;
        }
    }
}
