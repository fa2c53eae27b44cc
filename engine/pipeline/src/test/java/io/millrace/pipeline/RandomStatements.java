package io.millrace.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Statements and rows of one MySQL table, of a seed: columns come, go, get other names and wider types, and rows before and behind. */
final class RandomStatements {
    private static final List<String> TYPES =
            List.of("smallint", "int", "bigint", "decimal(20,4)", "varchar(10)", "varchar(40)");

    private final Random random;
    private final String table;
    /** Name to the place of its type. */
    private final Map<String, Integer> columns = new LinkedHashMap<>();

    private int names;

    RandomStatements(String table, long seed) {
        this.table = table;
        random = new Random(seed);
        columns.put(name(), 0);
        columns.put(name(), 4);
    }

    String table() {
        return table;
    }

    /** The key, and all others. */
    List<String> columns() {
        List<String> all = new ArrayList<>(List.of("id"));
        all.addAll(columns.keySet());
        return all;
    }

    String create() {
        StringBuilder sql = new StringBuilder("CREATE TABLE " + table + " (id int PRIMARY KEY");
        columns.forEach(
                (name, type) -> sql.append(", ").append(name).append(' ').append(TYPES.get(type)));
        return sql.append(')').toString();
    }

    List<String> next(int count) {
        List<String> statements = new ArrayList<>();
        while (statements.size() < count) {
            statements.add(random.nextInt(10) < 7 ? row() : statement());
        }
        return statements;
    }

    private String name() {
        return "c" + names++;
    }

    private String any() {
        List<String> all = List.copyOf(columns.keySet());
        return all.get(random.nextInt(all.size()));
    }

    private String row() {
        int id = random.nextInt(12) * 97; // such that some are neighbours of one lane, and others are not
        if (random.nextInt(4) == 0) {
            return "DELETE FROM " + table + " WHERE id = " + id;
        }
        if (random.nextBoolean() && !columns.isEmpty()) {
            String name = any();
            return "UPDATE " + table + " SET " + name + " = " + value(columns.get(name)) + " WHERE id <= " + id;
        }
        StringBuilder sql =
                new StringBuilder("REPLACE INTO " + table + " (" + String.join(", ", columns()) + ") VALUES (");
        sql.append(id);
        columns.values().forEach(type -> sql.append(", ").append(value(type)));
        return sql.append(')').toString();
    }

    private String value(int type) {
        if (random.nextInt(5) == 0) {
            return "NULL";
        }
        return type < 4 ? Integer.toString(random.nextInt(1_000) - 500) : "'t" + random.nextInt(1_000) + "'";
    }

    private String statement() {
        if (columns.isEmpty() || random.nextInt(3) == 0) {
            return "ALTER TABLE " + table + " " + add() + (random.nextInt(3) == 0 ? ", " + add() : "");
        }
        switch (random.nextInt(5)) {
            case 0 -> {
                return "TRUNCATE TABLE " + table;
            }
            case 1 -> {
                String gone = any();
                columns.remove(gone);
                return "ALTER TABLE " + table + " DROP COLUMN " + gone + ", " + add();
            }
            case 2 -> {
                String name = any();
                String next = name();
                columns.put(next, columns.remove(name));
                return "ALTER TABLE " + table + " RENAME COLUMN " + name + " TO " + next;
            }
            default -> {
                String name = any();
                String next = random.nextBoolean() ? name : name();
                int type = wider(columns.remove(name));
                columns.put(next, type);
                return "ALTER TABLE " + table + " CHANGE COLUMN " + name + " " + next + " " + TYPES.get(type);
            }
        }
    }

    private int wider(int type) {
        return type == 3 || type == 5 ? type : type + 1;
    }

    private String add() {
        String name = name();
        int type = random.nextInt(TYPES.size());
        columns.put(name, type);
        String filled = random.nextBoolean() ? "" : " DEFAULT " + value(type);
        return "ADD COLUMN " + name + " " + TYPES.get(type) + filled + (random.nextInt(4) == 0 ? " FIRST" : "");
    }
}
