package io.millrace.reader.postgres.watch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.statement.KeptNotes;
import io.millrace.reader.postgres.statement.SeenTables;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The types of published columns whose values are written with parts of the catalog: an enum's labels, and a composite type's attributes. By ALTER TYPE
 * values that are there read otherwise, and no row tells. Types within arrays, domains, ranges and composite types count, too.
 *
 * <pre>
 *  ADD VALUE          nothing: no row has it
 *  RENAME VALUE       found: rows that are there have the new label
 *  ADD, DROP ATTRIBUTE  found: values that are there have one more, or one less
 *  RENAME ATTRIBUTE   nothing: a value's text does not name them
 * </pre>
 *
 * Kept over connections, and in the log over processes. Confined to the stream's thread.
 */
public final class SeenTypes implements KeptNotes {
    private static final String PREFIX = "type ";
    private static final String ENUM = "e";

    /** {@code rngmultitypid} of a multirange leads to its range's element as well. */
    private static final String TYPES = """
            WITH RECURSIVE used (oid) AS (
              SELECT DISTINCT a.atttypid FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = ANY (?::bigint[]::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
              UNION SELECT part.oid FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
                SELECT t.typelem UNION ALL SELECT t.typbasetype
                UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
                UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) part (oid)
              WHERE part.oid <> 0)
            SELECT t.oid::bigint, pg_catalog.format_type(t.oid, NULL), t.typtype::text, p.number, p.name
            FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
              SELECT e.oid::bigint AS number, e.enumlabel::text AS name FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid
              UNION ALL SELECT a.attnum::bigint, '' FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped) p""";

    private static final String NOW =
            "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.xid::text";

    /** A transaction that runs at a look may write behind it. */
    private static final String ARE_WRITTEN = """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_enum e WHERE pg_catalog.age(e.xmin) <= pg_catalog.age(?::pg_catalog.xid))
              OR EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                WHERE a.attnum > 0 AND pg_catalog.age(a.xmin) <= pg_catalog.age(?::pg_catalog.xid))""";

    private final Map<Long, Type> types = new HashMap<>();

    /**
     * A type at a look.
     *
     * @param parts an enum's labels by the catalog's number; a composite type's attributes by theirs, without names
     */
    private record Type(String name, boolean isEnum, Map<Long, String> parts) {
        Set<String> differences(Type now) {
            if (!isEnum) {
                boolean isSame = parts.keySet().equals(now.parts.keySet());
                return isSame
                        ? Set.of()
                        : Set.of("a type has other attributes, in values that are there, too: type=" + now.name);
            }
            Set<String> found = new TreeSet<>();
            parts.forEach((number, label) -> {
                String by = now.parts.getOrDefault(number, label);
                if (!by.equals(label)) {
                    found.add("a label of a type was renamed, in rows that are there, too: type=" + now.name
                            + ", label=" + by + ", before=" + label);
                }
            });
            return found;
        }
    }

    private record Part(long oid, String type, boolean isEnum, long number, String name) {}

    /** Looks at the types of tables as long as a connection stands. */
    public CatalogWatch watch(SqlSession session, SeenTables tables) {
        return new CatalogWatch() {
            private final Map<Long, Type> changed = new HashMap<>();
            private Set<Long> looked = Set.of();
            private String since = "";

            @Override
            public void require() {
                Set<Long> now = tables.numbers();
                String moment = session.value(NOW);
                boolean isDue = since.isEmpty()
                        || !changed.isEmpty()
                        || !looked.equals(now)
                        || session.value(ARE_WRITTEN, since, since).equals("t");
                since = moment;
                looked = now;
                if (isDue) {
                    compare(SeenTypes.find(session, now));
                }
            }

            private void compare(Map<Long, Type> found) {
                changed.clear();
                Set<String> differences = new TreeSet<>();
                Map<Long, Type> more = new HashMap<>();
                found.forEach((oid, type) -> {
                    Type before = types.get(oid);
                    Set<String> own = before == null ? Set.of() : before.differences(type);
                    if (!own.isEmpty()) {
                        differences.addAll(own);
                        changed.put(oid, type);
                    } else if (!type.equals(before)) {
                        more.put(oid, type);
                    }
                });
                know(more);
                if (!differences.isEmpty()) {
                    throw new MillraceException(
                            ErrorCode.DDL_ON_SELECTED_TABLE,
                            String.join("; ", differences)
                                    + "; what the target has of it stays: reload the tables, or change it there by hand");
                }
            }

            @Override
            public void take() {
                know(changed);
                changed.clear();
            }

            private void know(Map<Long, Type> found) {
                if (!found.isEmpty()) {
                    types.putAll(found);
                    tables.keep(SeenTypes.notes(found));
                }
            }
        };
    }

    private static Map<Long, Type> find(SqlSession session, Set<Long> tables) {
        List<Part> parts = session.rows(
                TYPES,
                row -> new Part(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3).equals(ENUM),
                        row.getLong(4),
                        row.getString(5)),
                SqlText.numbers(tables));
        Map<Long, Type> found = new HashMap<>();
        for (Part part : parts) {
            found.computeIfAbsent(part.oid(), oid -> new Type(part.type(), part.isEnum(), new TreeMap<>()))
                    .parts()
                    .put(part.number(), part.name());
        }
        return found;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public Map<String, String> notes() {
        return notes(types);
    }

    private static Map<String, String> notes(Map<Long, Type> types) {
        Map<String, String> notes = new HashMap<>();
        types.forEach((oid, type) -> {
            StringBuilder text =
                    new StringBuilder(encoded(type.name())).append(' ').append(type.isEnum());
            type.parts()
                    .forEach((number, name) ->
                            text.append(' ').append(number).append('=').append(encoded(name)));
            notes.put(PREFIX + oid, text.toString());
        });
        return notes;
    }

    @Override
    public void restore(String note, String text) {
        String[] words = text.split(" ");
        Map<Long, String> parts = new TreeMap<>();
        for (String word : List.of(words).subList(2, words.length)) {
            int sign = word.indexOf('=');
            parts.put(Long.parseLong(word.substring(0, sign)), decoded(word.substring(sign + 1)));
        }
        types.put(
                Long.parseLong(note.substring(PREFIX.length())),
                new Type(decoded(words[0]), Boolean.parseBoolean(words[1]), parts));
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}
