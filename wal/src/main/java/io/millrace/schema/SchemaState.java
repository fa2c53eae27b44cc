package io.millrace.schema;

import java.util.Map;

/**
 * What a reader follows of a source's schemas, at one place of the source's history.
 *
 * @param tables by name
 * @param collations each database's default
 */
public record SchemaState(Map<TableId, TableState> tables, Map<String, String> collations) {
    public SchemaState {
        tables = Map.copyOf(tables);
        collations = Map.copyOf(collations);
    }
}
