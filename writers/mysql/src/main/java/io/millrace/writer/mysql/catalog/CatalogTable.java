package io.millrace.writer.mysql.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A table as the server has it.
 *
 * @param kind {@code BASE TABLE}, else what cannot be written
 * @param engine the storage engine
 * @param indexes its unique ones
 */
public record CatalogTable(String kind, String engine, List<CatalogColumn> columns, List<CatalogIndex> indexes) {
    public CatalogTable {
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
    }

    public Optional<CatalogColumn> column(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Whether a unique index is on exactly these columns, none of which may be NULL. */
    public boolean hasKeyIndex(List<String> key) {
        return !key.isEmpty()
                && key.stream()
                        .allMatch(name ->
                                column(name).filter(CatalogColumn::isNotNull).isPresent())
                && indexes.stream().anyMatch(index -> isOn(index, key));
    }

    /** Whether a row may meet another one than that of its key (EXACTNESS 27). */
    public boolean hasOtherUniqueIndex(List<String> key) {
        return indexes.stream().anyMatch(index -> !isOn(index, key));
    }

    /** The columns of all unique indexes but the key's; all columns where one is over expressions. */
    public List<String> otherUniqueColumns(List<String> key) {
        List<CatalogIndex> others =
                indexes.stream().filter(index -> !isOn(index, key)).toList();
        boolean isAny = others.stream()
                .anyMatch(index -> index.columns().isEmpty()
                        || !index.columns().stream()
                                .allMatch(name -> name != null && column(name).isPresent()));
        return columns.stream()
                .map(CatalogColumn::name)
                .filter(name -> isAny
                        || others.stream()
                                .anyMatch(index -> index.columns().stream().anyMatch(name::equalsIgnoreCase)))
                .toList();
    }

    /** Whether the unique index of that name is on exactly these columns. */
    public boolean isKeyIndex(String name, List<String> key) {
        return indexes.stream().anyMatch(index -> index.name().equalsIgnoreCase(name) && isOn(index, key));
    }

    private static boolean isOn(CatalogIndex index, List<String> key) {
        return index.columns().size() == key.size()
                && new HashSet<>(index.columns().stream()
                                .map(CatalogTable::folded)
                                .toList())
                        .equals(new HashSet<>(
                                key.stream().map(CatalogTable::folded).toList()));
    }

    /** Names of columns know no case. */
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
