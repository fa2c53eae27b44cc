package io.millrace.task;

import static io.millrace.task.KeyType.DURATION;
import static io.millrace.task.KeyType.EXPRESSIONS;
import static io.millrace.task.KeyType.INTEGER;
import static io.millrace.task.KeyType.NAMES;
import static io.millrace.task.KeyType.NAME_OR_SECTION;
import static io.millrace.task.KeyType.PATTERN;
import static io.millrace.task.KeyType.SECTION;
import static io.millrace.task.KeyType.SECTIONS;
import static io.millrace.task.KeyType.SIZE;
import static io.millrace.task.KeyType.TABLES;
import static io.millrace.task.KeyType.TEXT;
import static io.millrace.task.KeyType.TEXTS;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Every key of a task file, those to come included. */
public final class TaskKeys {
    private static final String TABLES_OF_STEP = "patterns of source tables";
    private static final String COLUMNS_OF_STEP = "names of columns; tables that have none of them are left alone";

    private TaskKeys() {}

    public static List<Key> all() {
        return List.of(
                Key.required("name", TEXT, "1 to 128 letters of any script, digits, _ and . ; not dots alone"),
                Key.optional("description", TEXT, "", "for people"),
                Key.required("source", NAME_OR_SECTION, "the data source to read from"),
                Key.required("source.datasource", TEXT, "its name in datasources.yaml"),
                Key.optional(
                        "source.server_id",
                        INTEGER,
                        "derived from the name, above 2^31",
                        "the id under which the reader registers; unique among the server's readers"),
                Key.optional(
                        "source.heartbeat",
                        DURATION,
                        "10s",
                        "how often an idle source says that it lives; three missed ones end the connection"),
                Key.optional(
                        "source.slot",
                        TEXT,
                        "millrace_<name>",
                        "the replication slot of a PostgreSQL source: 1 to 63 of a to z, 0 to 9 and _"),
                Key.optional(
                        "source.publication",
                        TEXT,
                        "millrace_<name>",
                        "the publication of a PostgreSQL source; it holds this task's tables and no others"),
                Key.choice(
                        "source.two_phase",
                        "false",
                        "whether a PostgreSQL source sends what is prepared at its PREPARE TRANSACTION, so that its COMMIT"
                                + " PREPARED is short; otherwise all of it comes with that",
                        "false",
                        "true"),
                Key.required("target", NAME_OR_SECTION, "the data source to write to"),
                Key.required("target.datasource", TEXT, "its name in datasources.yaml"),
                Key.choice(
                        "target.existing_rows",
                        "error",
                        "rows that stood in a target table before this task's load: keep leaves them and writes over those"
                                + " whose key the source has; truncate removes them once, before the table's load; not keep"
                                + " where source tables share a target",
                        "error",
                        "keep",
                        "truncate"),
                Key.choice(
                        "target.write_mode",
                        "mirror",
                        "how a change becomes rows; append: [every change is a row](#every-change-a-row)",
                        "mirror",
                        "append"),
                Key.optional(
                        "target.control_schema", TEXT, "millrace", "schema of the checkpoints and the load ledger"),
                Key.choice(
                        "target.session",
                        "plain",
                        "replica: triggers and foreign keys of the target rest; PostgreSQL only, where it takes a superuser,"
                                + " or GRANT SET ON PARAMETER session_replication_role",
                        "plain",
                        "replica"),
                Key.optional(
                        "steps",
                        TEXTS,
                        "[structure, full, incremental]",
                        "any non-empty subset of structure, full, incremental, in this order"),
                Key.optional(
                        "start",
                        TEXT,
                        "",
                        "where to begin; required with incremental and without full, an error otherwise:"
                                + " now, earliest, time:TIME, gtid:SET, binlog:FILE:POS or lsn:HIGH/LOW"),
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
                dml("tables[].dml.insert", "the task's", "inserts, as dml.insert"),
                Key.optional("tables[].dml.insert.filter", TEXT, "", "as dml.insert.filter"),
                dml("tables[].dml.update", "the task's", "updates, as dml.update"),
                Key.optional("tables[].dml.update.filter", TEXT, "", "as dml.update.filter"),
                dml("tables[].dml.delete", "the task's", "deletes, as dml.delete"),
                Key.optional("tables[].dml.delete.filter", TEXT, "", "as dml.delete.filter"),
                Key.optional("tables[].dml.delete.logical", TEXT, "", "deletes mark the row, as dml.delete.logical"),
                Key.optional(
                        "tables[].to",
                        TEXT,
                        "",
                        "schema.table at the target, in place of the naming rules; several tables may be sent to one"),
                Key.optional(
                        "tables[].ddl", SECTION, "", "the same for such a table; what is not said is as the task says"),
                Key.choice(
                                "tables[].ddl.create_table",
                                "normal",
                                "a table that matches is made at the source",
                                "normal",
                                "error")
                        .andLater("ignore", "alert"),
                Key.choice(
                        "tables[].ddl.drop_table", "the task's", "a table goes", "normal", "ignore", "alert", "error"),
                Key.choice(
                        "tables[].ddl.add_column",
                        "the task's",
                        "a column comes",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "tables[].ddl.drop_column",
                        "the task's",
                        "a column goes",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "tables[].ddl.rename_table",
                        "the task's",
                        "a table has another name",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "tables[].ddl.rename_column",
                        "the task's",
                        "a column has another name",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "tables[].ddl.alter_column_type",
                        "the task's",
                        "a column has another type, or allows NULL",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "tables[].ddl.truncate_table",
                        "the task's",
                        "all rows of a table go",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                                "tables[].ddl.other",
                                "the task's",
                                "indexes, keys, comments: what leaves columns and rows as they are",
                                "ignore",
                                "alert",
                                "error")
                        .andLater("normal"),
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
                        "types at the target, of those that hold the column's values unchanged"),
                Key.optional("mapping", SECTION, "", "what tables are called at the target"),
                Key.optional("mapping.schema_name", TEXT, "'${db_name_src_transed}'", "template of the schema's name"),
                Key.optional(
                        "mapping.table_name", TEXT, "'${db_table_name_src_transed}'", "template of the table's name"),
                Key.optional(
                        "mapping.rename_schemas",
                        SECTIONS,
                        "",
                        "rules for names of databases and schemas; they run in order, each on what the one before left"),
                Key.required("mapping.rename_schemas[].from", TEXT, "Java regex, of which the first match is replaced"),
                Key.required(
                        "mapping.rename_schemas[].to",
                        TEXT,
                        "what stands in its place; $1 is what its first group matched"),
                Key.optional("mapping.rename_tables", SECTIONS, "", "likewise for names of tables"),
                Key.required("mapping.rename_tables[].from", TEXT, "Java regex, of which the first match is replaced"),
                Key.required(
                        "mapping.rename_tables[].to",
                        TEXT,
                        "what stands in its place; $1 is what its first group matched"),
                Key.choice(
                        "mapping.case",
                        "keep",
                        "letters of schemas', tables' and columns' names; not of what to and columns.rename give",
                        "keep",
                        "lower"),
                Key.optional(
                        "mapping.type_rules", SECTIONS, "", "rules for columns' types; the first that matches decides"),
                Key.required(
                        "mapping.type_rules[].from",
                        TEXT,
                        "the source's own text of the type; without brackets it is every length of it"),
                Key.required(
                        "mapping.type_rules[].to", TEXT, "the target's type, of those that hold such values unchanged"),
                Key.optional("mapping.add", SECTIONS, "", "columns that the source's tables do not have"),
                Key.required("mapping.add[].name", TEXT, "the column's name at the target"),
                Key.required(
                        "mapping.add[].value",
                        TEXT,
                        "a constant, variables, or both: see [Added columns](#added-columns)"),
                Key.optional(
                        "mapping.add[].type",
                        TEXT,
                        "the value's own",
                        "the same words for every target: see [Added columns](#added-columns)"),
                Key.choice(
                        "mapping.add[].key",
                        "false",
                        "whether the column is of the target's key, behind the table's own",
                        "false",
                        "true"),
                Key.optional("mapping.add[].tables", TEXTS, "['*']", "patterns of source tables that get it"),
                Key.optional("types", SECTION, "", "how values are carried that the target's type cannot hold"),
                Key.choice(
                        "types.zero_date",
                        "dirty",
                        "zero and partial dates: a dirty row, NULL, the smallest date, or a text column",
                        "dirty",
                        "set_null",
                        "min",
                        "text"),
                Key.choice("types.nul_char", "dirty", "U+0000 into PostgreSQL", "dirty", "strip"),
                Key.choice("types.json", "json", "the type of JSON columns", "json", "jsonb"),
                Key.choice(
                        "types.enum",
                        "text",
                        "the type of enum columns at PostgreSQL; native: an enum type for each",
                        "text",
                        "native"),
                Key.choice("types.geometry", "bytea", "the type of geometry columns", "bytea")
                        .andLater("postgis"),
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
                Key.optional("transforms[].custom.options", NAMES, "", "what the code is told"),
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
                Key.optional("ddl", SECTION, "", "what becomes of statements of the source, by kind"),
                Key.choice(
                                "ddl.create_table",
                                "normal",
                                "a table that matches is made at the source",
                                "normal",
                                "error")
                        .andLater("ignore", "alert"),
                Key.choice("ddl.drop_table", "alert", "a table goes", "normal", "ignore", "alert", "error"),
                Key.choice("ddl.add_column", "normal", "a column comes", "normal", "ignore", "alert", "error"),
                Key.choice("ddl.drop_column", "alert", "a column goes", "normal", "ignore", "alert", "error"),
                Key.choice(
                        "ddl.rename_table", "alert", "a table has another name", "normal", "ignore", "alert", "error"),
                Key.choice(
                        "ddl.rename_column",
                        "alert",
                        "a column has another name",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "ddl.alter_column_type",
                        "normal",
                        "a column has another type, or allows NULL",
                        "normal",
                        "ignore",
                        "alert",
                        "error"),
                Key.choice(
                        "ddl.truncate_table", "normal", "all rows of a table go", "normal", "ignore", "alert", "error"),
                Key.choice(
                                "ddl.other",
                                "ignore",
                                "indexes, keys, comments: what leaves columns and rows as they are",
                                "ignore",
                                "alert",
                                "error")
                        .andLater("normal"),
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
                                + " 1,000 have passed) or unlimited"),
                Key.optional("delivery", SECTION, "", "when changes are written"),
                Key.choice(
                        "delivery.consistency",
                        "row",
                        "where a target transaction may end: anywhere, or only where one of the source does,"
                                + " which takes one lane",
                        "row",
                        "transaction"),
                Key.choice(
                        "delivery.acknowledge",
                        "target",
                        "up to where a source that keeps its log for us may forget it: what the target has committed",
                        "target"),
                Key.optional(
                        "delivery.hold_at_source",
                        TEXT,
                        "1GiB",
                        "where the source would hold more than this for us, it is acknowledged up to our durable log;"
                                + " 0: always; unlimited: never"),
                Key.optional(
                        "delivery.flush_interval",
                        DURATION,
                        "200ms",
                        "upper bound of a batch's age; a lane that runs dry flushes at once"),
                Key.optional("delivery.batch_rows", INTEGER, "50000", "upper bound of a batch's row changes"),
                Key.optional("delivery.batch_bytes", SIZE, "8MiB", "upper bound of a batch's bytes"),
                Key.optional(
                        "delivery.delay",
                        DURATION,
                        "0s",
                        "a change is applied this long after its commit at the source, by the source's clock, and no earlier"),
                Key.optional("resources", SECTION, "", "what the task may use"),
                Key.optional(
                        "resources.read_concurrency",
                        INTEGER,
                        "2",
                        "chunks of the full load read at once, each with a writer of its own: no more than write_concurrency"),
                Key.optional("resources.write_concurrency", INTEGER, "min(4, cores)", "lanes: connections that apply"),
                Key.optional("resources.memory", SIZE, "256MiB", "what batches that cannot end yet may take"),
                Key.optional(
                        "resources.log_disk",
                        SIZE,
                        "10GiB, or half of what is free at first start",
                        "the change log's quota; at the limit reading waits"),
                Key.later("resources.log_keep", "keep applied changes in the log"),
                Key.optional(
                        "resources.rows_per_second",
                        TEXT,
                        "unlimited",
                        "whole number: rows that are read a second, by load and stream together"),
                Key.optional(
                        "resources.bytes_per_second",
                        TEXT,
                        "unlimited",
                        "size: bytes of those rows, as they lie in memory"),
                Key.optional(
                        "restart",
                        SECTION,
                        "",
                        "how often a task is started again after an error that a new start may answer"),
                Key.optional(
                        "restart.failures",
                        INTEGER,
                        "3",
                        "so many within restart.within are answered, the next one fails the task; 0: the first one does"),
                Key.optional("restart.within", DURATION, "30m", "the time over which failures are counted"),
                Key.optional(
                        "alerts", SECTIONS, "", "numbers of which somebody wants to know when they stay above a limit"),
                Key.choice(
                                "alerts[].metric",
                                "",
                                metrics(),
                                Arrays.stream(AlertMetric.values())
                                        .map(AlertMetric::text)
                                        .toArray(String[]::new))
                        .asRequired(),
                Key.required(
                        "alerts[].above", TEXT, "the limit: a time, a size or a whole number, as the metric has it"),
                Key.optional("alerts[].for", DURATION, "0s", "how long it must have been above that without a break"),
                Key.choice(
                        "alerts[].severity",
                        "warning",
                        "critical ones are errors in the log",
                        "info",
                        "warning",
                        "critical"),
                Key.later("alerts[].notify", "who is told"));
    }

    private static String metrics() {
        return Arrays.stream(AlertMetric.values())
                .map(metric -> metric.text() + ": " + metric.meaning())
                .collect(Collectors.joining("; "));
    }

    private static Key dml(String path, String defaultText, String meaning) {
        return Key.choice(path, defaultText, meaning, "normal", "ignore");
    }
}
