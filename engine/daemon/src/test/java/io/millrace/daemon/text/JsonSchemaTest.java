package io.millrace.daemon.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.millrace.task.key.DataSourceKeys;
import io.millrace.task.key.TaskKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The schema that editors use agrees with the reader on what is right, and on what is wrong that a schema can see. */
class JsonSchemaTest {
    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Schema TASK = schema(Json.write(JsonSchema.of("task", TaskKeys.all())));
    private static final Schema DATA_SOURCES = schema(Json.write(JsonSchema.of("data sources", DataSourceKeys.all())));

    private static Schema schema(String json) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(json, InputFormat.JSON);
    }

    @Test
    void shouldValidateEveryExampleOfTheDocuments() throws IOException {
        int examples = 0;
        for (Path document : List.of(ROOT.resolve("README.md"), ROOT.resolve("engine/REFERENCE.md"))) {
            Matcher matcher = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(document, StandardCharsets.UTF_8));
            while (matcher.find()) {
                examples++;
                String yaml = matcher.group(1);
                Schema schema = yaml.startsWith("name:") ? TASK : DATA_SOURCES;
                assertEquals(List.of(), schema.validate(yaml, InputFormat.YAML), yaml);
            }
        }
        assertTrue(examples >= 6, "examples=" + examples);
    }

    @Test
    void shouldRefuseWhatTheReaderRefuses() {
        String right = "name: a\nsource: s\ntarget: t\ntables: [a.b]\n";
        assertEquals(List.of(), TASK.validate(right, InputFormat.YAML));
        assertEquals(List.of(), TASK.validate(right + "dml: {delete: {logical: gone}}\n", InputFormat.YAML));
        for (String wrong : List.of(
                "name: a\nsource: s\ntarget: t\n",
                right + "table: []\n",
                right + "transforms: []\n",
                right + "delivery: {flush_interval: 200}\n",
                right + "delivery: {batch_bytes: 8MB}\n",
                right + "delivery: {consistency: table}\n",
                right + "dml: {delete: {logicl: gone}}\n",
                right + "dml: {delete: perhaps}\n",
                right + "dirty: {limits: 1}\n",
                right + "mapping: {rename_tables: []}\n",
                right + "steps: []\n")) {
            assertFalse(TASK.validate(wrong, InputFormat.YAML).isEmpty(), wrong);
        }
        for (String wrong : List.of(
                "s: {type: mysql}",
                "s: {type: file}",
                "s: {type: kafka, user: u}",
                "s: {type: mysql, user: u, usr: v}")) {
            assertFalse(DATA_SOURCES.validate(wrong, InputFormat.YAML).isEmpty(), wrong);
        }
    }
}
