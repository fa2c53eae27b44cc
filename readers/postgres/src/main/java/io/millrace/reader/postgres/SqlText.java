package io.millrace.reader.postgres;

import io.millrace.schema.TableId;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** An array of texts, as the server reads it. */
    static String array(Stream<String> texts) {
        return texts.map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }
}
