package io.millrace.reader.postgres;

import io.millrace.reader.postgres.SeenTable.SeenColumn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that hold tables' rows, and the columns that the catalog had while they did. The server writes all rows into new files where a
 * statement gives each a value of its own, and so does VACUUM FULL: where the files are those of a moment before a column came, its rows have
 * either one value, which the catalog keeps, or none; where they are those of a moment before its type changed, no value changed with it.
 * Kept in the log over processes. Confined to the stream's thread.
 *
 * <pre>
 * added, and                                      rows that were there have
 * the catalog keeps a value for them              that
 * the files are of before                         NULL
 * the files are others, or nobody looked before   unknown
 * </pre>
 */
final class RowFiles {
    /** Of the reader's words in the log. */
    static final String NOTE = "files ";

    /** Those of partitions are their root's. */
    private static final String LOOK = """
            SELECT k.oid::bigint, COALESCE((SELECT pg_catalog.md5(pg_catalog.string_agg(
                     COALESCE(pg_catalog.pg_relation_filenode(t.relid), 0)::text, ',' ORDER BY t.relid))
                   FROM pg_catalog.pg_partition_tree(k.oid::pg_catalog.regclass) t),
                 pg_catalog.pg_relation_filenode(k.oid)::text, ''),
              COALESCE((SELECT pg_catalog.string_agg(a.attnum || ':' || a.atttypid::bigint || ':' || a.atttypmod, ',' ORDER BY a.attnum)
                 FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
            FROM pg_catalog.pg_class k WHERE k.oid = ANY (?::bigint[]::pg_catalog.oid[])""";

    private static final String FILL = """
            SELECT (a.attmissingval::text::text[])[1], k.relkind = 'p' AND (a.atthasdef OR a.attidentity <> '' OR EXISTS (
                SELECT FROM pg_catalog.pg_partition_tree(k.oid::pg_catalog.regclass) t
                JOIN pg_catalog.pg_attribute l ON l.attrelid = t.relid AND l.attname = a.attname WHERE l.atthasmissing))
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class k ON k.oid = a.attrelid
            WHERE a.attrelid = ?::bigint::pg_catalog.oid AND a.attnum = ?::int AND NOT a.attisdropped""";

    private static final int MOST_LOOKS = 8;
    private static final long LOOK_NANOS = 60_000_000_000L;

    private final Map<Long, Deque<Look>> looks = new HashMap<>();
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
    void lookAgain(SqlSession session, List<Long> oids) {
        if (System.nanoTime() - lookedAt >= LOOK_NANOS) {
            look(session, oids);
        }
    }

    /** Looks at tables; what was seen of one with other columns stays for a while. */
    void look(SqlSession session, List<Long> oids) {
        lookedAt = System.nanoTime();
        find(session, oids).forEach(this::add);
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

    private static Map<Long, Look> find(SqlSession session, List<Long> oids) {
        Map<Long, Look> found = new HashMap<>();
        session.rows(
                LOOK,
                row -> found.put(row.getLong(1), new Look(row.getString(2), row.getString(3))),
                oids.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}")));
        return found;
    }

    /** The words that the log keeps. */
    Map<String, String> notes() {
        Map<String, String> notes = new HashMap<>();
        looks.forEach((oid, known) -> {
            Look first = known.getFirst();
            notes.put(NOTE + oid, first.files() + ' ' + first.columns());
        });
        return notes;
    }

    void restore(String note, String text) {
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
