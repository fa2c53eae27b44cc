package io.millrace.dirty;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stored rows that later changes may still overtake, by the hashes of their keys. A change costs as much as it changes, however many
 * rows are stored. Confined to whoever changes it, but for {@link #keys}.
 */
final class OpenRows {
    private final Map<Long, List<Long>> hashes = new HashMap<>(); // of all rows
    private final Map<Long, List<Long>> byHash = new HashMap<>(); // of those that are not overtaken
    private volatile StoredKeys keys = StoredKeys.NONE;

    /** Hashes of their keys; may hold some of rows that have left. */
    StoredKeys keys() {
        return keys;
    }

    /** Numbers of rows with a key of this hash. */
    List<Long> of(long hash) {
        return byHash.getOrDefault(hash, List.of());
    }

    boolean isKnown(long number) {
        return hashes.containsKey(number);
    }

    /** Whether the row's key has a hash: else nobody knows what becomes of it. */
    boolean isFollowed(long number) {
        return !hashes.get(number).isEmpty();
    }

    /** Takes in a row that is not known. */
    void know(long number, List<Long> keyHashes) {
        hashes.put(number, List.copyOf(keyHashes));
    }

    /** Takes rows that are known as they are now. */
    void take(Collection<StoredRow> rows) {
        List<Long> added = new ArrayList<>();
        for (StoredRow row : rows) {
            for (long hash : hashes.get(row.number())) {
                if (row.state() == DirtyState.OVERTAKEN) {
                    remove(hash, row.number());
                } else if (put(hash, row.number())) {
                    added.add(hash);
                }
            }
        }
        show(added);
    }

    private boolean put(long hash, long number) {
        List<Long> numbers = byHash.computeIfAbsent(hash, each -> new ArrayList<>(1));
        if (numbers.contains(number)) {
            return false;
        }
        numbers.add(number);
        return true;
    }

    private void remove(long hash, long number) {
        byHash.computeIfPresent(hash, (each, numbers) -> {
            numbers.remove(Long.valueOf(number));
            return numbers.isEmpty() ? null : numbers;
        });
    }

    void forget(Collection<Long> numbers) {
        for (long number : numbers) {
            hashes.remove(number).forEach(hash -> remove(hash, number));
        }
        show(List.of());
    }

    private void show(List<Long> added) {
        StoredKeys shown = keys;
        if (byHash.isEmpty()) {
            keys = StoredKeys.NONE;
            return;
        }
        for (long hash : added) {
            if (shown == StoredKeys.NONE || !shown.hasRoom()) {
                keys = StoredKeys.of(byHash.keySet());
                return;
            }
            shown.add(hash);
        }
        boolean isMostlyGone = shown.count() > 2 * byHash.size();
        keys = isMostlyGone ? StoredKeys.of(byHash.keySet()) : shown;
    }
}
