package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real rows before and after all that becomes of them, and nothing of what masks cover. */
class PlanSampleIT {
    @TempDir
    Path directory;

    @Test
    void shouldShowRowsBeforeAndAfterButNothingThatIsMasked() throws IOException {
        CliTask task = new CliTask(directory, Servers.mysql(), Servers.postgres());
        task.atSource(
                "CREATE TABLE people (id int PRIMARY KEY, email varchar(40), secret varchar(20), n int)",
                "INSERT INTO people VALUES (1, 'somebody@example.org', 'raw-one', 5), (2, NULL, 'raw-two', 6),"
                        + " (3, 'x@y.z', 'raw-three', 7), (4, 'late@y.z', 'raw-four', 8)");
        task.with("""
                transforms:
                  - filter: {where: 'n <> 6'}
                  - mask: {columns: [EMAIL], with: email}
                  - mask: {columns: [secret], with: fixed, value: hidden}
                  - set: {columns: {twice: 'n * 2'}}
                mapping: {add: [{name: op, value: '${operation}', type: varchar(8)}]}""");

        CliEnd asTable = task.cli().run("plan", "task.yaml", "--sample", "3");
        assertEquals(0, asTable.exitCode(), asTable.toString());
        CliEnd asJson = task.cli().run("plan", "task.yaml", "--sample", "3", "--json");
        assertEquals(0, asJson.exitCode(), asJson.toString());

        for (String hidden : new String[] {"somebody", "raw-one", "raw-two", "raw-three", "raw-four", "x@y.z"}) {
            assertFalse((asTable + "" + asJson).contains(hidden), hidden);
        }
        assertTrue(asTable.out().contains(task.database + ".people, row 2, left out by a filter"), asTable.toString());
        JsonNode rows =
                new ObjectMapper().readTree(asJson.out()).get("samples").get(0).get("rows");
        assertEquals(3, rows.size());
        assertEquals(
                "{\"before\":{\"id\":1,\"email\":\"(masked)\",\"secret\":\"(masked)\",\"n\":5},\"after\":{\"id\":1,"
                        + "\"email\":\"s***@example.org\",\"secret\":\"hidden\",\"n\":5,\"twice\":10,\"op\":\"load\"}}",
                rows.get(0).toString());
        assertTrue(rows.get(1).get("after").isNull(), rows.toString());
        assertTrue(rows.get(1).get("before").get("email").isNull(), rows.toString());
        CliEnd wrong = task.cli().run("plan", "task.yaml", "--sample", "1001");
        assertTrue(wrong.err().contains("expected=0 to 1000"), wrong.toString());
    }
}
