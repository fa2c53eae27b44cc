package io.millrace.daemon;

import io.millrace.daemon.ShopModel.Column;
import io.millrace.daemon.ShopModel.Place;
import io.millrace.daemon.ShopModel.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Statements and rows of a seed, in the words of the source's product, each told to a model: tables and columns come, go, get other names
 * and wider types, with rows before, behind and, of PostgreSQL, in the same transaction. Names are taken again once they are free at
 * source and target. Confined to one thread.
 */
final class ShopHistory {
    private static final List<String> MYSQL = List.of(
            "smallint",
            "int",
            "bigint",
            "decimal(20,4)",
            "varchar(10)",
            "varchar(40)",
            "text",
            "date",
            "tinyint(1)",
            "datetime",
            "double");
    private static final List<String> POSTGRES = List.of(
            "smallint",
            "int",
            "bigint",
            "numeric(20,4)",
            "varchar(10)",
            "varchar(40)",
            "text",
            "date",
            "boolean",
            "timestamp(0)",
            "double precision");
    private static final int DECIMAL = 3;
    static final int VARCHAR = 4;
    static final int TEXT = 6;
    private static final int DATE = 7;
    private static final int BOOLEAN = 8;
    private static final int DATETIME = 9;
    private static final int KEYS = 12;

    /** Between keys: such that some are neighbours of one lane, and others are not. */
    static final int STEP = 97;

    static final int NAMES = 7;

    private final Random random;
    private final ShopModel model;
    private final boolean isPostgres;
    /** Tables that were made since the last round: their loads are to come. */
    private final Set<Table> news = new HashSet<>();

    private int names;
    private int statements;

    ShopHistory(Random random, ShopModel model, boolean isPostgres) {
        this.random = random;
        this.model = model;
        this.isPostgres = isPostgres;
    }

    /** Statements that are more than rows, so far. */
    int statements() {
        return statements;
    }

    /** All tables are loaded. */
    void onLoaded() {
        news.clear();
    }

    List<String> next(int count) {
        List<String> all = new ArrayList<>();
        while (all.size() < count) {
            Table table = model.tables.get(random.nextInt(model.tables.size()));
            int what = random.nextInt(20);
            if (what < 11) {
                all.add(row(table));
            } else if (what < 13) {
                all.addAll(transaction(table));
            } else if (what < 14) {
                all.add(create());
            } else if (!news.contains(table)) {
                all.addAll(statement(table));
            }
        }
        return all;
    }

    // ---- rows

    private List<String> transaction(Table table) {
        List<String> all = new ArrayList<>(List.of(isPostgres ? "BEGIN" : "START TRANSACTION"));
        boolean isWithin = isPostgres && random.nextBoolean() && !news.contains(table);
        if (isPostgres && random.nextInt(4) == 0) {
            all.add("SAVEPOINT s");
            all.add("ALTER TABLE " + table.name + " ADD COLUMN never int");
            all.add("UPDATE " + table.name + " SET never = 1");
            all.add("ROLLBACK TO SAVEPOINT s");
        }
        all.add(row(table));
        all.addAll(isWithin ? columns(table) : List.of());
        all.add(row(table));
        all.add("COMMIT");
        return all;
    }

    private String row(Table table) {
        int key = random.nextInt(KEYS) * STEP;
        int what = random.nextInt(8);
        if (what == 0) {
            model.remove(table, key);
            return "DELETE FROM " + table.name + " WHERE id = " + key;
        }
        int to = random.nextInt(KEYS) * STEP;
        if (what == 1 && table.rows.containsKey(key) && !table.rows.containsKey(to)) {
            model.move(table, key, to);
            return "UPDATE " + table.name + " SET id = " + to + " WHERE id = " + key;
        }
        if (what < 5 && !table.columns.isEmpty()) {
            Column column = any(table.columns);
            String value = value(column, false);
            table.rows.headMap(key, true).keySet().forEach(each -> model.change(table, each, column, value));
            return "UPDATE " + table.name + " SET " + column.name + " = " + text(column, value) + " WHERE id <= " + key;
        }
        Map<Column, String> row = new LinkedHashMap<>();
        table.columns.forEach(column -> row.put(column, value(column, false)));
        model.put(table, key, row);
        StringBuilder sql = new StringBuilder(isPostgres ? "INSERT INTO " : "REPLACE INTO ");
        sql.append(table.name).append(" (id");
        row.keySet().forEach(column -> sql.append(", ").append(column.name));
        sql.append(") VALUES (").append(key);
        row.forEach((column, value) -> sql.append(", ").append(text(column, value)));
        sql.append(')');
        if (isPostgres) {
            sql.append(" ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id");
            row.keySet()
                    .forEach(column -> sql.append(", ")
                            .append(column.name)
                            .append(" = EXCLUDED.")
                            .append(column.name));
        }
        return sql.toString();
    }

