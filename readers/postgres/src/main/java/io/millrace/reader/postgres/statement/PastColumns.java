package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.catalog.ColumnTypes;
import io.millrace.reader.postgres.catalog.GeneratedColumns;
import io.millrace.reader.postgres.catalog.TypeModifiers;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.statement.SeenTable.SeenColumn;
import io.millrace.schema.Column;
import io.millrace.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Numbers of the columns that a table had where the stream begins, of which only names and types were kept: statements that the stream
 * still holds may have made another table of it in the catalog. A number is given once, and rises; what is dropped keeps its number.
 *
 * <pre>
 * attribute of the catalog, in the order of numbers       is a column of the kept table
 * dropped by a transaction that the slot has behind it    no
 * dropped by a later one, which may be in the stream      yes, or no; only of a type of that length, and with that modifier
 * not changed by a later one                              yes, by that name and type
 * changed by a later one                                  yes, as long as any are left: it may have been renamed or retyped
 * behind the last                                         no: it was added since
 * </pre>
 *
 * <p>Where more than one reading is possible, or none, the task stops: a guess could drop a column of the target that is still there.
 */
public final class PastColumns {
    private static final String ATTRIBUTES = """
            SELECT a.attnum::int, a.attname, a.attisdropped, pg_catalog.age(a.xmin) <= pg_catalog.age(s.catalog_xmin),
                   COALESCE(a.attgenerated <> '' AND (SELECT pg_catalog.age(d.xmin) <= pg_catalog.age(s.catalog_xmin)
                     FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum), false),
                   a.attlen::int, a.atttypmod
            FROM pg_catalog.pg_attribute a, pg_catalog.pg_replication_slots s
            WHERE s.slot_name = ? AND a.attrelid = ?::bigint::pg_catalog.oid AND a.attnum > 0
              AND (a.attisdropped OR :carried) ORDER BY a.attnum""".replace(":carried", GeneratedColumns.IS_CARRIED);

    private static final int MOST_DROPPED = 10;

    private final SqlSession session;
    private final String slot;
    private final ColumnTypes types;

    /**
     * A column that is there, or was.
     *
     * @param isLate whether its row of the catalog is of a transaction that may lie ahead in the stream
     * @param isComputedLate whether its expression is
     */
    private record Attribute(
            int number,
            String name,
            boolean isDropped,
            boolean isLate,
            boolean isComputedLate,
            int length,
            int modifier) {}

    public PastColumns(SqlSession session, String slot, ColumnTypes types) {
        this.session = session;
        this.slot = slot;
        this.types = types;
    }

    /**
     * The table as it was.
     *
     * @param now the table in the catalog
     * @param kept its names and types where the stream begins
     * @throws MillraceException with SCHEMA_MISMATCH where that is not certain
     */
    SeenTable of(SeenTable now, TableSchema kept) {
        return read(now, kept, (catalog, reading) -> true);
    }

    /**
     * The table as it was, where what it was before that is known. A number that was given is given to no other column, so that what was there
     * before and is there now was there; and whose name and type were the same is taken for the same, unless that one has another name.
     *
     * @param before columns by their numbers
     * @throws MillraceException with SCHEMA_MISMATCH where that is not certain
     */
    SeenTable behind(SeenTable before, SeenTable now, TableSchema kept) {
        int last = before.columns().stream().mapToInt(SeenColumn::number).max().orElse(0);
        return read(now, kept, (catalog, reading) -> {
            Set<Integer> numbers = reading.stream().map(Attribute::number).collect(Collectors.toSet());
            boolean isPossible = before.columns().stream()
                            .allMatch(column -> numbers.contains(column.number())
                                    || catalog.column(column.number()).isEmpty())
                    && numbers.stream()
                            .allMatch(number ->
                                    number > last || before.column(number).isPresent());
            for (int i = 0; i < reading.size(); i++) {
                Column column = kept.columns().get(i);
                int number = reading.get(i).number();
                isPossible &= before.column(column.name())
                        .filter(same ->
                                isOfType(same, column) && same.number() != number && !numbers.contains(same.number()))
                        .isEmpty();
            }
            return isPossible;
        });
    }

    /** The table and its attributes of one moment: statements may come between two looks. */
    private SeenTable read(SeenTable looked, TableSchema kept, BiPredicate<SeenTable, List<Attribute>> isPossible) {
        SeenTable now = looked;
        List<Attribute> attributes = attributes(now);
        Optional<SeenTable> again = again(now);
        while (again.isPresent() && !again.get().equals(now)) {
            now = again.get();
            attributes = attributes(now);
            again = again(now);
        }
        return read(now, kept, attributes, isPossible);
    }

    /** Empty where it is gone. */
    private Optional<SeenTable> again(SeenTable now) {
        return SeenTable.ofCatalog(session, List.of(now.oid())).stream().findFirst();
    }

