package io.millrace.daemon;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What source and target hold, by the plain words of the policies. Nothing of the data path is asked: a column of the source is an
 * object, whatever it is called, and a column of the target is fed by one or by none. Confined to one thread.
 */
final class ShopModel {
    /** A column of the source. */
    static final class Column {
        String name;
        int type;
        boolean isRequired;
        /** What its rows got when it came, and what the target may put where nothing feeds it; NULL where it is null. */
        final String fill;
        /** Whether its type was a whole one once, which the target may have still. */
        boolean isWhole;
        /** Whether it came before the key. */
        boolean isFirst;

        boolean isText() {
            return type >= ShopHistory.VARCHAR && type <= ShopHistory.TEXT;
        }

        Column(String name, int type, boolean isRequired, String fill) {
            this.name = name;
            this.type = type;
            this.isRequired = isRequired;
            this.fill = fill;
        }
    }

    /** A table of the source. */
    static final class Table {
        String name;
        final List<Column> columns = new ArrayList<>();
        final NavigableMap<Integer, Map<Column, String>> rows = new TreeMap<>();
        Sink sink;

        boolean has(String column) {
            return columns.stream().anyMatch(each -> each.name.equals(column));
        }
    }

    /** A column of the target. */
    static final class Place {
        String name;
        Column from;
        final String fill;

        Place(Column from) {
            this.name = from.name;
            this.from = from;
            fill = from.fill;
        }
    }

    /** A table of the target, which outlives the source's. Each value is one of a set: what nothing feeds is kept or not. */
    static final class Sink {
        String name;
        final List<Place> places = new ArrayList<>();
        final NavigableMap<Integer, Map<Place, Set<String>>> rows = new TreeMap<>();
        private final Map<Integer, Map<Place, Set<String>>> gone = new TreeMap<>();

        boolean has(String column) {
            return places.stream().anyMatch(place -> place.name.equals(column));
        }
    }

    /** What a statement does at the target that is carried out there, but for those that destroy something. */
    private static final Set<String> DESTRUCTIVE =
            Set.of("drop_table", "rename_table", "truncate_table", "drop_column");

    /** {@code ddl_mode: lenient}. */
    boolean isLenient;

    /** Whether rows go through steps on their way: no row of one key, and {@code its} in texts where the source has {@code it's}. */
    boolean hasSteps;

    final List<Table> tables = new ArrayList<>();
    final List<Sink> sinks = new ArrayList<>();
    /** By kind, with {@code a.} before it for tables whose name begins so. */
    final Map<String, String> policies = new TreeMap<>();

    boolean isNormal(Table table, String kind) {
        return !(isLenient && DESTRUCTIVE.contains(kind))
                && policies.getOrDefault((table.name.startsWith("a") ? "a." : "") + kind, "normal")
                        .equals("normal");
    }

    /** Whether the task stops at some statements on a table, which a person skips then. */
    boolean mayStop(Table table) {
        return policies.entrySet().stream()
                .anyMatch(policy -> policy.getKey().startsWith("a.") == table.name.startsWith("a")
                        && policy.getValue().equals("error"));
    }

    // ---- tables

    Table create(String name, List<Column> columns) {
        Table table = new Table();
        table.name = name;
        table.columns.addAll(columns);
        table.sink = new Sink();
        table.sink.name = name;
        columns.forEach(column -> table.sink.places.add(new Place(column)));
        tables.add(table);
        sinks.add(table.sink);
        return table;
    }

    void drop(Table table) {
        tables.remove(table);
        if (isNormal(table, "drop_table")) {
            sinks.remove(table.sink);
        }
    }

    void rename(Table table, String name) {
        if (isNormal(table, "rename_table")) {
            table.sink.name = name;
        }
        table.name = name;
    }

    void truncate(Table table) {
        table.rows.clear();
        if (isNormal(table, "truncate_table")) {
            table.sink.rows.clear();
            table.sink.gone.clear();
        }
    }

    // ---- columns

    void add(Table table, Column column) {
        table.columns.add(column);
        table.rows.values().forEach(row -> row.put(column, column.fill));
        if (isNormal(table, "add_column")) {
            Place place = new Place(column);
            table.sink.places.add(place);
            table.sink.rows.values().forEach(row -> row.put(place, setOf(column.fill)));
        }
    }

