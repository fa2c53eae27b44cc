package io.millrace.reader.mysql.schema;

import io.millrace.reader.mysql.connection.BinlogSession;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a server fills in where a statement says nothing: collations, and the case of names. Immutable.
 *
 * @param isMariaDb which product's habits hold
 * @param foldsNames whether names of tables and databases are kept in lower case
 * @param charsets each collation's character set
 * @param defaults each character set's collation
 */
public record SchemaRules(
        boolean isMariaDb, boolean foldsNames, Map<String, String> charsets, Map<String, String> defaults) {
    public SchemaRules {
        charsets = Map.copyOf(charsets);
        defaults = Map.copyOf(defaults);
    }

    /** Asks the server. */
    public static SchemaRules read(BinlogSession session) {
        Map<String, String> charsets = new HashMap<>();
        Map<String, String> defaults = new HashMap<>();
        String sql = session.isMariaDb()
                ? "SELECT FULL_COLLATION_NAME, CHARACTER_SET_NAME, IS_DEFAULT"
                        + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                : "SELECT COLLATION_NAME, CHARACTER_SET_NAME, IS_DEFAULT FROM information_schema.COLLATIONS";
        for (String[] row : session.query(sql)) {
            if (row[0] != null && row[1] != null) {
                charsets.put(row[0], row[1]);
                if ("Yes".equalsIgnoreCase(row[2])) {
                    defaults.put(row[1], row[0]);
                }
            }
        }
        for (String[] row : session.query("SHOW CHARACTER SET")) {
            defaults.put(row[0], collation(row[0], row[2], charsets)); // as the session's settings have it
        }
        boolean foldsNames = !"0".equals(session.value("SELECT @@global.lower_case_table_names"));
        return new SchemaRules(session.isMariaDb(), foldsNames, charsets, defaults);
    }

    private static String collation(String charset, String name, Map<String, String> charsets) {
        return charsets.containsKey(name) ? name : charset + "_" + name;
    }

    TableId fold(TableId table) {
        return foldsNames
                ? new TableId(
                        table.namespace().toLowerCase(Locale.ROOT), table.name().toLowerCase(Locale.ROOT))
                : table;
    }

    String fold(String database) {
        return foldsNames ? database.toLowerCase(Locale.ROOT) : database;
    }

    /** A collation's character set; {@code utf8mb4_bin} is of {@code utf8mb4}. */
    String charsetOf(String collation) {
        String known = charsets.get(collation);
        if (known != null) {
            return known;
        }
        int end = collation.indexOf('_');
        return end < 0 ? collation : collation.substring(0, end);
    }

    /**
     * The collation that a definition means.
     *
     * @param charset empty where it names none
     * @param collation empty where it names none
     * @param inherited what holds where it names neither
     */
    String collation(String charset, String collation, String inherited) {
        if (!collation.isEmpty() && !collation.equals("default")) {
            String of = charset.isEmpty() ? charsetOf(inherited) : canonical(charset);
            return canonicalCollation(collation, of);
        }
        return charset.isEmpty() || charset.equals("default") ? inherited : defaultOf(canonical(charset));
    }

    /** A character set's collation where none is named. */
    String defaultOf(String charset) {
        return defaults.getOrDefault(charset, charset.equals("binary") ? "binary" : charset + "_general_ci");
    }

    private String canonical(String charset) {
        if (charset.equals("utf8") && defaults.containsKey("utf8mb3")) {
            return "utf8mb3";
        }
        return charset.equals("utf8mb3") && !defaults.containsKey("utf8mb3") ? "utf8" : charset;
    }

    private String canonicalCollation(String collation, String charset) {
        if (charsets.containsKey(collation)) {
            return collation;
        }
        String other = collation.startsWith("utf8_")
                ? "utf8mb3_" + collation.substring(5)
                : collation.startsWith("utf8mb3_") ? "utf8_" + collation.substring(8) : charset + "_" + collation;
        return charsets.containsKey(other) ? other : collation;
    }

    /** The same for a session that takes another collation for utf8mb4. */
    public SchemaRules withUtf8mb4(String collation) {
        if (collation.isEmpty() || collation.equals(defaults.get("utf8mb4"))) {
            return this;
        }
        Map<String, String> changed = new HashMap<>(defaults);
        changed.put("utf8mb4", collation);
        return new SchemaRules(isMariaDb, foldsNames, charsets, changed);
    }
}
