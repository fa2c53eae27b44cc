package io.millrace.schema;

import java.util.Objects;

/**
 * A table's full name. The namespace is MySQL's database and PostgreSQL's schema.
 *
 * @param namespace database or schema, as the server spells it
 * @param name the table's name, as the server spells it
 */
public record TableId(String namespace, String name) implements Comparable<TableId> {
    public TableId {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(TableId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "." + name;
    }
}
