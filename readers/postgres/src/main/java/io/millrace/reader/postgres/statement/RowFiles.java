package io.millrace.reader.postgres.statement;

import io.millrace.reader.postgres.catalog.PartitionTree;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.statement.SeenTable.SeenColumn;
import io.millrace.schema.TableId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files that hold tables' rows, and the columns that the catalog had while they did. The server writes all rows into new files where a
 * statement gives each a value of its own, and so does VACUUM FULL: where the files are those of a moment before a column came, its rows have
 * either one value, which the catalog keeps, or none; where they are those of a moment before its type changed, no value changed with it.
 * A statement that gives values of the same type anew (ALTER … TYPE … USING) writes new files as well, and a column of the catalog in the same transaction,
 * which VACUUM FULL and TRUNCATE do not.
 * Kept in the log over processes. Confined to the stream's thread.
 *
 * <pre>
 * added, and                                      rows that were there have
 * the catalog keeps a value for them              that
 * the files are of before                         NULL
 * the files are others, or nobody looked before   unknown
 * </pre>
 */
public final class RowFiles implements KeptNotes {
    private static final String NOTE = "files ";

    /** Those of partitions are their root's. */
    private static final String LOOK = """
            SELECT k.oid::bigint, COALESCE(CASE WHEN k.relkind = 'p' OR k.relispartition THEN (SELECT pg_catalog.md5(pg_catalog.string_agg(
                     COALESCE(pg_catalog.pg_relation_filenode(t.relid), 0)::text, ',' ORDER BY t.relid))
                   FROM :tree t) END,
                 pg_catalog.pg_relation_filenode(k.oid)::text, ''),
              COALESCE((SELECT pg_catalog.string_agg(a.attnum || ':' || a.atttypid::bigint || ':' || a.atttypmod, ',' ORDER BY a.attnum)
                 FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
            FROM pg_catalog.pg_class k WHERE k.oid = ANY (?::bigint[]::pg_catalog.oid[])""".replace(":tree", PartitionTree.of("k.oid"));

    private static final String WRITTEN_WITH = """
            SELECT k.oid::bigint, n.nspname, k.relname, a.attname FROM pg_catalog.pg_class k
            JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.xmin = k.xmin
            WHERE k.oid = ANY (?::bigint[]::pg_catalog.oid[]) AND k.relkind = 'r' ORDER BY k.oid, a.attnum""";

    private static final String FILL = """
            SELECT (a.attmissingval::text::text[])[1], k.relkind = 'p' AND (a.atthasdef OR a.attidentity <> '' OR EXISTS (
                SELECT FROM :tree t
                JOIN pg_catalog.pg_attribute l ON l.attrelid = t.relid AND l.attname = a.attname WHERE l.atthasmissing))
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class k ON k.oid = a.attrelid
            WHERE a.attrelid = ?::bigint::pg_catalog.oid AND a.attnum = ?::int AND NOT a.attisdropped""".replace(":tree", PartitionTree.of("k.oid"));

    private static final int MOST_LOOKS = 8;
    private static final long LOOK_NANOS = 60_000_000_000L;

    private final Map<Long, Deque<Look>> looks = new HashMap<>();
    private final Map<Long, Look> rewritten = new HashMap<>();
    private final Map<Long, String> told = new TreeMap<>();
    private long lookedAt;

    /**
     * A table at a moment.
     *
     * @param columns {@code number:type:modifier,…}
     */
    private record Look(String files, String columns) {
        boolean hasColumn(int number) {
            return (',' + columns).contains("," + number + ":");
        }

        boolean hasColumn(SeenColumn column) {
            return (',' + columns + ',')
                    .contains("," + column.number() + ":" + column.type() + ":" + column.modifier() + ",");
        }
    }

    /** Looks at tables again, where the last time is a while ago. */
    public void lookAgain(SqlSession session, List<Long> oids) {
        if (System.nanoTime() - lookedAt >= LOOK_NANOS) {
            look(session, oids);
        }
    }

