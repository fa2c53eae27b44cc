package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.INTEGER;
import static io.millrace.task.yaml.KeyType.NAMES;
import static io.millrace.task.yaml.KeyType.PATTERN;
import static io.millrace.task.yaml.KeyType.SECTION;
import static io.millrace.task.yaml.KeyType.TABLES;
import static io.millrace.task.yaml.KeyType.TEXT;
import static io.millrace.task.yaml.KeyType.TEXTS;

import io.millrace.task.yaml.Key;
import java.util.List;
import java.util.stream.Stream;

/** The keys of a rule for tables. */
final class TableKeys {
    private TableKeys() {}

    static List<Key> all() {
        return Stream.of(beforeDdl(), DdlKeys.ofTables(), behindDdl())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Key> beforeDdl() {
        return List.of(
                Key.required("tables", TABLES, "patterns or rules; the first match wins"),
                Key.optional(
                        "tables[].include",
                        PATTERN,
                        "",
                        "database.table, where * and ? do not match the dot; * alone is every table;"
                                + " odd names in backquotes"),
                Key.optional("tables[].include.regex", TEXT, "", "Java regex over the whole database.table"),
                Key.optional("tables[].exclude", PATTERN, "", "likewise: such tables are left out"),
                Key.optional("tables[].exclude.regex", TEXT, "", "Java regex over the whole database.table"),
                Key.optional("tables[].key", TEXTS, "the table's own", "columns by which rows are told apart"),
                Key.choice("tables[].on_no_key", "error", "what becomes of a table without a key", "error", "skip"),
                Key.optional("tables[].dirty", SECTION, "", "rows of a table that cannot be written"),
                Key.optional(
                        "tables[].dirty.limit",
                        TEXT,
                        "the task's",
                        "as dirty.limit, for each such table by itself; its rows do not count for the task's"),
                Key.optional("tables[].dml", SECTION, "", "what becomes of the row changes of a table"),
                ChangeKeys.dml("tables[].dml.insert", "the task's", "inserts, as dml.insert"),
                Key.optional("tables[].dml.insert.filter", TEXT, "", "as dml.insert.filter"),
                ChangeKeys.dml("tables[].dml.update", "the task's", "updates, as dml.update"),
                Key.optional("tables[].dml.update.filter", TEXT, "", "as dml.update.filter"),
                ChangeKeys.dml("tables[].dml.delete", "the task's", "deletes, as dml.delete"),
                Key.optional("tables[].dml.delete.filter", TEXT, "", "as dml.delete.filter"),
                Key.optional("tables[].dml.delete.logical", TEXT, "", "deletes mark the row, as dml.delete.logical"),
                Key.optional(
                        "tables[].to",
                        TEXT,
                        "",
                        "schema.table at the target, in place of the naming rules; several tables may be sent to one"),
                Key.optional(
                        "tables[].ddl",
                        SECTION,
                        "",
                        "the same for such a table; what is not said is as the task says"));
    }

    private static List<Key> behindDdl() {
        return List.of(
                Key.optional(
                        "tables[].partition",
                        SECTION,
                        "",
                        "how the rows of a table that is made are divided: see [Partitions](#partitions)"),
                Key.required(
                        "tables[].partition.by",
                        TEXT,
                        "range(column) or hash(column), of the key, by the source's name"),
                Key.optional(
                        "tables[].partition.interval",
                        TEXT,
                        "",
                        "of a range, which needs it: hours, days, weeks, months or years, as in 1 month"),
                Key.optional(
                        "tables[].partition.ahead",
                        INTEGER,
                        "3",
                        "of a range: how many intervals behind the present one are kept ready; 0 to 100"),
                Key.optional("tables[].partition.count", INTEGER, "", "of a hash, which needs it: 1 to 256"),
                Key.optional(
                        "tables[].columns", SECTION, "", "columns to rename, drop or retype, by the source's names"),
                Key.optional("tables[].columns.rename", NAMES, "", "the target's names"),
                Key.optional("tables[].columns.drop", TEXTS, "", "columns that are not written; none of the key"),
                Key.optional(
                        "tables[].columns.type",
                        NAMES,
                        "",
                        "types at the target, of those that hold the column's values unchanged"));
    }
}
