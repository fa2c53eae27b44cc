package io.millrace.writer;

import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Something of a table that is made apart from it: an index, a further unique key, a foreign key. Immutable.
 *
 * @param table at the target
 * @param name as the source calls it; the target may need another one
 * @param columns by the target's names, in order
 * @param reference of a foreign key; empty for the others
 * @param isEarly whether it is made with the table, and not behind its load
 * @param parts of an index that has not just whole columns in ascending order: its columns, with what it has of each; else empty
 */
public record StructureItem(
        Kind kind,
        TableId table,
        String name,
        List<String> columns,
        Optional<Reference> reference,
        boolean isEarly,
        List<IndexPart> parts) {
    /** In the order in which items are made: a foreign key needs its parent's unique key, and wants its own index. */
    public enum Kind {
        /** By the columns' order. */
        INDEX,
        /** Of words, as MySQL and MariaDB have it. */
        FULLTEXT,
        /** Of geometries, as MySQL and MariaDB have it. */
        SPATIAL,
        /** PostgreSQL's others, by the columns' own operator classes. */
        HASH,
        GIN,
        GIST,
        SPGIST,
        BRIN,
        UNIQUE,
        FOREIGN_KEY
    }

    /** The other end of a foreign key, by the target's names. */
    public record Reference(TableId table, List<String> columns, KeyAction onDelete, KeyAction onUpdate) {
        public Reference {
            Objects.requireNonNull(table, "table");
            columns = List.copyOf(columns);
            Objects.requireNonNull(onDelete, "onDelete");
            Objects.requireNonNull(onUpdate, "onUpdate");
        }
    }

    public StructureItem {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(name, "name");
        columns = List.copyOf(columns);
        parts = List.copyOf(parts);
        if (reference.isPresent() != (kind == Kind.FOREIGN_KEY)) {
            throw new IllegalArgumentException("a foreign key, and nothing else, has a reference: name=" + name);
        }
    }

    /** Of whole columns, in ascending order. */
    public StructureItem(
            Kind kind,
            TableId table,
            String name,
            List<String> columns,
            Optional<Reference> reference,
            boolean isEarly) {
        this(kind, table, name, columns, reference, isEarly, List.of());
    }

    /** The same with other parts of the same columns. */
    public StructureItem withParts(List<IndexPart> others) {
        boolean isPlain = others.stream().allMatch(IndexPart::isPlain);
        return new StructureItem(kind, table, name, columns, reference, isEarly, isPlain ? List.of() : others);
    }

    /** Whether a part of a column's value is indexed. */
    public boolean hasPrefix() {
        return parts.stream().anyMatch(part -> part.prefix() > 0);
    }

    /** Its columns, for people. */
    public List<String> texts() {
        return parts.isEmpty() ? columns : parts.stream().map(IndexPart::text).toList();
    }

    /** Whether it is a foreign key that changes rows by itself. */
    public boolean hasAction() {
        return reference
                .filter(to -> to.onDelete() != KeyAction.NONE || to.onUpdate() != KeyAction.NONE)
                .isPresent();
    }

    /** Whether rows are tied to others by it beyond their key (EXACTNESS 25). */
    public boolean doesTie() {
        return kind == Kind.UNIQUE || kind == Kind.FOREIGN_KEY;
    }
}
