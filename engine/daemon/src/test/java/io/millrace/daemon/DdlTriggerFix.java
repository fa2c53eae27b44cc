package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The event triggers of PostgreSQL that tell of statements, as a person installs them: by the advice of {@code check}. */
final class DdlTriggerFix {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DdlTriggerFix() {}

    static void install(CliTask task) throws JsonProcessingException {
        CliEnd checked = task.cli().run("check", "task.yaml", "--json");
        String sql = "";
        for (JsonNode finding : JSON.readTree(checked.out()).get("findings")) {
            String fix = finding.get("fix").asText();
            sql = finding.get("subject").asText().equals("ddl") ? fix.substring(fix.indexOf("CREATE")) : sql;
        }
        assertFalse(sql.isEmpty(), checked.toString());
        task.atSource(sql);
    }
}
