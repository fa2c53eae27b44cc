package io.millrace.reader.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes random statements on a few tables, some of which the server will refuse. It knows no schema: column names are drawn from a
 * small set, so that they meet often.
 */
final class DdlGenerator {
    private static final List<String> TABLES = List.of("t1", "t2", "`t 3`", "other_1", "other_2");
    private static final List<String> COLUMNS = List.of("a", "b", "`c d`", "`E`", "f", "`größe`");
    private static final List<String> TYPES = List.of(
            "tinyint",
            "smallint unsigned",
            "mediumint(5) zerofill",
            "int",
            "int(7) unsigned",
            "bigint",
            "bool",
            "decimal(9,3)",
            "numeric",
            "float",
            "double",
            "float(30)",
            "bit",
            "bit(11)",
            "year",
            "date",
            "time(2)",
            "datetime",
            "datetime(6)",
            "timestamp(3) NULL",
            "char(5)",
            "varchar(20)",
            "varchar(9) CHARACTER SET latin1",
            "varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin",
            "varchar(7) CHARACTER SET ucs2",
            "varchar(30) BINARY",
            "char(3) ASCII",
            "nchar(4)",
            "text",
            "text(100)",
            "tinytext CHARACTER SET latin1",
            "mediumtext",
            "longtext COLLATE utf8mb4_unicode_ci",
            "binary(4)",
            "varbinary(8)",
            "blob",
            "blob(300)",
            "mediumblob",
            "enum('x','y','it''s','z ')",
            "enum('LABEL','b') CHARACTER SET latin1",
            "set('p','q','r')",
            "json",
            "char(2) BYTE");

    private final Random random;
    private final String label;

    /** @param label one of an ENUM's, in latin1 */
    DdlGenerator(long seed, String label) {
        random = new Random(seed);
        this.label = label;
    }

    /** A plain table to begin with. */
    static String first(String table) {
        return "CREATE TABLE " + table + " (id int NOT NULL PRIMARY KEY, a varchar(10), b int)";
    }

    String next() {
        return switch (random.nextInt(20)) {
            case 0 -> create();
            case 1 -> "CREATE TABLE " + oneOf(TABLES) + " LIKE " + oneOf(TABLES);
            case 2 -> "CREATE TABLE " + oneOf(TABLES) + " (PRIMARY KEY (id)) AS SELECT * FROM " + oneOf(TABLES);
            case 3 -> random.nextBoolean() ? "DROP TABLE " + oneOf(TABLES) : "DROP TABLE IF EXISTS " + oneOf(TABLES);
            case 4 -> rename();
            case 5 -> "TRUNCATE TABLE " + oneOf(TABLES);
            case 6 ->
                "CREATE " + (random.nextBoolean() ? "UNIQUE " : "") + "INDEX i" + random.nextInt(3) + " ON "
                        + oneOf(TABLES) + " (" + oneOf(COLUMNS) + ")";
            case 7 -> "DROP INDEX i" + random.nextInt(3) + " ON " + oneOf(TABLES);
            case 8 -> "ALTER DATABASE CHARACTER SET " + oneOf(List.of("latin1", "utf8mb4", "utf8mb3"));
            default -> alter();
        };
    }

    private String create() {
        List<String> parts = new ArrayList<>();
        for (String column : COLUMNS) {
            if (random.nextInt(2) == 0) {
                parts.add(column + " " + column());
            }
        }
        parts.add(random.nextInt(parts.size() + 1), "id int" + (random.nextBoolean() ? " unsigned" : "") + " NOT NULL");
        parts.add("PRIMARY KEY (id)");
        return "CREATE TABLE " + (random.nextBoolean() ? "IF NOT EXISTS " : "") + oneOf(TABLES) + " ("
                + String.join(", ", parts) + ")"
                + (random.nextInt(3) == 0 ? " DEFAULT CHARSET=" + oneOf(List.of("latin1", "utf8mb4")) : "");
    }

    private String rename() {
        String from = oneOf(TABLES);
        String to = oneOf(TABLES);
        return random.nextBoolean()
                ? "RENAME TABLE " + from + " TO " + to
                : "RENAME TABLE " + from + " TO tmp, " + to + " TO " + from + ", tmp TO " + to;
    }

    private String alter() {
        List<String> clauses = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            clauses.add(clause());
        }
        return "ALTER TABLE " + oneOf(TABLES) + " " + String.join(", ", clauses);
    }

    private String clause() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> "ADD COLUMN " + oneOf(COLUMNS) + " " + column() + place();
            case 4 -> "ADD (" + oneOf(COLUMNS) + " " + column() + ", " + oneOf(COLUMNS) + " " + column() + ")";
            case 5, 6 -> "DROP COLUMN " + oneOf(COLUMNS);
            case 7, 8 -> "MODIFY " + oneOf(COLUMNS) + " " + column() + place();
            case 9, 10 -> "CHANGE COLUMN " + oneOf(COLUMNS) + " " + oneOf(COLUMNS) + " " + column() + place();
            case 11 -> "RENAME COLUMN " + oneOf(COLUMNS) + " TO " + oneOf(COLUMNS);
            case 12 -> "CONVERT TO CHARACTER SET " + oneOf(List.of("latin1", "utf8mb4", "utf8mb3"));
            case 13 -> "DEFAULT CHARACTER SET " + oneOf(List.of("latin1", "utf8mb4", "ucs2"));
            case 14 -> "MODIFY id " + oneOf(List.of("int", "bigint", "int unsigned")) + " NOT NULL" + place();
            default -> "COMMENT 'x, DROP COLUMN a', ADD INDEX (" + oneOf(COLUMNS) + ")";
        };
    }

    private String column() {
        return oneOf(TYPES).replace("LABEL", label)
                + oneOf(List.of("", "", " NULL", " NOT NULL", " COMMENT 'it''s, (x)'"));
    }

    private String place() {
        return oneOf(List.of("", "", " FIRST", " AFTER id", " AFTER " + oneOf(COLUMNS)));
    }

    private String oneOf(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
