package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.EXPRESSIONS;
import static io.millrace.task.yaml.KeyType.INTEGER;
import static io.millrace.task.yaml.KeyType.NAMES;
import static io.millrace.task.yaml.KeyType.SECTION;
import static io.millrace.task.yaml.KeyType.SECTIONS;
import static io.millrace.task.yaml.KeyType.TEXT;
import static io.millrace.task.yaml.KeyType.TEXTS;

import io.millrace.task.yaml.Key;
import java.util.List;

/** The keys of the steps that rows go through. */
final class TransformKeys {
    private static final String TABLES_OF_STEP = "patterns of source tables";
    private static final String COLUMNS_OF_STEP = "names of columns; tables that have none of them are left alone";

    private TransformKeys() {}

    static List<Key> all() {
        return List.of(
                Key.optional(
                        "transforms",
                        SECTIONS,
                        "",
                        "steps in order, each filter, replace, mask, set or custom: see [Transforms](#transforms)"),
                Key.optional("transforms[].filter", SECTION, "", "rows that do not meet a condition are left out"),
                Key.optional("transforms[].filter.tables", TEXTS, "['*']", TABLES_OF_STEP),
                Key.required("transforms[].filter.where", TEXT, "the condition: see [Expressions](#expressions)"),
                Key.optional("transforms[].replace", SECTION, "", "replaces within text"),
                Key.optional("transforms[].replace.tables", TEXTS, "['*']", TABLES_OF_STEP),
                Key.required("transforms[].replace.columns", TEXTS, COLUMNS_OF_STEP),
                Key.required("transforms[].replace.from", TEXT, "what is replaced, wherever it stands"),
                Key.optional("transforms[].replace.to", TEXT, "''", "by what; with regex $1 and ${name} are groups"),
                Key.choice(
                        "transforms[].replace.regex",
                        "false",
                        "whether from is a regular expression of RE2",
                        "false",
                        "true"),
                Key.choice(
                        "transforms[].replace.case_sensitive", "true", "whether letters' case counts", "true", "false"),
                Key.optional("transforms[].mask", SECTION, "", "hides values"),
                Key.optional("transforms[].mask.tables", TEXTS, "['*']", TABLES_OF_STEP),
                Key.required("transforms[].mask.columns", TEXTS, COLUMNS_OF_STEP),
                Key.choice(
                                "transforms[].mask.with",
                                "",
                                "how: see [Transforms](#transforms)",
                                "hash",
                                "keep",
                                "fixed",
                                "nullify",
                                "email",
                                "digits",
                                "truncate_date",
                                "fpe")
                        .asRequired(),
                Key.optional("transforms[].mask.first", INTEGER, "0", "of keep: characters that stay at the start"),
                Key.optional("transforms[].mask.last", INTEGER, "0", "of keep: characters that stay at the end"),
                Key.optional("transforms[].mask.value", TEXT, "", "of fixed: what stands instead"),
                Key.optional(
                        "transforms[].mask.key",
                        TEXT,
                        "",
                        "of hash and fpe: the secret, as '${file:/path}' or '${env:NAME}'"),
                Key.choice(
                        "transforms[].mask.unit", "", "of truncate_date: what stays", "year", "month", "day", "hour"),
                Key.optional("transforms[].set", SECTION, "", "columns with the values of expressions"),
                Key.optional("transforms[].set.tables", TEXTS, "['*']", TABLES_OF_STEP),
                Key.required(
                        "transforms[].set.columns",
                        EXPRESSIONS,
                        "columns, those of the table or new ones: see [Expressions](#expressions)"),
                Key.optional("transforms[].custom", SECTION, "", "user code: see [User code](#user-code)"),
                Key.optional("transforms[].custom.tables", TEXTS, "['*']", TABLES_OF_STEP),
                Key.required("transforms[].custom.name", TEXT, "by which the code calls itself"),
                Key.optional("transforms[].custom.options", NAMES, "", "what the code is told"));
    }
}
