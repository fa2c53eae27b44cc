package io.millrace.reader.postgres.watch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.statement.SeenTables;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Looks at the partitions of tables as long as a connection stands, and holds them against what {@link SeenPartitions} knows. */
final class PartitionWatch implements CatalogWatch {
    private final SqlSession session;
    private final Map<Long, TableId> names;
    private final SeenPartitions seen;
    private final SeenTables keeper;
    private final Set<Long> locked = new HashSet<>();
    private Map<Long, List<FoundLeaf>> found = Map.of();

    /**
     * Looks at nothing yet.
     *
     * @param names of the roots, by their numbers in the catalog
     */
    PartitionWatch(SqlSession session, Map<Long, TableId> names, SeenPartitions seen, SeenTables keeper) {
        this.session = session;
        this.names = names;
        this.seen = seen;
        this.keeper = keeper;
    }

    @Override
    public void require() {
        if (names.isEmpty()) {
            return;
        }
        found = FoundLeaf.all(session, names.keySet()).stream().collect(Collectors.groupingBy(FoundLeaf::root));
        locked.clear();
        Set<String> came = new TreeSet<>();
        names.keySet().forEach(root -> came.addAll(came(root)));
        if (!came.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.DDL_ON_SELECTED_TABLE,
                    String.join("; ", came) + "; reload the table, or the range of its key");
        }
        take();
    }

    private List<FoundLeaf> found(long root) {
        return found.getOrDefault(root, List.of());
    }

    private Set<String> came(long root) {
        Map<Long, SeenLeaf> before = seen.below(root);
        Set<String> came = new TreeSet<>();
        for (FoundLeaf leaf : before == null ? List.<FoundLeaf>of() : found(root)) {
            String place = ": table=" + names.get(root) + ", partition=" + leaf.table();
            what(leaf, before.get(leaf.oid()), place).ifPresent(came::add);
        }
        return came;
    }

    /** What no row event tells of. */
    private Optional<String> what(FoundLeaf leaf, SeenLeaf known, String place) {
        String what = null;
        if (leaf.isSilent()) {
            what = "rows of a partition are in no stream, for it is unlogged, or a foreign table" + place;
        } else if (known == null) {
            if (mayRead(leaf) && leaf.hasRowsOfBefore(session)) {
                what = "a partition came with rows, and no row event tells of them" + place;
            }
        } else if (!known.by().equals(leaf.leaf().by())) {
            what = "a partition was taken off and put back, and no row event tells of what became of its rows between"
                    + place;
        } else if (leaf.leaf().isOfOtherFile(known)) {
            if (!leaf.anew().isEmpty()) {
                what = "values that are there were written anew by ALTER TABLE" + place + ", columns=" + leaf.anew();
            } else if (mayRead(leaf) && leaf.isWrittenAnew(session)) {
                what =
                        "rows of a partition were written anew by ALTER TABLE, as by SET LOGGED, before which changes are in no stream"
                                + place;
            }
        }
        return Optional.ofNullable(what);
    }

    /** One that is locked is taken for what it was until it can be looked into. */
    private boolean mayRead(FoundLeaf leaf) {
        boolean isLocked = leaf.isReadable() && leaf.isLocked(session);
        if (isLocked) {
            locked.add(leaf.oid());
        }
        return leaf.isReadable() && !isLocked;
    }

    @Override
    public void take() {
        Map<Long, Map<Long, SeenLeaf>> changed = new HashMap<>();
        for (long root : names.keySet()) {
            Map<Long, SeenLeaf> now = found(root).stream()
                    .filter(leaf -> !locked.contains(leaf.oid()))
                    .collect(Collectors.toMap(FoundLeaf::oid, FoundLeaf::leaf));
            Map<Long, SeenLeaf> before = seen.below(root);
            if (before != null) {
                locked.stream().filter(before::containsKey).forEach(oid -> now.put(oid, before.get(oid)));
            }
            if (!now.equals(before)) {
                changed.put(root, now);
                if (before != null) {
                    PartitionWarnings.say(names.get(root), before, found(root));
                }
            }
        }
        seen.take(changed, keeper);
    }
}
