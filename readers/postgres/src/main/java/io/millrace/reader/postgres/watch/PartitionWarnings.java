package io.millrace.reader.postgres.watch;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of partitions and is no reason to stop: the target has no row too few. */
final class PartitionWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionWarnings.class);
    private static final int MOST_NAMES = 5;

    private PartitionWarnings() {}

    static void say(TableId root, Map<Long, SeenLeaf> before, List<FoundLeaf> now) {
        List<String> unread = names(now.stream().filter(leaf -> !before.containsKey(leaf.oid()) && !leaf.isReadable()));
        if (!unread.isEmpty()) {
            LOG.warn(
                    "whether rows came with partitions cannot be told: table={}, partitions={}; grant SELECT on them, and compare with"
                            + " verify",
                    root,
                    unread);
        }
        Set<Long> there = now.stream().map(FoundLeaf::oid).collect(Collectors.toSet());
        long gone = before.keySet().stream().filter(oid -> !there.contains(oid)).count();
        if (gone > 0) {
            LOG.warn("partitions went, and the target keeps their rows: table={}, partitions={}", root, gone);
        }
        List<FoundLeaf> written = now.stream()
                .filter(leaf -> before.containsKey(leaf.oid())
                        && before.get(leaf.oid()).file() != leaf.leaf().file())
                .toList();
        List<String> emptied = names(written.stream().filter(FoundLeaf::isEmpty));
        if (!emptied.isEmpty() && written.size() < before.size()) {
            LOG.warn(
                    "partitions may have been emptied alone, and the target keeps their rows: table={}, partitions={}",
                    root,
                    emptied);
        }
    }

    private static List<String> names(Stream<FoundLeaf> leaves) {
        return leaves.map(leaf -> leaf.table().toString()).limit(MOST_NAMES).toList();
    }
}
