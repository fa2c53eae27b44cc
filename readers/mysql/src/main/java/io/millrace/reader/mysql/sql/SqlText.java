package io.millrace.reader.mysql.sql;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Spells names and values in the servers' SQL, so that no {@code sql_mode} can read them otherwise. */
public final class SqlText {
    private SqlText() {}

    public static String quoted(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    public static String quoted(TableId table) {
        return quoted(table.namespace()) + "." + quoted(table.name());
    }

    /** A string literal: in hexadecimal, which needs no escapes. */
    public static String literal(String text) {
        return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
