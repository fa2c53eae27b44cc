package io.millrace.task.key;

import io.millrace.task.yaml.Key;
import java.util.List;

/** The keys that say what becomes of statements of the source, by kind. */
final class DdlKeys {
    private DdlKeys() {}

    /** The task's own. */
    static List<Key> ofTask() {
        return of("ddl", "alert", "normal", "ignore");
    }

    /** Those of some tables: what is not said there is as the task says. */
    static List<Key> ofTables() {
        return of("tables[].ddl", "the task's", "the task's", "the task's");
    }

    /**
     * Under a section.
     *
     * @param losing the default of what takes something away or renames it
     * @param other that of the rest
     * @param untouching that of what leaves columns and rows alone
     */
    private static List<Key> of(String section, String losing, String other, String untouching) {
        return List.of(
                kind(
                        section + ".create_table",
                        "normal",
                        "a table that matches is made at the source; one that is left out is taken in when it is normal, at a start"),
                kind(section + ".drop_table", losing, "a table goes"),
                kind(section + ".add_column", other, "a column comes"),
                kind(section + ".drop_column", losing, "a column goes"),
                kind(section + ".rename_table", losing, "a table has another name"),
                kind(section + ".rename_column", losing, "a column has another name"),
                kind(section + ".alter_column_type", other, "a column has another type, or allows NULL"),
                kind(section + ".truncate_table", other, "all rows of a table go"),
                Key.choice(
                                section + ".other",
                                untouching,
                                "indexes, keys, comments: what leaves columns and rows as they are",
                                "ignore",
                                "alert",
                                "error")
                        .andLater("normal"));
    }

    private static Key kind(String path, String defaultText, String meaning) {
        return Key.choice(path, defaultText, meaning, "normal", "ignore", "alert", "error");
    }
}
