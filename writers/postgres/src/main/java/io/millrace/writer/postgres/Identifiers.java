package io.millrace.writer.postgres;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Names in SQL: always quoted, never folded, never cut. */
final class Identifiers {
    /** The server cuts longer names without an error, so that two of them may meet. */
    static final int MAX_BYTES = 63;

    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private Identifiers() {}

    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quote(TableId table) {
        return quote(table.namespace()) + "." + quote(table.name());
    }

    /** A text constant; standard_conforming_strings is on in all our sessions. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static boolean fits(String name) {
        return !name.isEmpty() && name.indexOf('\0') < 0 && name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    /** Whether every table of the server has such a column already. */
    static boolean isSystemColumn(String name) {
        return SYSTEM_COLUMNS.contains(name);
    }
}
