package io.millrace.writer.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.schema.Column;
import io.millrace.schema.IndexPart;
import io.millrace.schema.TableId;
import io.millrace.writer.ReferencePage;
import io.millrace.writer.StructureItem;
import io.millrace.writer.mysql.batch.BatchApplier;
import io.millrace.writer.mysql.batch.LoadData;
import io.millrace.writer.mysql.batch.Transaction;
import io.millrace.writer.mysql.connection.ConnectionSettings;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.NameList;
import io.millrace.writer.mysql.structure.IndexColumns;
import io.millrace.writer.mysql.structure.MySqlFit;
import io.millrace.writer.mysql.type.TypeMap;
import io.millrace.writer.sql.TableMarks;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * That MYSQL.md says what the code does: its tables between markers are printed here, as {@link ReferencePage} says.
 */
class MySqlReferenceTest {
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
                    .append(ReferencePage.shown(type.texts()))
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
                + ReferencePage.limit("characters of a name; longer ones are refused", Identifiers.MAX_CHARACTERS)
                + ReferencePage.limit("rows of a run from which new rows go by LOAD DATA", BatchApplier.LOAD_ROWS)
                + ReferencePage.limit("rows of one statement", BatchApplier.STATEMENT_ROWS)
                + ReferencePage.limit("keys of one DELETE", BatchApplier.DELETE_ROWS)
                + ReferencePage.limit("bytes of lines of one LOAD DATA", LoadData.LINES_BYTES)
                + ReferencePage.limit("bytes of statements after which they are sent", Transaction.FLUSH_BYTES)
                + ReferencePage.limit("statements sent in one round trip", Transaction.FLUSH_STATEMENTS)
                + ReferencePage.limit(
                        "batches for which a table stays with the slower way after the faster one did not do",
                        TableMarks.BATCHES)
                + ReferencePage.limit(
                        "characters of a key's column that has no length at the source", TypeMap.KEY_CHARACTERS)
                + ReferencePage.limit("characters up to which a text of PostgreSQL is a varchar", TypeMap.MAX_VARCHAR)
                + ReferencePage.limit("bytes of an index entry", MySqlFit.MAX_INDEX_BYTES)
                + ReferencePage.limit(
                        "seconds of silence after which a connection is lost", ConnectionSettings.SILENCE_SECONDS);
    }

    @Test
    void shouldSayInThePageWhatTheCodeDoes() throws IOException {
        ReferencePage.ofWriters("MYSQL.md").check(tables());
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
