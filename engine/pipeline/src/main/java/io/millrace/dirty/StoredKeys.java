package io.millrace.dirty;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A set of hashes, asked once a row while there are dirty rows, and never else. It may still hold some that have left, so who finds
 * one looks further. One thread adds at a time; whoever got the set behind that finds what was added, without a lock. Allocates
 * nothing when asked.
 */
public final class StoredKeys {
    static final StoredKeys NONE = new StoredKeys(1);

    private static final long FOR_ZERO = Long.MIN_VALUE; // for 0 marks an empty slot

    private final AtomicLongArray slots;
    private int count;

    private StoredKeys(int length) {
        slots = new AtomicLongArray(length);
    }

    /** With room for as many again. */
    static StoredKeys of(Collection<Long> hashes) {
        StoredKeys keys = new StoredKeys(Integer.highestOneBit(Math.max(1, hashes.size())) << 3);
        for (long hash : hashes) {
            keys.add(hash);
        }
        return keys;
    }

    /** Whether one more leaves half of the slots empty: else a search for what is not there goes far. */
    boolean hasRoom() {
        return 2 * (count + 1) <= slots.length();
    }

    /** How many were added, with those that have left. */
    int count() {
        return count;
    }

    void add(long asked) {
        long hash = keyOf(asked);
        int slot = slotOf(hash);
        while (slots.get(slot) != 0 && slots.get(slot) != hash) {
            slot = next(slot);
        }
        if (slots.get(slot) == 0) {
            slots.set(slot, hash);
            count++;
        }
    }

    private static long keyOf(long hash) {
        return hash == 0 ? FOR_ZERO : hash;
    }

    private int slotOf(long hash) {
        return (int) (hash ^ (hash >>> 32)) & (slots.length() - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length() - 1);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public boolean contains(long asked) {
        long hash = keyOf(asked);
        for (int slot = slotOf(hash); slots.get(slot) != 0; slot = next(slot)) {
            if (slots.get(slot) == hash) {
                return true;
            }
        }
        return false;
    }
}
