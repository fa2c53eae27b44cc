package io.millrace.writer.mysql.connection;

import java.util.List;
import java.util.Locale;

/** What MySQL and MariaDB do not have in common. */
public enum Dialect {
    MYSQL("MySQL", "utf8mb4_0900_bin") {
        @Override
        public String upsertTail() {
            return " AS n ON DUPLICATE KEY UPDATE ";
        }

        @Override
        public String offered(String quotedColumn) {
            return "n." + quotedColumn;
        }

        @Override
        public List<String> session() {
            return List.of(
                    "SET SESSION max_execution_time = 0",
                    // Long lists of keys would otherwise be read by a scan of the table.
                    "SET SESSION range_optimizer_max_mem_size = 0",
                    "SET SESSION show_gipk_in_create_table_and_information_schema = ON");
        }
    },
    MARIADB("MariaDB", "utf8mb4_nopad_bin") {
        @Override
        public String upsertTail() {
            return " ON DUPLICATE KEY UPDATE ";
        }

        @Override
        public String offered(String quotedColumn) {
            return "VALUES(" + quotedColumn + ")";
        }

        @Override
        public List<String> session() {
            return List.of(
                    "SET SESSION max_statement_time = 0",
                    // Long lists of keys would otherwise become a join with a table of them.
                    "SET SESSION in_predicate_conversion_threshold = 0",
                    "SET SESSION check_constraint_checks = 1");
        }
    };

    private final String product;
    private final String binaryCollation;

    Dialect(String product, String binaryCollation) {
        this.product = product;
        this.binaryCollation = binaryCollation;
    }

    /** By the type of a data source. */
    public static Dialect of(String type) {
        return valueOf(type.toUpperCase(Locale.ROOT));
    }

    /** What the server says of itself. */
    static Dialect ofVersion(String version) {
        return version.contains("MariaDB") ? MARIADB : MYSQL;
    }

    public String product() {
        return product;
    }

    /** The collation in which texts are equal only where their bytes are: no case, no accents, no blanks at the end. */
    public String binaryCollation() {
        return binaryCollation;
    }

    /** What stands between the rows of an upsert and its assignments. */
    public abstract String upsertTail();

    /** A column of the row that an upsert could not insert. */
    public abstract String offered(String quotedColumn);

    /** Statements of this product alone, for a new session; a variable that is not there is passed over. */
    public abstract List<String> session();
}
