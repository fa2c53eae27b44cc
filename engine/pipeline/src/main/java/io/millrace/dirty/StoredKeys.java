package io.millrace.dirty;

import java.util.Collection;

/** A set of hashes, asked once a row while there are dirty rows, and never else. Immutable; allocates nothing when asked. */
public final class StoredKeys {
    static final StoredKeys NONE = new StoredKeys(new long[0], false);

    private final long[] slots;
    private final boolean hasZero;

    private StoredKeys(long[] slots, boolean hasZero) {
        this.slots = slots;
        this.hasZero = hasZero;
    }

    static StoredKeys of(Collection<Long> hashes) {
        long[] slots = new long[Integer.highestOneBit(Math.max(1, hashes.size())) << 2];
        boolean hasZero = false;
        for (long hash : hashes) {
            hasZero |= hash == 0;
            int slot = slotOf(hash, slots.length);
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = hash;
        }
        return new StoredKeys(slots, hasZero);
    }

    private static int slotOf(long hash, int length) {
        return (int) (hash ^ (hash >>> 32)) & (length - 1);
    }

    public boolean isEmpty() {
        return slots.length == 0;
    }

    public boolean contains(long hash) {
        if (hash == 0 || slots.length == 0) {
            return hasZero;
        }
        for (int slot = slotOf(hash, slots.length); slots[slot] != 0; slot = (slot + 1) & (slots.length - 1)) {
            if (slots[slot] == hash) {
                return true;
            }
        }
        return false;
    }
}
