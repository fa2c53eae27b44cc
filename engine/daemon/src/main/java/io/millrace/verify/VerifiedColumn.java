package io.millrace.verify;

import java.util.Set;

/**
 * A column of both tables.
 *
 * @param server the source's kind
 * @param sourceType the source's {@code DATA_TYPE}, in lower case
 * @param bits for {@code bit}; else 0
 * @param targetType PostgreSQL's type name, in lower case
 */
record VerifiedColumn(SourceServer server, String name, String sourceType, int bits, String targetType) {
    private static final Set<String> SHOWN_AS_BYTES =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");

    /** Whether its values are no text. */
    boolean isBinary() {
        return SHOWN_AS_BYTES.contains(sourceType);
    }

    Rendering rendering() {
        return server.rendering(this);
    }
}