    void drop(Table table, Column column) {
        table.columns.remove(column);
        table.rows.values().forEach(row -> row.remove(column));
        Place place = fedBy(table, column);
        if (place == null) {
            return;
        }
        if (isNormal(table, "drop_column")) {
            table.sink.places.remove(place);
            table.sink.rows.values().forEach(row -> row.remove(place));
            table.sink.gone.values().forEach(row -> row.remove(place));
        } else {
            place.from = null;
        }
    }

    void rename(Table table, Column column, String name) {
        Place place = fedBy(table, column);
        boolean isCarriedOut = place != null && isNormal(table, "rename_column");
        column.name = name;
        if (isCarriedOut && isLenient) {
            place.from = null;
            Place next = new Place(column);
            table.sink.places.add(next);
            table.sink.rows.values().forEach(row -> row.put(next, new HashSet<>(row.get(place))));
        } else if (isCarriedOut) {
            place.name = name;
        }
    }

    /** Values stay what they are; only numbers that the old type has are written from here on. */
    void retype(Column column, int type) {
        column.isWhole |= column.type < 3;
        column.type = type;
    }

    Place fedBy(Table table, Column column) {
        return table.sink.places.stream()
                .filter(place -> place.from == column)
                .findFirst()
                .orElse(null);
    }

    // ---- rows

    private boolean passes(int key) {
        return !hasSteps || key != ShopHistory.STEP;
    }

    private Set<String> fed(Place place, Map<Column, String> row) {
        String value = row.get(place.from);
        return setOf(hasSteps && value != null && place.from.isText() ? value.replace("it's", "its") : value);
    }

    void put(Table table, int key, Map<Column, String> row) {
        table.rows.put(key, new LinkedHashMap<>(row));
        if (!passes(key)) {
            return;
        }
        Map<Place, Set<String>> there = new LinkedHashMap<>();
        for (Place place : table.sink.places) {
            there.put(place, place.from == null ? unfed(table.sink, key, place) : fed(place, row));
        }
        table.sink.rows.put(key, there);
    }

    /** What stood there, or what a row that is made anew has: a removal and an insert may be one change, or two. */
    private static Set<String> unfed(Sink sink, int key, Place place) {
        Set<String> values = new HashSet<>();
        values.addAll(sink.rows.getOrDefault(key, Map.of()).getOrDefault(place, Set.of()));
        values.addAll(sink.gone.getOrDefault(key, Map.of()).getOrDefault(place, Set.of()));
        values.add(null);
        values.add(place.fill);
        return values;
    }

    /** A row is changed: what nothing feeds stays. */
    void change(Table table, int key, Column column, String value) {
        Map<Column, String> row = table.rows.get(key);
        row.put(column, value);
        table.sink.places.stream()
                .filter(place -> place.from != null && passes(key))
                .forEach(place -> table.sink.rows.get(key).put(place, fed(place, row)));
    }

    void remove(Table table, int key) {
        table.rows.remove(key);
        Map<Place, Set<String>> row = table.sink.rows.remove(key);
        if (row != null) {
            table.sink.gone.put(key, row);
        }
    }

    void move(Table table, int key, int to) {
        Map<Column, String> row = table.rows.get(key);
        Map<Place, Set<String>> there = table.sink.rows.get(key);
        remove(table, key);
        put(table, to, row);
        if (!passes(key) || !passes(to)) {
            return;
        }
        for (Place place : table.sink.places) {
            if (place.from == null) {
                table.sink.rows.get(to).get(place).addAll(there.getOrDefault(place, Set.of()));
            }
        }
    }

    private static Set<String> setOf(String value) {
        Set<String> one = new HashSet<>();
        one.add(value);
        return one;
    }

    /** One text for each value, whichever server says it and by whichever type. */
    static String plain(String text) {
        if (text == null) {
            return null;
        }
        if (text.matches("-?[0-9]+(\\.[0-9]+)?")) {
            return new BigDecimal(text).stripTrailingZeros().toPlainString();
        }
        return switch (text) {
            case "t", "true" -> "1";
            case "f", "false" -> "0";
            default -> text.endsWith(":06.0") ? text.substring(0, text.length() - 2) : text;
        };
    }
}
