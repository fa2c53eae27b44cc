package io.millrace.writer.mysql.connection;

import io.millrace.schema.TableId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names and texts in SQL: names always quoted, texts in hexadecimal, so that no setting can read them otherwise. */
public final class Identifiers {
    /** The servers' limit, in characters. */
    public static final int MAX_CHARACTERS = 64;

    private Identifiers() {}

    public static String quote(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    public static String quote(TableId table) {
        return quote(table.namespace()) + "." + quote(table.name());
    }

    /** A text constant. */
    public static String literal(String text) {
        return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    /** A text constant that a person can read, for statements that are shown, under our sql_mode. */
    public static String readable(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0") + "'";
    }

    /** The servers cut blanks at the end, and hold no character beyond the first plane. */
    public static boolean fits(String name) {
        return !name.isEmpty()
                && name.indexOf('\0') < 0
                && !name.endsWith(" ")
                && name.chars().noneMatch(c -> Character.isSurrogate((char) c))
                && name.codePointCount(0, name.length()) <= MAX_CHARACTERS;
    }
}
