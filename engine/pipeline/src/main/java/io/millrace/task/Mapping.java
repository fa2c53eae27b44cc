package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code mapping:} of a task: what source tables are called at the target. By default as at the source. Immutable.
 *
 * <p>The renaming rules run in their order, each on what the one before left; their names are what the templates know as
 * <code>${db_name_src_transed}</code> and <code>${db_table_name_src_transed}</code>; the case is applied last.
 *
 * @param renameSchemas rules for names of schemas and databases
 * @param renameTables rules for names of tables
 * @param schemaName template of the target's schema
 * @param tableName template of the target's table
 * @param nameCase of schemas, tables and columns
 */
public record Mapping(
        List<NameRule> renameSchemas,
        List<NameRule> renameTables,
        NameTemplate schemaName,
        NameTemplate tableName,
        NameCase nameCase) {
    static final String SCHEMAS = "mapping.rename_schemas";
    static final String TABLES = "mapping.rename_tables";

    public static final Mapping DEFAULT = of("${db_name_src_transed}", "${db_table_name_src_transed}");

    public Mapping {
        renameSchemas = List.copyOf(renameSchemas);
        renameTables = List.copyOf(renameTables);
        Objects.requireNonNull(schemaName, "schemaName");
        Objects.requireNonNull(tableName, "tableName");
        Objects.requireNonNull(nameCase, "nameCase");
        requireNames("schema_name", schemaName, Optional.empty());
        requireNames("table_name", tableName, Optional.of("any"));
    }

    /**
     * Reads two templates.
     *
     * @throws IllegalArgumentException where one is wrong
     */
    public static Mapping of(String schemaName, String tableName) {
        return new Mapping(
                List.of(), List.of(), NameTemplate.of(schemaName), NameTemplate.of(tableName), NameCase.KEEP);
    }

    /** The same, with other templates. */
    public Mapping withTemplates(NameTemplate schema, NameTemplate table) {
        return new Mapping(renameSchemas, renameTables, schema, table, nameCase);
    }

    /** The same, with one more rule for schemas' names. */
    public Mapping renamingSchemas(String from, String to) {
        return new Mapping(and(renameSchemas, NameRule.of(from, to)), renameTables, schemaName, tableName, nameCase);
    }

    /** The same, with one more rule for tables' names. */
    public Mapping renamingTables(String from, String to) {
        return new Mapping(renameSchemas, and(renameTables, NameRule.of(from, to)), schemaName, tableName, nameCase);
    }

    public Mapping withCase(NameCase letters) {
        return new Mapping(renameSchemas, renameTables, schemaName, tableName, letters);
    }

    private static List<NameRule> and(List<NameRule> rules, NameRule more) {
        List<NameRule> all = new ArrayList<>(rules);
        all.add(more);
        return all;
    }

    private static void requireNames(String key, NameTemplate template, Optional<String> targetNamespace) {
        TableId any = new TableId("any", "any");
        List<Variable> wrong = template.withoutValue(new Variable.Names(any, any, "any", "any", targetNamespace));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("variable has no value here: key=" + key + ", variable="
                    + wrong.get(0).text());
        }
    }

    /**
     * The target's name of a source table, and how it came by it.
     *
     * @param source schema or database, and table
     * @param sourceDatasource the source data source's name
     * @param targetDatasource the target data source's name
     */
    public MappedName target(TableId source, String sourceDatasource, String targetDatasource) {
        List<MappedName.Change> changes = new ArrayList<>();
        TableId renamed = new TableId(
                renamed(SCHEMAS, renameSchemas, source.namespace(), changes),
                renamed(TABLES, renameTables, source.name(), changes));
        String namespace = cased(schemaName.fill(
                new Variable.Names(source, renamed, sourceDatasource, targetDatasource, Optional.empty())));
        String table = cased(tableName.fill(
                new Variable.Names(source, renamed, sourceDatasource, targetDatasource, Optional.of(namespace))));
        return new MappedName(source, new TableId(namespace, table), false, changes);
    }

    /** A source table's names after the renaming rules. */
    public TableId renamed(TableId source) {
        return new TableId(
                renamed(SCHEMAS, renameSchemas, source.namespace(), new ArrayList<>()),
                renamed(TABLES, renameTables, source.name(), new ArrayList<>()));
    }

    private static String renamed(String key, List<NameRule> rules, String name, List<MappedName.Change> changes) {
        String now = name;
        for (int i = 0; i < rules.size(); i++) {
            Optional<String> replaced = rules.get(i).apply(now);
            if (replaced.isPresent()) {
                changes.add(new MappedName.Change(nameOf(key, i, rules), now, replaced.get()));
                now = replaced.get();
            }
        }
        return now;
    }

    private static String nameOf(String key, int index, List<NameRule> rules) {
        return key + "[" + index + "] " + rules.get(index);
    }

    /** All renaming rules, as {@link MappedName.Change} names them. */
    List<String> rules() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < renameSchemas.size(); i++) {
            names.add(nameOf(SCHEMAS, i, renameSchemas));
        }
        for (int i = 0; i < renameTables.size(); i++) {
            names.add(nameOf(TABLES, i, renameTables));
        }
        return names;
    }

    /** A name in the target's letters. */
    String cased(String name) {
        return nameCase == NameCase.LOWER ? name.toLowerCase(Locale.ROOT) : name;
    }
}
