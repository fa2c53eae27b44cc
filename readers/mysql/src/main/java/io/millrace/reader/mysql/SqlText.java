package io.millrace.reader.mysql;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Spells names and values in the servers' SQL, so that no {@code sql_mode} can read them otherwise. */
final class SqlText {
    private SqlText() {}

    static String quoted(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    static String quoted(TableId table) {
        return quoted(table.namespace()) + "." + quoted(table.name());
    }

    /** A string literal: in hexadecimal, which needs no escapes. */
    static String literal(String text) {
        return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
