package io.millrace.writer.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.Column;
import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.sql.TableMarks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * That MYSQL.md says what the code does: its tables between markers are printed here. {@code -Dmillrace.write=true} writes
 * them into the page.
 */
class MySqlReferenceTest {
    private static final int MAX_SHOWN = 40;
    private static final Path PAGE = Path.of(System.getProperty("millrace.root", "../.."), "writers", "MYSQL.md");

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("types", types());
        tables.put("session", session());
        tables.put("limits", limits());
        return tables;
    }

    private static String types() {
        StringBuilder table = new StringBuilder(
                        "| source type | MySQL | MariaDB | tried, as the server then prints it |\n")
                .append("| --- | --- | --- | --- |\n");
        for (TypeCase type : TypeCase.all(Dialect.MYSQL)) {
            Column column = type.column();
            table.append("| `")
                    .append(column.sourceType().replace("|", "\\|"))
                    .append("` | `")
                    .append(new TypeMap(Dialect.MYSQL).sqlType(column, false))
                    .append("` | `")
                    .append(new TypeMap(Dialect.MARIADB).sqlType(column, false))
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
        Stream<String> ofOne = Arrays.stream(Dialect.values())
                .flatMap(dialect -> dialect.session().stream()
                        .map(statement -> "- `" + statement + "` (" + dialect.product() + ", where it is known)\n"));
        return Stream.concat(ConnectionSettings.SESSION.stream().map(statement -> "- `" + statement + "`\n"), ofOne)
                .collect(Collectors.joining());
    }

    private static String limits() {
        return "| limit | value |\n| --- | --- |\n"
                + row("characters of a name; longer ones are refused", Identifiers.MAX_CHARACTERS)
                + row("rows of a run from which new rows go by LOAD DATA", BatchApplier.LOAD_ROWS)
                + row("rows of one statement", BatchApplier.STATEMENT_ROWS)
                + row("keys of one DELETE", BatchApplier.DELETE_ROWS)
                + row("bytes of lines of one LOAD DATA", LoadData.LINES_BYTES)
                + row("bytes of statements after which they are sent", Transaction.FLUSH_BYTES)
                + row("statements sent in one round trip", Transaction.FLUSH_STATEMENTS)
                + row(
                        "batches for which a table stays with the slower way after the faster one did not do",
                        TableMarks.BATCHES)
                + row("characters of a key's column that has no length at the source", TypeMap.KEY_CHARACTERS)
                + row("characters up to which a text of PostgreSQL is a varchar", TypeMap.MAX_VARCHAR)
                + row("bytes of an index entry", StructureFit.MAX_INDEX_BYTES)
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

    @Test
    void shouldWriteNamesAndReadThemBack() {
        List<String> names = List.of("a", "b`c", "d,`", "ü");
        assertEquals(names, NameList.parse(NameList.text(names)));
    }

    @Test
    void shouldWritePartsOfIndexesAndReadThemBack() {
        List<IndexPart> parts = List.of(
                new IndexPart("a", 0, false),
                new IndexPart("b`c", 5, false),
                new IndexPart("d` DESC,`", 0, true),
                new IndexPart("ü(3)", 191, true));
        List<String> columns = parts.stream().map(IndexPart::column).toList();
        StructureItem item = new StructureItem(
                StructureItem.Kind.INDEX, new TableId("shop", "t"), "i", columns, Optional.empty(), false, parts);
        assertEquals("`a`,`b``c`(5),`d`` DESC,``` DESC,`ü(3)`(191) DESC", IndexColumns.text(item));
        assertEquals(parts, IndexColumns.parse(IndexColumns.text(item)));
    }
}
