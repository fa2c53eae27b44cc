package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code mapping:} of a task: what source tables are called at the target. By default as at the source. Immutable.
 *
 * @param schemaName template of the target's schema
 * @param tableName template of the target's table
 */
public record Mapping(NameTemplate schemaName, NameTemplate tableName) {
    public static final Mapping DEFAULT = of("${db_name_src_transed}", "${db_table_name_src_transed}");

    public Mapping {
        Objects.requireNonNull(schemaName, "schemaName");
        Objects.requireNonNull(tableName, "tableName");
        requireNames("schema_name", schemaName, Optional.empty());
        requireNames("table_name", tableName, Optional.of("any"));
    }

    /**
     * Reads two templates.
     *
     * @throws IllegalArgumentException where one is wrong
     */
    public static Mapping of(String schemaName, String tableName) {
        return new Mapping(NameTemplate.of(schemaName), NameTemplate.of(tableName));
    }

    private static void requireNames(String key, NameTemplate template, Optional<String> targetNamespace) {
        List<Variable> wrong =
                template.withoutValue(new Variable.Names(new TableId("any", "any"), "any", "any", targetNamespace));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("variable has no value here: key=" + key + ", variable="
                    + wrong.get(0).text());
        }
    }

    /**
     * The target's name of a source table.
     *
     * @param source schema or database, and table
     * @param sourceDatasource the source data source's name
     * @param targetDatasource the target data source's name
     */
    public TableId target(TableId source, String sourceDatasource, String targetDatasource) {
        String namespace =
                schemaName.fill(new Variable.Names(source, sourceDatasource, targetDatasource, Optional.empty()));
        String table =
                tableName.fill(new Variable.Names(source, sourceDatasource, targetDatasource, Optional.of(namespace)));
        return new TableId(namespace, table);
    }
}
