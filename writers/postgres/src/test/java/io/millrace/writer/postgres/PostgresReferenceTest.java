package io.millrace.writer.postgres;

import io.millrace.schema.Column;
import io.millrace.writer.ReferencePage;
import io.millrace.writer.postgres.batch.BatchApplier;
import io.millrace.writer.postgres.connection.BinaryOutput;
import io.millrace.writer.postgres.connection.ConnectionSettings;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.sql.TableMarks;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * That POSTGRES.md says what the code does: its tables between markers are printed here, as {@link ReferencePage} says.
 */
class PostgresReferenceTest {
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
                    .append(ReferencePage.shown(type.texts()))
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
                + ReferencePage.limit("bytes of a name; longer ones are refused", Identifiers.MAX_BYTES)
                + ReferencePage.limit("rows of a run from which new rows go by COPY", BatchApplier.COPY_ROWS)
                + ReferencePage.limit(
                        "rows of an update up to which the rows it may miss are sent along",
                        BatchApplier.HEAL_TOGETHER_ROWS)
                + ReferencePage.limit("rows of one statement", BatchApplier.STATEMENT_ROWS)
                + ReferencePage.limit("bytes of parameters after which a statement is sent", BatchApplier.FLUSH_BYTES)
                + ReferencePage.limit("statements sent in one round trip", BatchApplier.FLUSH_STATEMENTS)
                + ReferencePage.limit(
                        "batches for which a table stays with upsert after an insert met an existing key",
                        TableMarks.BATCHES)
                + ReferencePage.limit("bytes of one row, or of one value", BinaryOutput.MAX_CAPACITY)
                + ReferencePage.limit(
                        "seconds of silence after which a connection is lost", ConnectionSettings.SILENCE_SECONDS);
    }

    @Test
    void shouldSayInThePageWhatTheCodeDoes() throws IOException {
        ReferencePage.ofWriters("POSTGRES.md").check(tables());
    }
}
