package io.millrace.reader.postgres.connection;

import io.millrace.schema.TableId;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names and literals in statements. */
public final class SqlText {
    private SqlText() {}

    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String quoted(TableId table) {
        return quoted(table.namespace()) + "." + quoted(table.name());
    }

    /** With standard_conforming_strings, which every session of ours sets. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** An array of texts, as the server reads it. */
    public static String array(Stream<String> texts) {
        return texts.map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** An array of numbers, as the server reads it. */
    public static String numbers(Collection<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }
}