    /** Looks at tables; what was seen of one with other columns stays for a while. */
    public void look(SqlSession session, Collection<Long> oids) {
        lookedAt = System.nanoTime();
        Map<Long, Look> found = find(session, oids);
        Map<Long, Look> others = new HashMap<>(found);
        others.entrySet().removeIf(each -> !hasOtherFiles(each.getKey(), each.getValue()));
        Map<Long, String> anew = others.isEmpty() ? Map.of() : writtenWithColumns(session, others.keySet());
        found.forEach((oid, look) -> {
            rewritten.remove(oid);
            told.remove(oid);
            if (anew.containsKey(oid)) {
                rewritten.put(oid, look);
                told.put(oid, anew.get(oid));
            } else {
                add(oid, look);
            }
        });
    }

    private boolean hasOtherFiles(long oid, Look look) {
        Deque<Look> known = looks.get(oid);
        return known != null
                && known.getLast().columns().equals(look.columns())
                && !known.getLast().files().equals(look.files());
    }

    private static Map<Long, String> writtenWithColumns(SqlSession session, Set<Long> oids) {
        Map<Long, String> tables = new HashMap<>();
        session.rows(
                WRITTEN_WITH,
                row -> tables.merge(
                        row.getLong(1),
                        "table=" + new TableId(row.getString(2), row.getString(3)) + ", columns=" + row.getString(4),
                        (first, next) -> first + "," + next.substring(next.lastIndexOf('=') + 1)),
                SqlText.numbers(oids));
        return tables;
    }

    /** Tables whose values a statement wrote anew, for people, until they are {@linkplain #take taken}. */
    public Stream<String> rewritten() {
        return told.values().stream().map(table -> "values that are there were written anew by ALTER TABLE: " + table);
    }

    /** They are known from here on; the notes that the log is to keep of it. */
    public Map<String, String> take() {
        Map<String, String> notes = new HashMap<>();
        rewritten.forEach((oid, look) -> {
            add(oid, look);
            notes.put(NOTE + oid, note(looks.get(oid)));
        });
        rewritten.clear();
        told.clear();
        return notes;
    }

    private void add(long oid, Look look) {
        Deque<Look> known = looks.computeIfAbsent(oid, first -> new ArrayDeque<>());
        if (!known.isEmpty() && known.getLast().columns().equals(look.columns())) {
            known.removeLast();
        } else if (known.size() == MOST_LOOKS) {
            known.removeFirst();
        }
        known.addLast(look);
    }

    private static Map<Long, Look> find(SqlSession session, Collection<Long> oids) {
        Map<Long, Look> found = new HashMap<>();
        session.rows(
                LOOK,
                row -> found.put(row.getLong(1), new Look(row.getString(2), row.getString(3))),
                SqlText.numbers(oids));
        return found;
    }

    @Override
    public String prefix() {
        return NOTE;
    }

    @Override
    public Map<String, String> notes() {
        Map<String, String> notes = new HashMap<>();
        looks.forEach((oid, known) -> notes.put(NOTE + oid, note(known)));
        return notes;
    }

    private static String note(Deque<Look> known) {
        return known.getFirst().files() + ' ' + known.getFirst().columns();
    }

    @Override
    public void restore(String note, String text) {
        int space = text.indexOf(' ');
        add(
                Long.parseLong(note.substring(NOTE.length())),
                new Look(text.substring(0, space), text.substring(space + 1)));
    }

    /** What rows have in a column that was added, as far as it is certain. */
    DdlMessage.Fill fill(SqlSession session, long oid, int number) {
        boolean isOfBefore = sameFiles(session, oid).anyMatch(look -> !look.hasColumn(number));
        return session.row(
                        FILL,
                        row -> {
                            Optional<String> kept = Optional.ofNullable(row.getString(1));
                            boolean isKnown = kept.isPresent() || (isOfBefore && !row.getBoolean(2));
                            return isKnown ? new DdlMessage.Fill(true, kept) : DdlMessage.Fill.UNKNOWN;
                        },
                        oid,
                        number)
                .orElse(DdlMessage.Fill.UNKNOWN);
    }

    /** Whether values are those that they were when the column was of that type. */
    boolean areValuesOf(SqlSession session, long oid, SeenColumn before) {
        return sameFiles(session, oid).anyMatch(look -> look.hasColumn(before));
    }

    /** What was seen of a table while its files were those of now. */
    private Stream<Look> sameFiles(SqlSession session, long oid) {
        Look now = find(session, List.of(oid)).get(oid);
        return looks.getOrDefault(oid, new ArrayDeque<>()).stream()
                .filter(look -> now != null && look.files().equals(now.files()));
    }
}
