package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule of {@code engine/EXACTNESS.md} has tests that name it, and the page names them. */
class ExactnessTest {
    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Path PAGE = ROOT.resolve("engine/EXACTNESS.md");
    private static final Pattern RULE = Pattern.compile("^(\\d+)\\. ", Pattern.MULTILINE);
    private static final Pattern CITATION = Pattern.compile("EXACTNESS\\s+(\\d+(?:(?:,| and| to)\\s+\\d+)*)");
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)(?:\\s+to\\s+(\\d+))?");
    private static final Pattern CITING = Pattern.compile("\\bvoid (should\\w+)\\(|\\b(?:class|record) (\\w+)");
    private static final String BEGIN = "<!-- begin tests -->\n";
    private static final String END = "<!-- end tests -->";

    /** To write the table anew: {@code -Dmillrace.reference=write}. */
    @Test
    void shouldNameTestsForEveryRule() throws IOException {
        Map<Integer, SortedSet<String>> tests = tests();
        String page = read(PAGE);
        List<Integer> rules = RULE.matcher(page)
                .results()
                .map(result -> Integer.valueOf(result.group(1)))
                .toList();
        assertEquals(rules, List.copyOf(tests.keySet()), "rules, and those that tests name");
        List<String> lines = new ArrayList<>(List.of("| rule | tests |", "| --- | --- |"));
        tests.forEach((rule, names) -> lines.add("| " + rule + " | " + String.join(", ", names) + " |"));
        String expected = String.join("\n", lines) + "\n";
        if ("write".equals(System.getProperty("millrace.reference"))) {
            page = page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                    + expected
                    + page.substring(page.indexOf(END));
            Files.writeString(PAGE, page, StandardCharsets.UTF_8);
        }
        assertEquals(expected, page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END)));
    }

    private static Map<Integer, SortedSet<String>> tests() throws IOException {
        Map<Integer, SortedSet<String>> tests = new TreeMap<>();
        for (String module : List.of("engine", "readers", "writers", "wal", "bench")) {
            for (Path file : testFiles(ROOT.resolve(module))) {
                if (!file.endsWith("ExactnessTest.java")) {
                    cited(read(file), tests);
                }
            }
        }
        return tests;
    }

    private static List<Path> testFiles(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> ROOT.relativize(file).toString().contains("src/test/"))
                    .toList();
        }
    }

    /** A comment speaks of the test, or the class, that follows it. */
    private static void cited(String text, Map<Integer, SortedSet<String>> tests) {
        String code = text.replaceAll("\\n\\s*\\*(?!/)", " ");
        String ofClass = CITING.matcher(code)
                .results()
                .map(result -> result.group(2))
                .filter(name -> name != null)
                .findFirst()
                .orElse("");
        for (MatchResult citation : CITATION.matcher(code).results().toList()) {
            Matcher next = CITING.matcher(code);
            if (next.find(citation.end())) {
                String method = next.group(1) == null ? "" : "." + next.group(1);
                for (int rule : numbers(citation.group(1))) {
                    tests.computeIfAbsent(rule, any -> new TreeSet<>()).add("`" + ofClass + method + "`");
                }
            }
        }
    }

    private static List<Integer> numbers(String text) {
        return NUMBERS.matcher(text)
                .results()
                .flatMap(result -> {
                    int first = Integer.parseInt(result.group(1));
                    int last = result.group(2) == null ? first : Integer.parseInt(result.group(2));
                    return Stream.iterate(first, rule -> rule <= last, rule -> rule + 1);
                })
                .collect(Collectors.toList());
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
