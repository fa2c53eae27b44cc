package io.millrace.writer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A page of the documents whose tables, between markers, are printed by a test. {@code -Dmillrace.write=true} writes them into it. */
public record ReferencePage(Path path) {
    private static final int MAX_SHOWN = 40;

    /** One that lies in {@code writers}. */
    public static ReferencePage ofWriters(String name) {
        return new ReferencePage(Path.of(System.getProperty("millrace.root", "../.."), "writers", name));
    }

    /** Checks that the page has these tables, by the names of their markers. */
    public void check(Map<String, String> tables) throws IOException {
        String page = Files.readString(path, StandardCharsets.UTF_8);
        String expected = page;
        for (Map.Entry<String, String> table : tables.entrySet()) {
            String start = "<!-- " + table.getKey() + " -->\n";
            int from = expected.indexOf(start);
            int to = expected.indexOf("<!-- /" + table.getKey() + " -->");
            assertTrue(from >= 0 && to > from, "no markers: " + table.getKey());
            expected = expected.substring(0, from + start.length()) + table.getValue() + expected.substring(to);
        }
        if (Boolean.getBoolean("millrace.write")) {
            Files.writeString(path, expected, StandardCharsets.UTF_8);
        } else {
            assertEquals(expected, page, "run this test with -Dmillrace.write=true");
        }
    }

    /** Values as a cell of a table shows them: those of plain characters, the long ones cut. */
    public static String shown(List<String> texts) {
        return texts.stream()
                .filter(text -> text.chars().allMatch(c -> c > ' ' - 1 && c < 127 && c != '|' && c != '`'))
                .filter(text -> !text.isEmpty())
                .map(text -> "`" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text) + "`")
                .collect(Collectors.joining(", "));
    }

    /** A line of a table of limits. */
    public static String limit(String what, int value) {
        return "| " + what + " | " + value + " |\n";
    }
}
