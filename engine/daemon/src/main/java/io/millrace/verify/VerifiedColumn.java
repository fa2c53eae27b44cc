package io.millrace.verify;

import io.millrace.writer.TypeOptions;
import java.util.Set;

/**
 * A column of both tables.
 *
 * @param server the source's kind
 * @param target the target's kind
 * @param name at the source
 * @param targetName at the target
 * @param sourceType the source's {@code DATA_TYPE}, in lower case
 * @param bits for {@code bit}; else 0
 * @param targetType PostgreSQL's type name, or MySQL's {@code DATA_TYPE}, in lower case
 * @param rules what the task says of values that the target's type cannot hold
 */
record VerifiedColumn(
        SourceServer server,
        TargetServer target,
        String name,
        String targetName,
        String sourceType,
        int bits,
        String targetType,
        TypeOptions rules) {
    private static final Set<String> SHOWN_AS_BYTES =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");

    /** Whether its values are no text. */
    boolean isBinary() {
        return SHOWN_AS_BYTES.contains(sourceType);
    }

    Rendering rendering() {
        return target.rendering(this);
    }
}