    private String value(Column column, boolean isGiven) {
        if (!column.isRequired && !isGiven && random.nextInt(5) == 0) {
            return null;
        }
        int number = random.nextInt(1_000) - 500;
        return ShopModel.plain(
                switch (column.type) {
                    case DECIMAL -> column.isWhole ? "" + number : number + ".25";
                    case VARCHAR, VARCHAR + 1, TEXT -> random.nextInt(6) == 0 ? "it's" : "v" + number;
                    case DATE -> "2024-02-" + (10 + random.nextInt(19));
                    case BOOLEAN -> "" + random.nextInt(2);
                    case DATETIME -> "2024-02-03 04:05:" + (10 + random.nextInt(49));
                    case DATETIME + 1 -> number + ".5";
                    default -> "" + number;
                });
    }

    private String text(Column column, String value) {
        if (value == null) {
            return "NULL";
        }
        if (column.type == BOOLEAN && isPostgres) {
            return value.equals("1") ? "TRUE" : "FALSE";
        }
        boolean isQuoted = column.type >= VARCHAR && column.type <= DATETIME && column.type != BOOLEAN;
        return isQuoted ? "'" + value.replace("'", "''") + "'" : value;
    }

    // ---- statements

    private List<String> statement(Table table) {
        switch (random.nextInt(12)) {
            case 0 -> {
                statements++;
                model.truncate(table);
                return List.of("TRUNCATE TABLE " + table.name);
            }
            case 1 -> {
                statements++;
                String before = table.name;
                model.rename(table, tableName());
                return List.of(
                        isPostgres
                                ? "ALTER TABLE " + before + " RENAME TO " + table.name
                                : "RENAME TABLE " + before + " TO " + table.name);
            }
            case 2 -> {
                if (model.tables.size() == 1) {
                    return List.of();
                }
                statements++;
                model.drop(table);
                return List.of("DROP TABLE " + table.name);
            }
            default -> {
                return columns(table);
            }
        }
    }

    /** A table more. */
    String create() {
        List<Column> columns = new ArrayList<>();
        for (int i = random.nextInt(3) + 1; i > 0; i--) {
            int type = random.nextInt(MYSQL.size());
            columns.add(column(type, newName(type)));
        }
        Table table = model.create(tableName(), columns);
        news.add(table);
        return "CREATE TABLE " + table.name + " (id int PRIMARY KEY"
                + columns.stream().map(column -> ", " + defined(column)).collect(Collectors.joining()) + ")";
    }

    private String tableName() {
        return (random.nextInt(3) == 0 ? "a" : "b") + names++;
    }

    private List<String> columns(Table table) {
        if (random.nextInt(5) == 0 && table.columns.size() > 1 && !isPostgres && !model.isLenient) {
            String swapped = swap(table);
            if (!swapped.isEmpty()) {
                return List.of(swapped);
            }
        }
        List<String> clauses = new ArrayList<>();
        List<String> apart = new ArrayList<>();
        Set<Column> touched = new HashSet<>();
        Set<String> freed = new HashSet<>();
        // A statement is skipped with all that it does.
        int count = random.nextInt(4) == 0 && !model.mayStop(table) ? 3 : 1;
        for (int i = count; i > 0; i--) {
            clause(table, touched, freed, clauses, apart);
        }
        // PostgreSQL keeps no value of a default where it writes the table anew.
        boolean isRewritten = isPostgres && clauses.stream().anyMatch(clause -> clause.startsWith("ALTER COLUMN"));
        List<String> filling = clauses.stream()
                .filter(clause -> isRewritten && clause.startsWith("ADD COLUMN") && clause.contains(" DEFAULT "))
                .toList();
        clauses.removeAll(filling);
        apart.addAll(filling);
        List<String> all = new ArrayList<>();
        if (!clauses.isEmpty()) {
            statements++;
            all.add("ALTER TABLE " + table.name + " " + String.join(", ", clauses));
        }
        statements += apart.size();
        apart.forEach(clause -> all.add("ALTER TABLE " + table.name + " " + clause));
        return all;
    }

