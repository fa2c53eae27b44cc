package io.millrace.writer.postgres.connection;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/** Names in SQL: always quoted, never folded, never cut. */
public final class Identifiers {
    /** The server cuts longer names without an error, so that two of them may meet. */
    public static final int MAX_BYTES = 63;

    private static final Set<String> SYSTEM_COLUMNS = Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

    private Identifiers() {}

    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String quote(TableId table) {
        return quote(table.namespace()) + "." + quote(table.name());
    }

    /** A text constant; standard_conforming_strings is on in all our sessions. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    public static boolean fits(String name) {
        return !name.isEmpty() && name.indexOf('\0') < 0 && name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    /** Whether it can be a label of an enum. */
    public static boolean isLabel(String text) {
        return fits(text);
    }

    /** A name of ours: what is too long is cut, and told apart by a sum of the whole. */
    public static TableId cut(String schema, String base, String suffix) {
        String name = base + suffix;
        if (!fits(name)) {
            CRC32 sum = new CRC32();
            sum.update(base.getBytes(StandardCharsets.UTF_8));
            String tail = "_" + String.format(Locale.ROOT, "%08x", sum.getValue()) + suffix;
            int end = base.length();
            while (!fits(base.substring(0, end) + tail)) {
                end = base.offsetByCodePoints(end, -1);
            }
            name = base.substring(0, end) + tail;
        }
        return new TableId(schema, name);
    }

    /** Whether every table of the server has such a column already. */
    public static boolean isSystemColumn(String name) {
        return SYSTEM_COLUMNS.contains(name);
    }
}
