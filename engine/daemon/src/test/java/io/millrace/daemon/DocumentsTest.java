package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.task.file.DataSourceFile;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.SecretResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What README and reference say is so: their YAML is read, and their tables are the program's own. */
class DocumentsTest {
    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Path README = ROOT.resolve("README.md");
    private static final Path REFERENCE = ROOT.resolve("engine/REFERENCE.md");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

    @Test
    void shouldReadEveryYamlBlockWithoutAFinding() throws IOException {
        int blocks = 0;
        for (Path document : List.of(README, REFERENCE)) {
            Matcher matcher = YAML.matcher(read(document));
            while (matcher.find()) {
                blocks++;
                assertEquals(List.of(), findings(matcher.group(1)), document + ":\n" + matcher.group(1));
            }
        }
        assertTrue(blocks >= 6, "blocks=" + blocks);
    }

    private static List<Finding> findings(String yaml) {
        if (yaml.startsWith("name:")) {
            return TaskFile.parse("task.yaml", yaml, ROOT, new AnySecret()).findings();
        }
        return DataSourceFile.parse("datasources.yaml", yaml, ROOT, new AnySecret(), Set.of("shop", "warehouse"))
                .findings();
    }

    private record AnySecret() implements SecretResolver {
        @Override
        public Optional<String> environment(String name) {
            return Optional.of(name);
        }

        @Override
        public Optional<String> file(Path path) {
            return Optional.of(path.toString());
        }
    }

    /** To write the tables anew: {@code -Dmillrace.reference=write}. */
    @Test
    void shouldHaveTheTablesOfTheProgram() throws IOException {
        Map<String, List<String>> tables = Map.of(
                "datasource keys", Reference.dataSourceKeys(),
                "task keys", Reference.taskKeys(),
                "variables", Reference.variables(),
                "metrics", Reference.metrics(),
                "errors", Reference.errors());
        String page = read(REFERENCE);
        for (Map.Entry<String, List<String>> table : tables.entrySet()) {
            String begin = "<!-- begin " + table.getKey() + " -->\n";
            int from = page.indexOf(begin) + begin.length();
            int to = page.indexOf("<!-- end " + table.getKey() + " -->");
            String expected = String.join("\n", table.getValue()) + "\n";
            if ("write".equals(System.getProperty("millrace.reference"))) {
                page = page.substring(0, from) + expected + page.substring(to);
                Files.writeString(REFERENCE, page, StandardCharsets.UTF_8);
            }
            assertEquals(expected, page.substring(from, page.indexOf("<!-- end " + table.getKey() + " -->")));
        }
    }

    @Test
    void shouldNameEveryCommandAndOption() throws IOException {
        String page = read(REFERENCE);
        List<String> missing = new ArrayList<>();
        Millrace.commandLine(new Context(null, Map.of(), ROOT)).getSubcommands().forEach((name, command) -> {
            boolean isShown = !command.getCommandSpec().usageMessage().hidden() && !name.equals("help");
            if (isShown && !page.contains("`" + name)) {
                missing.add(name);
            }
            command.getCommandSpec().options().stream()
                    .filter(option -> isShown && !option.hidden())
                    .filter(option -> Arrays.stream(option.names()).noneMatch(page::contains))
                    .forEach(option -> missing.add(name + " " + option.longestName()));
        });
        assertEquals(List.of(), missing);
    }

    @Test
    void shouldHaveAdviceForEveryError() {
        for (ErrorCode code : ErrorCode.values()) {
            assertFalse(code.advice().isBlank(), code.name());
            assertFalse(code.advice().contains("\n"), code.name());
        }
        assertEquals(
                ErrorCode.values().length,
                Arrays.stream(ErrorCode.values())
                        .map(ErrorCode::number)
                        .distinct()
                        .count());
    }

    @Test
    void shouldLinkToWhatExists() throws IOException {
        for (Path document : List.of(README, REFERENCE, ROOT.resolve("engine/EXACTNESS.md"))) {
            Matcher matcher = LINK.matcher(read(document));
            while (matcher.find()) {
                Path linked = document.resolveSibling(matcher.group(1));
                assertTrue(Files.exists(linked), document + " links to " + linked);
            }
        }
    }

    private static String read(Path document) throws IOException {
        return Files.readString(document, StandardCharsets.UTF_8);
    }
}
