package io.millrace.writer.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Some columns of some rows to which foreign keys refer, as the server's text or literals of them. Confined to one thread. */
public final class ParentRows {
    private final Map<String, List<String>> columns = new LinkedHashMap<>();
    private int count;

    public ParentRows(Iterable<String> names) {
        names.forEach(name -> columns.put(name, new ArrayList<>()));
    }

    public int count() {
        return count;
    }

    public Iterable<String> names() {
        return columns.keySet();
    }

    /** Adds a row: a value for each column, in their order, null for NULL. */
    public void add(List<String> values) {
        int i = 0;
        for (List<String> column : columns.values()) {
            column.add(values.get(i++));
        }
        count++;
    }

    /** The values of a row in some columns. */
    public List<String> values(int row, List<String> names) {
        List<String> values = new ArrayList<>();
        names.forEach(name -> values.add(columns.get(name).get(row)));
        return values;
    }

    /** The same rows with other values in some columns. */
    public ParentRows with(List<String> names, List<List<String>> values) {
        ParentRows changed = new ParentRows(columns.keySet());
        List<String> all = List.copyOf(columns.keySet());
        for (int row = 0; row < count; row++) {
            List<String> next = values(row, all);
            for (int i = 0; i < names.size(); i++) {
                int at = all.indexOf(names.get(i));
                if (at >= 0) {
                    next.set(at, values.get(row).get(i));
                }
            }
            changed.add(next);
        }
        return changed;
    }
}
