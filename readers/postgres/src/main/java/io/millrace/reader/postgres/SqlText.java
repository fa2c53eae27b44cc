package io.millrace.reader.postgres;

import io.millrace.schema.TableId;

/** Names and literals in statements. */
final class SqlText {
    private SqlText() {}

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quoted(TableId table) {
        return quoted(table.namespace()) + "." + quoted(table.name());
    }

    /** With standard_conforming_strings, which every session of ours sets. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
