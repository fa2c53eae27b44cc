package io.millrace.ddl;

import io.millrace.schema.TableIndex;
import java.util.List;

/**
 * An index or key as a statement defines it.
 *
 * @param name empty where the server names it
 * @param parts columns in order; a part without a column is an expression
 */
public record IndexDefinition(Kind kind, String name, List<TableIndex.Part> parts) {
    /** The kinds of indexes. */
    public enum Kind {
        PRIMARY,
        UNIQUE,
        PLAIN,
        FULLTEXT,
        SPATIAL
    }

    public IndexDefinition {
        parts = List.copyOf(parts);
    }
}
