package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.SECTION;
import static io.millrace.task.yaml.KeyType.SECTIONS;
import static io.millrace.task.yaml.KeyType.TEXT;
import static io.millrace.task.yaml.KeyType.TEXTS;

import io.millrace.task.yaml.Key;
import java.util.List;

/** The keys that say what tables, columns and types are at the target. */
final class MappingKeys {
    private MappingKeys() {}

    static List<Key> all() {
        return List.of(
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
                        .andLater("postgis"));
    }
}
