package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.TableId;
import io.millrace.writer.KeyAction;
import io.millrace.writer.Run;
import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
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
 *
 * @param <T> a table as its writer has compiled it
 */
public abstract class KeyActions<T> {
    /** The source's engine goes no deeper: a chain that does goes round in a circle. */
    private static final int DEEPEST = 64;

    private final Map<TableId, List<StructureItem>> byParent = new HashMap<>();
    private final Map<TableId, List<StructureItem>> allByParent = new HashMap<>();
    private final Map<TableId, Set<String>> referenced = new HashMap<>();
    private final Map<StructureItem, Boolean> enforced = new HashMap<>();
    private final int mostParents;

    /**
     * Of one session.
     *
     * @param keys foreign keys whose actions the source does not tell
     * @param told foreign keys whose actions it tells
     * @param mostParents of how many parents a statement can look for children
     */
    protected KeyActions(List<StructureItem> keys, List<StructureItem> told, int mostParents) {
        this.mostParents = mostParents;
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

    // ---- what a server is asked and told

    /** Children of keys: for each the number of its key, and what other keys refer to. */
    public record Children(List<Integer> numbers, ParentRows rows) {}

    /**
     * The children of some keys.
     *
     * @param columns what is wanted of them
     */
    protected abstract Children children(StructureItem key, List<List<String>> keys, Set<String> columns)
            throws SQLException;

    /** Whether children of some keys are there that are not among the parents of these keys themselves. */
    protected abstract boolean exists(StructureItem key, List<List<String>> keys) throws SQLException;

    protected abstract void delete(StructureItem key, List<List<String>> keys) throws SQLException;

    /** Gives the children of each key the values of its place. */
    protected abstract void update(StructureItem key, List<List<String>> keys, List<List<String>> next)
            throws SQLException;

    /** The foreign keys that the server enforces on us, such that none comes or goes until the transaction ends. */
    protected abstract Collection<StructureItem> enforced(TableId table) throws SQLException;

    /** Which of the source's columns feeds a column. */
    protected abstract int sourceColumn(T table, String column);

    /** A value that is neither absent nor NULL, as {@link ParentRows} hold it. */
    protected abstract String value(ImageFlyweight image, T table, String column, int row);

    // ---- what becomes of children

    /** Tables and keys may have changed since the last transaction. */
    public final void begin() {
        enforced.clear();
    }

    /** Whether foreign keys with actions refer to the table. */
    public final boolean isParent(TableId table) {
        return allByParent.containsKey(table);
    }

    /** What the removal of some rows of a run does to their children. All that stood before must have been sent. */
    public final void remove(Run run, T table, int from, int to) throws SQLException {
        TableId parent = run.table().name();
        if (!run.haveKeysRested() && !byParent.containsKey(parent)) {
            return;
        }
        ParentRows rows = new ParentRows(referenced.get(parent));
        for (int row = from; row < to; row++) {
            rows.add(values(parent, run.row(row), table, row));
        }
        if (run.haveKeysRested()) {
            requireChildless(parent, rows);
        } else {
            removed(parent, rows, new HashSet<>(), 0);
        }
    }

    /** What the change of a row does to its children. All that stood before must have been sent. */
    public final void change(Run run, T table, int row) throws SQLException {
        TableId parent = run.table().name();
        if (!run.haveKeysRested() && !byParent.containsKey(parent)) {
            return;
        }
        ParentRows before = new ParentRows(referenced.get(parent));
        before.add(values(parent, run.before(row), table, row));
        ParentRows after = new ParentRows(referenced.get(parent));
        after.add(values(parent, run.row(row), table, row));
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
            int most = Math.min(mostParents, rows.count());
            for (int from = 0; from < rows.count() && to.onDelete() != KeyAction.NONE; from += most) {
                List<List<String>> keys = new ArrayList<>();
                for (int row = from; row < Math.min(from + most, rows.count()); row++) {
                    List<String> values = rows.values(row, to.columns());
                    List<String> mark = new ArrayList<>(values);
                    mark.add(key.table() + " " + key.name());
                    if (!values.contains(null) && seen.add(mark)) {
                        keys.add(values);
                    }
                }
                if (!keys.isEmpty()) {
                    removed(key, keys, seen, depth);
                }
            }
        }
    }

    private void removed(StructureItem key, List<List<String>> keys, Set<List<String>> seen, int depth)
            throws SQLException {
        if (key.reference().orElseThrow().onDelete() != KeyAction.CASCADE) {
            set(key, keys, nulls(keys), depth);
            return;
        }
        if (byParent.containsKey(key.table())) {
            Children children = children(key, keys, referenced.get(key.table()));
            if (children.rows().count() > 0) {
                removed(key.table(), children.rows(), seen, depth + 1);
            }
        }
        if (!isEnforced(key)) {
            delete(key, keys);
        }
    }

    private void changed(TableId parent, ParentRows before, ParentRows after, int depth) throws SQLException {
        requireShallow(parent, depth);
        for (StructureItem key : byParent.getOrDefault(parent, List.of())) {
            Reference to = key.reference().orElseThrow();
            int most = Math.min(mostParents, before.count());
            for (int from = 0; from < before.count() && to.onUpdate() != KeyAction.NONE; from += most) {
                List<List<String>> old = new ArrayList<>();
                List<List<String>> next = new ArrayList<>();
                for (int row = from; row < Math.min(from + most, before.count()); row++) {
                    List<String> values = before.values(row, to.columns());
                    List<String> changed = after.values(row, to.columns());
                    if (!values.contains(null) && !values.equals(changed)) {
                        old.add(values);
                        next.add(changed);
                    }
                }
                if (!old.isEmpty()) {
                    set(key, old, to.onUpdate() == KeyAction.CASCADE ? next : nulls(old), depth);
                }
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
            Children children = children(key, old, known);
            List<List<String>> values =
                    children.numbers().stream().map(next::get).toList();
            if (children.rows().count() > 0) {
                changed(key.table(), children.rows(), children.rows().with(key.columns(), values), depth + 1);
            }
        }
        if (!isEnforced(key)) {
            update(key, old, next);
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

    /** Whether the target runs the action: asked once a transaction. */
    private boolean isEnforced(StructureItem key) throws SQLException {
        Boolean known = enforced.get(key);
        if (known == null) {
            known = enforced(key.table()).stream()
                    .anyMatch(each -> each.columns().equals(key.columns())
                            && each.reference().equals(key.reference()));
            enforced.put(key, known);
        }
        return known;
    }

    private List<String> values(TableId parent, ImageFlyweight image, T table, int row) {
        List<String> values = new ArrayList<>();
        for (String name : referenced.get(parent)) {
            int number = sourceColumn(table, name);
            if (!image.isPresent(number)) {
                throw new MillraceException(
                        ErrorCode.EVENT_UNSUPPORTED,
                        "a row image lacks a column to which a foreign key refers: table=" + parent + ", column="
                                + name);
            }
            values.add(image.isNull(number) ? null : value(image, table, name, row));
        }
        return values;
    }
}