    /** @param apart clauses that PostgreSQL takes in a statement of their own */
    private void clause(Table table, Set<Column> touched, Set<String> freed, List<String> clauses, List<String> apart) {
        List<Column> left =
                table.columns.stream().filter(each -> !touched.contains(each)).toList();
        if (left.isEmpty() || random.nextInt(3) == 0) {
            int type = random.nextInt(MYSQL.size());
            Column column = column(type, freeName(table, type, freed));
            touched.add(column);
            model.add(table, column);
            column.isFirst = !isPostgres && random.nextInt(3) == 0;
            column.isFirst &= isKeyInReach(table, null);
            clauses.add("ADD COLUMN " + defined(column) + (column.isFirst ? " FIRST" : ""));
            return;
        }
        Column column = any(left);
        touched.add(column);
        String before = column.name;
        int what = random.nextInt(4);
        switch (what == 0 && !isKeyInReach(table, column) ? 1 : what) {
            case 0 -> {
                model.drop(table, column);
                clauses.add("DROP COLUMN " + before);
                if (!isPostgres) {
                    freed.add(before);
                }
            }
            case 1 -> {
                model.rename(table, column, freeName(table, column.type, freed));
                (isPostgres ? apart : clauses).add("RENAME COLUMN " + before + " TO " + column.name);
            }
            default -> {
                int type = wider(table, column.type);
                boolean isWider = type != column.type;
                model.retype(column, type);
                if (isPostgres && !isWider) {
                    model.rename(table, column, freeName(table, column.type, freed));
                    apart.add("RENAME COLUMN " + before + " TO " + column.name);
                    return;
                }
                if (isPostgres) {
                    clauses.add("ALTER COLUMN " + before + " TYPE " + POSTGRES.get(column.type));
                    return;
                }
                if (!isWider || (random.nextBoolean() && !model.mayStop(table))) {
                    model.rename(table, column, freeName(table, column.type, freed));
                }
                clauses.add("CHANGE COLUMN " + before + " " + column.name + " " + MYSQL.get(column.type)
                        + (column.isRequired ? " NOT NULL" : ""));
            }
        }
    }

    /** Where steps change rows, the target must have a column for each that stands before the key at the source. */
    private boolean isKeyInReach(Table table, Column dropped) {
        long before = table.columns.stream()
                .filter(column -> column.isFirst && column != dropped)
                .count();
        boolean isGone = dropped != null && model.isNormal(table, "drop_column") && model.fedBy(table, dropped) != null;
        return !model.hasSteps || before <= table.sink.places.size() - (isGone ? 1 : 0);
    }

    /** Two columns change names with each other. */
    private String swap(Table table) {
        Column one = any(table.columns);
        Column other = any(table.columns);
        boolean isPossible = one != other
                && isUnderItsName(table, one)
                && isUnderItsName(table, other)
                && (!model.hasSteps || one.isText() == other.isText());
        if (!isPossible) {
            return "";
        }
        statements++;
        String first = one.name;
        String second = other.name;
        model.rename(table, one, second);
        model.rename(table, other, first);
        return "ALTER TABLE " + table.name + " RENAME COLUMN " + first + " TO " + second + ", RENAME COLUMN " + second
                + " TO " + first;
    }

    private boolean isUnderItsName(Table table, Column column) {
        Place place = model.fedBy(table, column);
        return place != null && place.name.equals(column.name);
    }

    /** One that nothing has at the source or at the target; a column that goes by the same statement may leave it. */
    private String freeName(Table table, int type, Set<String> freed) {
        String name = (isText(type) ? "x" : "n") + random.nextInt(NAMES);
        boolean isFree = !table.has(name) && !table.sink.has(name);
        boolean isTaken = !isFree || (isPostgres && freed.contains(name));
        return isTaken ? newName(type) : name;
    }

    /** Texts are told by their names, by which steps know them. */
    private String newName(int type) {
        return (isText(type) ? "t" : "c") + names++;
    }

    private static boolean isText(int type) {
        return type >= VARCHAR && type <= TEXT;
    }

    private Column column(int type, String name) {
        // What rows get that are there does not go through steps.
        boolean isGiven = random.nextBoolean() && (isPostgres || type != TEXT) && !(model.hasSteps && isText(type));
        Column column = new Column(name, type, isGiven && random.nextBoolean(), null);
        return isGiven ? new Column(name, type, column.isRequired, value(column, true)) : column;
    }

    private String defined(Column column) {
        return column.name + " " + (isPostgres ? POSTGRES : MYSQL).get(column.type)
                + (column.isRequired ? " NOT NULL" : "")
                + (column.fill == null ? "" : " DEFAULT " + text(column, column.fill));
    }

    /** Numbers with fractions fit no whole type, so that this is refused where the type stays. */
    private int wider(Table table, int type) {
        boolean isTooWide = model.isLenient
                || !model.isNormal(table, "alter_column_type"); // lenient: it does not hold every number
        if (type == DECIMAL - 1 && isTooWide) {
            return type;
        }
        return type < DECIMAL || (type >= VARCHAR && type < TEXT) ? type + 1 : type;
    }

    private Column any(List<Column> columns) {
        return columns.get(random.nextInt(columns.size()));
    }
}
