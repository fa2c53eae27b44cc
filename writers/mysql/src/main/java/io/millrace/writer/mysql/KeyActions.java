package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.Run;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
    private final Map<StructureItem, Boolean> enforced = new HashMap<>();
    private final SqlOutput text = new SqlOutput(1024);
    private final MySqlSession session;
    private final Transaction transaction;

    KeyActions(MySqlSession session, Transaction transaction, List<StructureItem> keys, List<StructureItem> told) {
        this.session = session;
        this.transaction = transaction;
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
            for (int row = 0; row < rows.count() && to.onDelete() != KeyAction.NONE; row++) {
                List<String> values = rows.values(row, to.columns());
                List<String> mark = new ArrayList<>(values);
                mark.add(key.table() + " " + key.name());
                if (!values.contains(null) && seen.add(mark)) {
                    removed(key, values, seen, depth);
                }
            }
        }
    }

    private void removed(StructureItem key, List<String> values, Set<List<String>> seen, int depth)
            throws SQLException {
        if (key.reference().orElseThrow().onDelete() != KeyAction.CASCADE) {
            set(key, values, nulls(values), depth);
            return;
        }
        if (byParent.containsKey(key.table())) {
            ParentRows children = children(key, values);
            if (children.count() > 0) {
                removed(key.table(), children, seen, depth + 1);
            }
        }
        if (!isEnforced(key)) {
            execute(KeyActionSql.delete(key, values));
        }
    }

    private void changed(TableId parent, ParentRows before, ParentRows after, int depth) throws SQLException {
        requireShallow(parent, depth);
        for (StructureItem key : byParent.getOrDefault(parent, List.of())) {
            Reference to = key.reference().orElseThrow();
            for (int row = 0; row < before.count() && to.onUpdate() != KeyAction.NONE; row++) {
                List<String> values = before.values(row, to.columns());
                List<String> next = after.values(row, to.columns());
                if (!values.contains(null) && !values.equals(next)) {
                    set(key, values, to.onUpdate() == KeyAction.CASCADE ? next : nulls(values), depth);
                }
            }
        }
    }

    private static List<String> nulls(List<String> like) {
        List<String> none = new ArrayList<>();
        like.forEach(value -> none.add(null));
        return none;
    }

    private void set(StructureItem key, List<String> old, List<String> next, int depth) throws SQLException {
        Set<String> known = referenced.getOrDefault(key.table(), Set.of());
        if (key.columns().stream().anyMatch(known::contains)) {
            ParentRows children = children(key, old);
            if (children.count() > 0) {
                List<List<String>> values = new ArrayList<>();
                for (int i = 0; i < children.count(); i++) {
                    values.add(next);
                }
                changed(key.table(), children, children.with(key.columns(), values), depth + 1);
            }
        }
        if (!isEnforced(key)) {
            execute(KeyActionSql.update(key, old, next));
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
            for (List<String> values : keys) {
                if (isEnforced(key)
                        && !transaction
                                .ask(KeyActionSql.exists(key, values, keys))
                                .isEmpty()) {
                    throw new MillraceException(
                            ErrorCode.KEYS_RESTED,
                            "a session with foreign_key_checks=0 changed a parent and left its children as they were,"
                                    + " which the target's key does not allow: parent=" + parent + ", child="
                                    + key.table() + ", foreignKey=" + key.name());
                }
            }
        }
    }

    /** The children of a key: what other keys refer to. */
    private ParentRows children(StructureItem key, List<String> values) throws SQLException {
        Set<String> names = referenced.getOrDefault(key.table(), Set.of());
        CatalogTable table = Catalog.table(session, key.table())
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.TARGET_TABLE_MISSING, "a table is missing at the target: table=" + key.table()));
        List<CatalogColumn> columns = new ArrayList<>();
        for (String name : names) {
            columns.add(table.column(name)
                    .orElseThrow(() -> new MillraceException(
                            ErrorCode.TARGET_TABLE_MISMATCH,
                            "a column is missing at the target: table=" + key.table() + ", column=" + name)));
        }
        ParentRows rows = new ParentRows(names);
        transaction.ask(KeyActionSql.select(key, values, columns)).forEach(rows::add);
        return rows;
    }

    private void execute(String sql) throws SQLException {
        transaction.execute(sql);
    }

    /**
     * Whether the target runs the action: asked once a transaction, which has used the table by then, so that the key neither comes
     * nor goes until its end.
     */
    private boolean isEnforced(StructureItem key) throws SQLException {
        Boolean known = enforced.get(key);
        if (known == null) {
            session.execute("SELECT 1 FROM " + Identifiers.quote(key.table()) + " LIMIT 0");
            known = ForeignKeyCatalog.of(session, key.table()).stream()
                    .anyMatch(each -> each.columns().equals(key.columns())
                            && each.reference().equals(key.reference()));
            enforced.put(key, known);
        }
        return known;
    }

    /** What keys refer to, as literals. */
    private List<String> values(ImageFlyweight image, CompiledTable table, int row) {
        List<String> values = new ArrayList<>();
        for (String name : referenced.get(table.plan().name())) {
            CompiledColumn column = table.columns().stream()
                    .filter(each -> each.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow();
            if (!image.isPresent(column.sourceColumn())) {
                throw new MillraceException(
                        ErrorCode.EVENT_UNSUPPORTED,
                        "a row image lacks a column to which a foreign key refers: table="
                                + table.plan().name() + ", column=" + name);
            }
            if (image.isNull(column.sourceColumn())) {
                values.add(null);
                continue;
            }
            values.add(literal(image, column, table, row));
        }
        return values;
    }

    private String literal(ImageFlyweight image, CompiledColumn column, CompiledTable table, int row) {
        int number = column.sourceColumn();
        ColumnType type = table.plan().source().columns().get(number).type();
        text.clear();
        if (type == ColumnType.TEXT || type == ColumnType.BINARY) {
            text.putHex(image.buffer(), image.valueOffset(number), image.valueLength(number));
            String digits = text.ascii().toUpperCase(Locale.ROOT);
            return (type == ColumnType.TEXT ? "_utf8mb4 x'" : "x'") + digits + "'";
        }
        column.putLiteral(image, text, row);
        return text.ascii();
    }
}
