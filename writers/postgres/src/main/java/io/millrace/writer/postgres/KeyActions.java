package io.millrace.writer.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.Run;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.TypeOptions;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs the actions of foreign keys that the source ran without a trace, in the transaction of the parent's change and before that
 * change: children first, in the order of the keys' names, as the source's engine does. A key that the target itself enforces is
 * left to it. Children are found by what the target holds, which is what the source held: all changes before this one are applied
 * and none after it, and lanes see to that (decision 0006).
 *
 * <p>Costs round trips, for parents that are removed or change their key alone. Confined to the lane's thread.
 */
final class KeyActions {
    /** The source's engine goes no deeper: a chain that does goes round in a circle. */
    private static final int DEEPEST = 64;

    private final Map<TableId, List<StructureItem>> byParent = new HashMap<>();
    private final Map<TableId, List<StructureItem>> allByParent = new HashMap<>();
    private final Map<TableId, Set<String>> referenced = new HashMap<>();
    private final Map<StructureItem, List<String>> types = new HashMap<>();
    private final Map<StructureItem, Boolean> enforced = new HashMap<>();
    private final BinaryOutput text = new BinaryOutput(1024);
    private final PostgresSession session;
    private final TypeOptions options;

    KeyActions(PostgresSession session, List<StructureItem> keys, List<StructureItem> told, TypeOptions options) {
        this.session = session;
        this.options = options;
        keys.forEach(key -> add(byParent, key));
        keys.forEach(key -> add(allByParent, key));
        told.forEach(key -> add(allByParent, key));
        byParent.values().forEach(each -> each.sort(Comparator.comparing(StructureItem::name)));
    }

    private void add(Map<TableId, List<StructureItem>> keys, StructureItem key) {
        Reference to = key.reference().orElseThrow();
        keys.computeIfAbsent(to.table(), name -> new ArrayList<>()).add(key);
        referenced.computeIfAbsent(to.table(), name -> new LinkedHashSet<>()).addAll(to.columns());
    }

    /** Tables and keys may have changed since the last transaction. */
    void begin() {
        enforced.clear();
    }

    /** Whether foreign keys with actions refer to the table. */
    boolean isParent(TableId table) {
        return allByParent.containsKey(table);
    }

    /** What the removal of some rows of a run does to their children. All that stood before must have been sent. */
    void remove(Run run, CompiledTable table, int from, int to) throws SQLException {
        TableId parent = run.table().name();
        if (!run.haveKeysRested() && !byParent.containsKey(parent)) {
            return;
        }
        ParentRows rows = new ParentRows(referenced.get(parent));
        for (int row = from; row < to; row++) {
            rows.add(values(run.row(row), table, row));
        }
        if (run.haveKeysRested()) {
            requireChildless(parent, rows);
        } else {
            removed(parent, rows, new HashSet<>(), 0);
        }
    }

    /** What the change of a row does to its children. All that stood before must have been sent. */
    void change(Run run, CompiledTable table, int row) throws SQLException {
        TableId parent = run.table().name();
        if (!run.haveKeysRested() && !byParent.containsKey(parent)) {
            return;
        }
        ParentRows before = new ParentRows(referenced.get(parent));
        before.add(values(run.before(row), table, row));
        ParentRows after = new ParentRows(referenced.get(parent));
        after.add(values(run.row(row), table, row));
        if (run.haveKeysRested()) {
            requireChildless(parent, before);
        } else {
            changed(parent, before, after, 0);
        }
    }

    private void removed(TableId parent, ParentRows rows, Set<List<String>> seen, int depth) throws SQLException {
        requireShallow(parent, depth);
        for (StructureItem key : byParent.getOrDefault(parent, List.of())) {
            Reference to = key.reference().orElseThrow();
            List<List<String>> keys = new ArrayList<>();
            for (int row = 0; row < rows.count(); row++) {
                List<String> values = rows.values(row, to.columns());
                List<String> mark = new ArrayList<>(values);
                mark.add(key.table() + " " + key.name());
                if (!values.contains(null) && seen.add(mark)) {
                    keys.add(values);
                }
            }
            if (keys.isEmpty() || to.onDelete() == KeyAction.NONE) {
                continue;
            }
            if (to.onDelete() == KeyAction.CASCADE) {
                if (byParent.containsKey(key.table())) {
                    Children children = children(key, keys);
                    if (children.rows().count() > 0) {
                        removed(key.table(), children.rows(), seen, depth + 1);
                    }
                }
                if (!isEnforced(key)) {
                    execute(KeyActionSql.delete(key, types(key)), keys);
                }
            } else {
                set(key, keys, nulls(keys), depth);
            }
        }
    }

