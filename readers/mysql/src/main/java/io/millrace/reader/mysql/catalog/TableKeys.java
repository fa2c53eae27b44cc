package io.millrace.reader.mysql.catalog;

import io.millrace.schema.Column;
import io.millrace.schema.IndexPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A table's indexes, and the key by which its rows are told apart. */
public final class TableKeys {
    static final String PRIMARY = "PRIMARY";

    private final Map<String, List<Part>> indexes = new TreeMap<>();

    /**
     * One part of an index: a row of {@code information_schema.STATISTICS}, in the order of the parts.
     *
     * @param column null for an expression
     * @param prefix characters of the column that are indexed, 0 for all
     * @param expression null for a column
     * @param isDescending whether its values stand in descending order
     */
    public record Part(
            String index, boolean isUnique, String column, int prefix, String expression, boolean isDescending) {
        String text() {
            if (column == null) {
                return "(" + expression + ")";
            }
            return prefix > 0 ? column + "(" + prefix + ")" : column;
        }
    }

    /** An index's parts where they are not just whole columns in ascending order, nor expressions; else none. */
    List<IndexPart> order(String index) {
        List<Part> parts = parts(index);
        if (parts.stream().anyMatch(part -> part.column() == null)) {
            return List.of();
        }
        List<IndexPart> order = parts.stream()
                .map(part -> new IndexPart(part.column(), part.prefix(), part.isDescending()))
                .toList();
        return order.stream().allMatch(IndexPart::isPlain) ? List.of() : order;
    }

    public void add(Part part) {
        indexes.computeIfAbsent(part.index(), name -> new ArrayList<>()).add(part);
    }

    List<String> names() {
        return List.copyOf(indexes.keySet());
    }

    List<Part> parts(String index) {
        return indexes.getOrDefault(index, List.of());
    }

    /**
     * Positions of the key's columns: of the declared key, else the primary key, else, by name, the first unique index whose
     * columns are all not nullable; empty where there is none, or where a declared column does not exist. A prefix that is
     * unique makes its column unique; an expression does not count.
     */
    public List<Integer> key(List<String> declared, List<Column> columns) {
        if (!declared.isEmpty()) {
            return positions(declared, columns);
        }
        List<Integer> primary = keyOf(PRIMARY, columns);
        if (!primary.isEmpty()) {
            return primary;
        }
        for (Map.Entry<String, List<Part>> index : indexes.entrySet()) {
            List<Integer> key = keyOf(index.getKey(), columns);
            if (index.getValue().get(0).isUnique()
                    && !key.isEmpty()
                    && key.stream().noneMatch(i -> columns.get(i).nullable())) {
                return key;
            }
        }
        return List.of();
    }

    /** An index that starts with exactly these columns, whole and in this order: the primary key before others. */
    public Optional<String> indexOn(List<String> names) {
        return Stream.concat(Stream.of(PRIMARY), names().stream())
                .filter(index -> startsWith(parts(index), names))
                .findFirst();
    }

    /** Whether an index proves that no two rows have the same values in these columns. */
    public boolean isUnique(List<String> names) {
        return indexes.values().stream()
                .anyMatch(parts -> parts.get(0).isUnique()
                        && parts.stream().allMatch(part -> part.column() != null && names.contains(part.column())));
    }

    private static boolean startsWith(List<Part> parts, List<String> names) {
        if (names.isEmpty() || parts.size() < names.size()) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            if (parts.get(i).prefix() > 0 || !names.get(i).equals(parts.get(i).column())) {
                return false;
            }
        }
        return true;
    }

    private List<Integer> keyOf(String index, List<Column> columns) {
        List<Part> parts = parts(index);
        if (parts.stream().anyMatch(part -> part.column() == null)) {
            return List.of();
        }
        return positions(parts.stream().map(Part::column).toList(), columns);
    }

    private static List<Integer> positions(List<String> names, List<Column> columns) {
        List<Integer> positions = new ArrayList<>();
        for (String name : names) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).name().equalsIgnoreCase(name)) {
                    positions.add(i);
                }
            }
        }
        return positions.size() == names.size() ? positions : List.of();
    }
}
