package io.millrace.reader.postgres.statement;

import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.collections.IntHashSet;

/** What DDL messages of one transaction that is not committed yet made of tables, in order. Confined to the stream's thread. */
public final class SeenChanges {
    private final List<Change> changes = new ArrayList<>();
    private final IntHashSet dropped = new IntHashSet();

    /**
     * A table around a statement.
     *
     * @param after empty where the table was dropped
     * @param isStop whether lanes stop there
     */
    private record Change(int subXid, SeenTable before, Optional<SeenTable> after, boolean isStop) {
        long oid() {
            return before.oid();
        }
    }

    void add(int subXid, SeenTable before, Optional<SeenTable> after, boolean isStop) {
        changes.add(new Change(subXid, before, after, isStop));
    }

    /** The table as the first statement on it found it, for each table. */
    Map<Long, SeenTable> found() {
        Map<Long, SeenTable> found = new HashMap<>();
        changes.forEach(change -> found.putIfAbsent(change.oid(), change.before()));
        return found;
    }

    boolean hasStop() {
        return changes.stream().anyMatch(Change::isStop);
    }

    /** What the transaction has left of a table so far; empty where it did nothing to it. */
    Optional<Optional<SeenTable>> latest(long oid) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i).oid() == oid) {
                return Optional.of(changes.get(i).after());
            }
        }
        return Optional.empty();
    }

    /** What the table is called within the transaction; empty where nothing was said of it. */
    public Optional<TableId> name(int oid) {
        return latest(Integer.toUnsignedLong(oid)).flatMap(after -> after).map(SeenTable::id);
    }

    /** A subtransaction was rolled back. */
    public void drop(int subXid) {
        dropped.add(subXid);
        changes.removeIf(change -> change.subXid() == subXid);
    }

    boolean isDropped(int subXid) {
        return dropped.contains(subXid);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    public void clear() {
        dropped.clear();
        changes.clear();
    }

    /** Takes what was committed. */
    public interface Committed {
        void onTable(long oid, Optional<SeenTable> after);
    }

    public void forEach(Committed committed) {
        changes.forEach(change -> committed.onTable(change.oid(), change.after()));
    }
}
