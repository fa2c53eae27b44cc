package io.millrace.mapping;

import io.millrace.reader.MomentSpan;
import io.millrace.task.PartitionInterval;
import io.millrace.task.PartitionSpec;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Where the intervals of a range begin and end. Pure. */
public final class PartitionBounds {
    /** Further ones cost each statement, and a transaction that makes them all a lock for each. */
    public static final int MOST = 500;

    private static final LocalDateTime FIRST = LocalDateTime.of(1, 1, 1, 0, 0);

    private PartitionBounds() {}

    /**
     * The bounds of a table that is made: from the least value, or now, to the greatest, or so many intervals behind now. Where there
     * would be more than {@link #MOST}, the oldest are left out; a greatest value that is half as many intervals ahead, as that which stands for
     * no end, is passed over.
     */
    public static List<LocalDateTime> of(PartitionSpec spec, Optional<MomentSpan> span, LocalDateTime now) {
        PartitionInterval interval = spec.interval().orElseThrow();
        LocalDateTime present = interval.begin(now);
        LocalDateTime least = span.map(MomentSpan::least).orElse(now);
        LocalDateTime greatest = span.map(MomentSpan::greatest).orElse(now);
        Deque<LocalDateTime> bounds = new ArrayDeque<>();
        bounds.add(present);
        for (int i = 0; i <= spec.ahead(); i++) {
            bounds.addLast(interval.plus(bounds.getLast(), 1));
        }
        if (greatest.isBefore(interval.plus(present, MOST / 2))) {
            while (!bounds.getLast().isAfter(greatest)) {
                bounds.addLast(interval.plus(bounds.getLast(), 1));
            }
        }
        while (bounds.getFirst().isAfter(least)
                && bounds.size() <= MOST
                && bounds.getFirst().isAfter(FIRST)) {
            bounds.addFirst(interval.plus(bounds.getFirst(), -1));
        }
        return List.copyOf(bounds);
    }

    /**
     * The bounds of intervals that a table lacks: from where its last one ends to so many behind now. None where it has them.
     *
     * @param end empty where it has no interval
     */
    public static List<LocalDateTime> further(PartitionSpec spec, Optional<LocalDateTime> end, LocalDateTime now) {
        PartitionInterval interval = spec.interval().orElseThrow();
        LocalDateTime last = interval.plus(interval.begin(now), spec.ahead() + 1);
        Deque<LocalDateTime> bounds = new ArrayDeque<>();
        bounds.add(last);
        LocalDateTime from = end.orElse(interval.begin(now));
        while (bounds.size() <= MOST && interval.plus(bounds.getFirst(), -1).compareTo(from) >= 0) {
            bounds.addFirst(interval.plus(bounds.getFirst(), -1));
        }
        return bounds.size() < 2 ? List.of() : new ArrayList<>(bounds);
    }
}