    private List<Attribute> attributes(SeenTable now) {
        return session.rows(
                ATTRIBUTES,
                row -> new Attribute(
                        row.getInt(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getInt(6),
                        row.getInt(7)),
                slot,
                now.oid());
    }

    private SeenTable read(
            SeenTable now,
            TableSchema kept,
            List<Attribute> attributes,
            BiPredicate<SeenTable, List<Attribute>> isPossible) {
        List<List<Attribute>> readings = new Reading(now, kept, attributes)
                .all().stream().filter(reading -> isPossible.test(now, reading)).toList();
        if (readings.size() != 1) {
            throw uncertain(kept, readings.isEmpty() ? "the catalog's do not fit" : "one was dropped lately");
        }
        List<SeenColumn> columns = new ArrayList<>();
        for (int i = 0; i < kept.columns().size(); i++) {
            columns.add(column(readings.get(0).get(i), kept, i, now));
        }
        return new SeenTable(now.oid(), kept.table(), columns);
    }

    private SeenColumn column(Attribute attribute, TableSchema kept, int i, SeenTable now) {
        Column column = kept.columns().get(i);
        if (column.generated() && attribute.isComputedLate()) {
            throw uncertain(kept, "an expression was changed lately, column=" + column.name());
        }
        boolean isRequired = !column.nullable();
        return now.column(attribute.number())
                .filter(found -> !attribute.isDropped())
                .map(found -> {
                    Type type = isOfType(found, column) ? new Type(found.type(), found.modifier()) : type(column, kept);
                    return new SeenColumn(
                            attribute.number(),
                            column.name(),
                            type.oid(),
                            type.modifier(),
                            isRequired,
                            found.isIdentity(),
                            column.generated() ? found.computed() : "");
                })
                .orElseGet(() -> {
                    Type type = type(column, kept);
                    boolean isIdentity = kept.key().contains(i);
                    return new SeenColumn(
                            attribute.number(), column.name(), type.oid(), type.modifier(), isRequired, isIdentity, "");
                });
    }

    private boolean isOfType(SeenColumn found, Column column) {
        return types.column(found.name(), (int) found.type(), found.modifier(), true, true)
                .sourceType()
                .equals(column.sourceType());
    }

    private record Type(long oid, int modifier) {}

    /** How a column's type looks in its attribute. */
    private record Form(int length, int modifier) {}

    /** Of a type by its text; empty where there is none any more. */
    private List<Form> form(Column column) {
        return typesOf(column).stream()
                .map(type -> new Form(
                        Integer.parseInt(session.value(
                                "SELECT typlen::text FROM pg_catalog.pg_type WHERE oid = ?::bigint::pg_catalog.oid",
                                type.oid())),
                        type.modifier()))
                .toList();
    }

    /** Of a column that has another type by now: what is printed as that text. */
    private Type type(Column column, TableSchema kept) {
        return typesOf(column).stream()
                .findFirst()
                .orElseThrow(() -> uncertain(kept, "a type is not there any more, column=" + column.name()));
    }

    private List<Type> typesOf(Column column) {
        return session.rows(
                "SELECT t.oid::bigint, m.modifier FROM (SELECT pg_catalog.to_regtype(?)::pg_catalog.oid AS oid) t,"
                        + " pg_catalog.unnest(?::int[]) m(modifier)"
                        + " WHERE pg_catalog.format_type(t.oid, m.modifier) = ? LIMIT 1",
                row -> new Type(row.getLong(1), row.getInt(2)),
                column.sourceType(),
                TypeModifiers.of(column.sourceType()).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",", "{", "}")),
                column.sourceType());
    }

    private static MillraceException uncertain(TableSchema kept, String reason) {
        return new MillraceException(
                ErrorCode.SCHEMA_MISMATCH,
                "which columns a table had where the stream begins is not certain: table=" + kept.table() + ", reason="
                        + reason);
    }

    /** All ways to take a table's attributes for the kept columns. */
    private final class Reading {
        private final SeenTable now;
        private final List<Column> columns;
        private final List<Attribute> attributes;
        private final Set<String> names;
        private final Set<String> namesNow;
        private final List<List<Attribute>> found = new ArrayList<>();
        private final List<Attribute> taken = new ArrayList<>();
        private final Map<Integer, List<Form>> forms = new HashMap<>(); // of kept columns; none where the type is gone

        Reading(SeenTable now, TableSchema kept, List<Attribute> attributes) {
            this.now = now;
            columns = kept.columns();
            this.attributes = attributes;
            names = columns.stream().map(Column::name).collect(Collectors.toSet());
            namesNow = now.columns().stream().map(SeenColumn::name).collect(Collectors.toSet());
        }

        List<List<Attribute>> all() {
            long dropped = attributes.stream()
                    .filter(each -> each.isDropped() && each.isLate())
                    .count();
            if (dropped <= MOST_DROPPED) {
                from(0);
            }
            return found;
        }

        private void from(int next) {
            if (taken.size() == columns.size()) {
                if (attributes.stream().skip(next).allMatch(each -> each.isDropped() || each.isLate())) {
                    found.add(List.copyOf(taken));
                }
                return;
            }
            if (next == attributes.size()) {
                return;
            }
            Attribute attribute = attributes.get(next);
            if (attribute.isDropped() ? mayHaveBeen(attribute) : mayBe(attribute, columns.get(taken.size()))) {
                taken.add(attribute);
                from(next + 1);
                taken.remove(taken.size() - 1);
            }
            if (attribute.isDropped()) {
                from(next + 1);
            }
        }

        /** What is dropped keeps its type's length and its modifier. */
        private boolean mayHaveBeen(Attribute dropped) {
            int i = taken.size();
            return dropped.isLate()
                    && forms.computeIfAbsent(i, each -> form(columns.get(each))).stream()
                            .allMatch(
                                    form -> form.length() == dropped.length() && form.modifier() == dropped.modifier());
        }

        private boolean mayBe(Attribute attribute, Column column) {
            if (attribute.isLate() && !attribute.name().equals(column.name())) {
                return !names.contains(attribute.name()) && !namesNow.contains(column.name());
            }
            return attribute.name().equals(column.name())
                    && (attribute.isLate()
                            || now.column(attribute.number())
                                    .filter(each -> isOfType(each, column))
                                    .isPresent());
        }
    }
}