    private void changed(TableId parent, ParentRows before, ParentRows after, int depth) throws SQLException {
        requireShallow(parent, depth);
        for (StructureItem key : byParent.getOrDefault(parent, List.of())) {
            Reference to = key.reference().orElseThrow();
            List<List<String>> old = new ArrayList<>();
            List<List<String>> next = new ArrayList<>();
            for (int row = 0; row < before.count(); row++) {
                List<String> values = before.values(row, to.columns());
                List<String> changed = after.values(row, to.columns());
                if (!values.contains(null) && !values.equals(changed)) {
                    old.add(values);
                    next.add(changed);
                }
            }
            if (!old.isEmpty() && to.onUpdate() != KeyAction.NONE) {
                set(key, old, to.onUpdate() == KeyAction.CASCADE ? next : nulls(old), depth);
            }
        }
    }

    private static List<List<String>> nulls(List<List<String>> like) {
        List<List<String>> nulls = new ArrayList<>();
        for (List<String> each : like) {
            List<String> none = new ArrayList<>();
            each.forEach(value -> none.add(null));
            nulls.add(none);
        }
        return nulls;
    }

    private void set(StructureItem key, List<List<String>> old, List<List<String>> next, int depth)
            throws SQLException {
        Set<String> known = referenced.getOrDefault(key.table(), Set.of());
        if (key.columns().stream().anyMatch(known::contains)) {
            Children children = children(key, old);
            List<List<String>> values =
                    children.numbers().stream().map(next::get).toList();
            if (children.rows().count() > 0) {
                changed(key.table(), children.rows(), children.rows().with(key.columns(), values), depth + 1);
            }
        }
        if (!isEnforced(key)) {
            execute(KeyActionSql.update(key, types(key)), old, next);
        }
    }

    private static void requireShallow(TableId table, int depth) {
        if (depth > DEEPEST) {
            throw new MillraceException(
                    ErrorCode.INVARIANT, "actions of foreign keys go round in a circle: table=" + table);
        }
    }

    /**
     * The source left children as they were, or has told before what became of them, as MySQL from 9.6 on does: either way the
     * target must run nothing that the source did not, and does not where it has no such child any more.
     */
    private void requireChildless(TableId parent, ParentRows rows) throws SQLException {
        for (StructureItem key : allByParent.get(parent)) {
            List<List<String>> keys = new ArrayList<>();
            for (int row = 0; row < rows.count(); row++) {
                List<String> values =
                        rows.values(row, key.reference().orElseThrow().columns());
                if (!values.contains(null)) {
                    keys.add(values);
                }
            }
            if (!keys.isEmpty() && isEnforced(key) && exists(key, keys)) {
                throw new MillraceException(
                        ErrorCode.KEYS_RESTED,
                        "a session with foreign_key_checks=0 changed a parent and left its children as they were,"
                                + " which the target's key does not allow: parent=" + parent + ", child=" + key.table()
                                + ", foreignKey=" + key.name());
            }
        }
    }

    /** Children of keys: for each the number of its key, and what other keys refer to. */
    private record Children(List<Integer> numbers, ParentRows rows) {}

    private Children children(StructureItem key, List<List<String>> keys) throws SQLException {
        ParentRows rows = new ParentRows(referenced.get(key.table()));
        List<Integer> numbers = new ArrayList<>();
        try (PreparedStatement statement =
                session.connection().prepareStatement(KeyActionSql.select(key, types(key), rows.names()))) {
            bind(statement, 1, keys);
            try (ResultSet found = statement.executeQuery()) {
                int columns = found.getMetaData().getColumnCount();
                while (found.next()) {
                    numbers.add(found.getInt(1) - 1);
                    List<String> values = new ArrayList<>();
                    for (int i = 2; i <= columns; i++) {
                        values.add(found.getString(i));
                    }
                    rows.add(values);
                }
            }
        }
        return new Children(numbers, rows);
    }

