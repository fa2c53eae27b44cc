package io.millrace.reader.postgres.watch;

import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.statement.KeptNotes;
import io.millrace.reader.postgres.statement.SeenTables;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The partitions in which published tables' rows lie. Rows that come or go with a whole partition are in no message of a publication that names the root.
 *
 * <pre>
 *  made empty               nothing
 *  ATTACH, with rows        found: the target lacks them
 *  DETACH and ATTACH again  found: rows may have come, gone or changed between the two
 *  SET UNLOGGED             found, as a partition that is made so, or a foreign table: its rows come and go unseen
 *  SET LOGGED               found, where both came between two looks, or while nothing ran
 *  ALTER … TYPE … USING     found: values are others, of the same type
 *  DETACH, DROP             a warning: the target keeps the rows
 *  TRUNCATE of a partition  a warning where others of the root were left alone; of all of them the stream tells
 * </pre>
 *
 * Kept over connections, and in the log over processes. Confined to the stream's thread.
 */
public final class SeenPartitions implements KeptNotes {
    private static final String PREFIX = "partitions ";

    private final Map<Long, Map<Long, SeenLeaf>> roots = new HashMap<>();

    /** Looks at the partitions of tables as long as a connection stands. */
    public CatalogWatch watch(SqlSession session, List<CatalogTable> tables, SeenTables keeper) {
        Map<Long, TableId> names = tables.stream()
                .filter(CatalogTable::isPartitioned)
                .collect(Collectors.toMap(table -> Integer.toUnsignedLong(table.oid()), CatalogTable::id));
        return new PartitionWatch(session, names, this, keeper);
    }

    /** The partitions of a root by their numbers, as the last look has left them; null before the first. */
    Map<Long, SeenLeaf> below(long root) {
        return roots.get(root);
    }

    /** What these roots' partitions are from here on, in the log too. */
    void take(Map<Long, Map<Long, SeenLeaf>> changed, SeenTables keeper) {
        if (!changed.isEmpty()) {
            roots.putAll(changed);
            keeper.keep(notes(changed));
        }
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public Map<String, String> notes() {
        return notes(roots);
    }

    private static Map<String, String> notes(Map<Long, Map<Long, SeenLeaf>> roots) {
        Map<String, String> notes = new HashMap<>();
        roots.forEach((root, leaves) -> notes.put(PREFIX + root, text(leaves)));
        return notes;
    }

    /** A blank where there is none. */
    private static String text(Map<Long, SeenLeaf> leaves) {
        return leaves.isEmpty()
                ? " "
                : leaves.values().stream().map(SeenLeaf::text).collect(Collectors.joining(" "));
    }

    @Override
    public void restore(String note, String text) {
        Map<Long, SeenLeaf> leaves = Stream.of(text.split(" "))
                .filter(leaf -> !leaf.isEmpty())
                .map(SeenLeaf::parse)
                .collect(Collectors.toMap(SeenLeaf::oid, Function.identity()));
        roots.put(Long.parseLong(note.substring(PREFIX.length())), leaves);
    }
}
