package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.SECTION;
import static io.millrace.task.yaml.KeyType.TEXT;

import io.millrace.task.yaml.Key;
import java.util.List;
import java.util.stream.Stream;

/** The keys that say what becomes of row changes, of statements, and of rows that cannot be written. */
final class ChangeKeys {
    private ChangeKeys() {}

    static List<Key> all() {
        return Stream.of(ofRows(), DdlKeys.ofTask(), ofFailures())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Key> ofRows() {
        return List.of(
                Key.optional("dml", SECTION, "", "what becomes of row changes; rows of the load are none"),
                dml(
                        "dml.insert",
                        "normal",
                        "ignore: inserts are counted and dropped, and no other change makes a row; such tables have one lane"),
                Key.optional(
                        "dml.insert.filter",
                        TEXT,
                        "",
                        "in place of a word: inserts whose row meets this [condition](#expressions) are applied, others counted as"
                                + " filtered; no other change makes a row, and such tables have one lane"),
                dml("dml.update", "normal", "ignore: updates are counted and dropped, those of keys, too"),
                Key.optional(
                        "dml.update.filter",
                        TEXT,
                        "",
                        "in place of a word: updates whose new row meets this condition are applied"),
                dml("dml.delete", "normal", "ignore: deletes are counted and dropped"),
                Key.optional(
                        "dml.delete.filter",
                        TEXT,
                        "",
                        "in place of a word, or beside logical: deletes whose old row meets this condition are applied"),
                Key.optional(
                        "dml.delete.logical",
                        TEXT,
                        "",
                        "in place of a word: a column of the target that a delete sets, and a later insert of the key clears"),
                Key.choice(
                        "ddl_mode",
                        "strict",
                        "lenient: nothing at the target is destroyed, see [Lenient](#lenient)",
                        "strict",
                        "lenient"),
                Key.optional("ddl", SECTION, "", "what becomes of statements of the source, by kind"));
    }

    private static List<Key> ofFailures() {
        return List.of(
                Key.choice(
                        "foreign_key_actions",
                        "target",
                        "who runs the actions of foreign keys that the source does not log",
                        "target",
                        "apply",
                        "ignore"),
                Key.choice(
                        "conflicts",
                        "repair",
                        "an update or a delete that meets no row behind the load; repair: a whole row is inserted, both are"
                                + " counted; dirty: it is a dirty row; error: the task stops before it",
                        "repair",
                        "dirty",
                        "error"),
                Key.optional("dirty", SECTION, "", "rows that cannot be written for their own sake"),
                Key.optional(
                        "dirty.limit",
                        TEXT,
                        "0",
                        "how many are stored before the task fails: 0, 100, 0.1% (of the last 100,000 rows of a table, once"
                                + " 1,000 have passed) or unlimited"));
    }

    static Key dml(String path, String defaultText, String meaning) {
        return Key.choice(path, defaultText, meaning, "normal", "ignore");
    }
}
