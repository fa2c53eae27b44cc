package io.millrace.writer.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.Column;
import io.millrace.writer.sql.TableMarks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * That POSTGRES.md says what the code does: its tables between markers are printed here. {@code -Dmillrace.write=true} writes
 * them into the page.
 */
class PostgresReferenceTest {
    private static final int MAX_SHOWN = 40;
    private static final Path PAGE = Path.of(System.getProperty("millrace.root", "../.."), "writers", "POSTGRES.md");

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("types", types());
        tables.put("session", session());
        tables.put("limits", limits());
        return tables;
    }

    private static String types() {
        StringBuilder table = new StringBuilder("| source type | target type | tried, as the server then prints it |\n")
                .append("| --- | --- | --- |\n");
        for (TypeCase type : TypeCase.all()) {
            Column column = type.column();
            table.append("| `")
                    .append(column.sourceType())
                    .append("` | `")
                    .append(type.targetType())
                    .append("` | ")
                    .append(type.texts().stream()
                            .filter(text -> text.chars().allMatch(c -> c > ' ' - 1 && c < 127 && c != '|' && c != '`'))
                            .filter(text -> !text.isEmpty())
                            .map(text ->
                                    "`" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text) + "`")
                            .collect(Collectors.joining(", ")))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String session() {
        return Arrays.stream(ConnectionSettings.SESSION.split(";"))
                .map(statement -> "- `" + statement.strip() + "`\n")
                .collect(Collectors.joining());
    }

    private static String limits() {
        return "| limit | value |\n| --- | --- |\n"
                + row("bytes of a name; longer ones are refused", Identifiers.MAX_BYTES)
                + row("rows of a run from which new rows go by COPY", BatchApplier.COPY_ROWS)
                + row(
                        "rows of an update up to which the rows it may miss are sent along",
                        BatchApplier.HEAL_TOGETHER_ROWS)
                + row("rows of one statement", BatchApplier.STATEMENT_ROWS)
                + row("bytes of parameters after which a statement is sent", BatchApplier.FLUSH_BYTES)
                + row("statements sent in one round trip", BatchApplier.FLUSH_STATEMENTS)
                + row(
                        "batches for which a table stays with upsert after an insert met an existing key",
                        TableMarks.BATCHES)
                + row("bytes of one row, or of one value", BinaryOutput.MAX_CAPACITY)
                + row("seconds of silence after which a connection is lost", ConnectionSettings.SILENCE_SECONDS);
    }

    private static String row(String what, int value) {
        return "| " + what + " | " + value + " |\n";
    }

    @Test
    void shouldSayInThePageWhatTheCodeDoes() throws IOException {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        String expected = page;
        for (Map.Entry<String, String> table : tables().entrySet()) {
            String start = "<!-- " + table.getKey() + " -->\n";
            int from = expected.indexOf(start);
            int to = expected.indexOf("<!-- /" + table.getKey() + " -->");
            assertTrue(from >= 0 && to > from, "no markers: " + table.getKey());
            expected = expected.substring(0, from + start.length()) + table.getValue() + expected.substring(to);
        }
        if (Boolean.getBoolean("millrace.write")) {
            Files.writeString(PAGE, expected, StandardCharsets.UTF_8);
        } else {
            assertEquals(expected, page, "run this test with -Dmillrace.write=true");
        }
    }
}