    private boolean exists(StructureItem key, List<List<String>> keys) throws SQLException {
        try (PreparedStatement statement =
                session.connection().prepareStatement(KeyActionSql.exists(key, types(key)))) {
            int next = bind(statement, 1, keys);
            if (KeyActionSql.isOwn(key)) {
                bind(statement, next, keys);
            }
            try (ResultSet found = statement.executeQuery()) {
                return found.next() && found.getBoolean(1);
            }
        }
    }

    @SafeVarargs
    private void execute(String sql, List<List<String>>... keys) throws SQLException {
        try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
            int parameter = 1;
            for (List<List<String>> each : keys) {
                parameter = bind(statement, parameter, each);
            }
            statement.executeUpdate();
        }
    }

    private int bind(PreparedStatement statement, int first, List<List<String>> keys) throws SQLException {
        int width = keys.get(0).size();
        for (int i = 0; i < width; i++) {
            String[] column = new String[keys.size()];
            for (int row = 0; row < column.length; row++) {
                column[row] = keys.get(row).get(i);
            }
            Array array = session.connection().createArrayOf("text", column);
            statement.setArray(first + i, array);
        }
        return first + width;
    }

    /** The types of the child's columns, without length or precision: a value that does not fit shall fail, not be cut. */
    private List<String> types(StructureItem key) throws SQLException {
        List<String> known = types.get(key);
        if (known == null) {
            CatalogTable table = Catalog.table(session.connection(), key.table())
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.TARGET_TABLE_MISSING, "a table is missing at the target: table=" + key.table()));
            List<String> found = new ArrayList<>();
            for (String name : key.columns()) {
                found.add(table.column(name)
                        .orElseThrow(() -> new MillraceException(
                                ErrorCode.TARGET_TABLE_MISMATCH,
                                "a column is missing at the target: table=" + key.table() + ", column=" + name))
                        .typeName());
            }
            known = List.copyOf(found);
            types.put(key, known);
        }
        return known;
    }

    /**
     * Whether the target runs the action: asked once a transaction, behind a lock that keeps the key from coming or going until
     * its end.
     */
    private boolean isEnforced(StructureItem key) throws SQLException {
        Boolean known = enforced.get(key);
        if (known == null) {
            session.execute("LOCK TABLE ONLY " + Identifiers.quote(key.table()) + " IN ROW EXCLUSIVE MODE");
            known = isSame(ForeignKeyCatalog.of(session, key.table()), key);
            enforced.put(key, known);
        }
        return known;
    }

    private static boolean isSame(Collection<StructureItem> found, StructureItem key) {
        return found.stream()
                .anyMatch(each ->
                        each.columns().equals(key.columns()) && each.reference().equals(key.reference()));
    }

    /** What keys refer to, as text that the server casts to the column's type. */
    private List<String> values(ImageFlyweight image, CompiledTable table, int row) {
        List<String> values = new ArrayList<>();
        for (String name : referenced.get(table.plan().name())) {
            CompiledColumn column = table.columns().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            int number = column.sourceColumn();
            if (!image.isPresent(number)) {
                throw new MillraceException(
                        ErrorCode.EVENT_UNSUPPORTED,
                        "a row image lacks a column to which a foreign key refers: table="
                                + table.plan().name() + ", column=" + name);
            }
            if (image.isNull(number)) {
                values.add(null);
                continue;
            }
            text.clear();
            int fault = new TextEncoder(table.plan().source().columns().get(number), options).put(image, number, text);
            if (fault != Fault.NONE) {
                throw new RowFault("column=" + name + ", reason=" + Fault.reason(fault), row);
            }
            values.add(new String(text.bytes(), Integer.BYTES, text.length() - Integer.BYTES, StandardCharsets.UTF_8));
        }
        return values;
    }
}
