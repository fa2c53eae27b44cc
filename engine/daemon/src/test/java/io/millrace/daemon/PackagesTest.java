package io.millrace.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages know each other in one direction: none is reached from what it imports itself, in links of comments neither. */
class PackagesTest {
    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Pattern PACKAGE = Pattern.compile("^package (.*);", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?(io\\.millrace(?:\\.[a-z0-9]+)*)\\.[A-Z]", Pattern.MULTILINE);

    @Test
    void shouldKnowEachOtherInOneDirection() throws IOException {
        Map<String, Set<String>> known = new TreeMap<>();
        for (String module : List.of("engine", "readers", "writers", "wal", "bench")) {
            for (Path file : sources(ROOT.resolve(module))) {
                read(Files.readString(file, StandardCharsets.UTF_8), known);
            }
        }
        assertTrue(known.get("io.millrace.lane").contains("io.millrace.wal"), "lanes read the log");
        Set<String> circles = new TreeSet<>();
        known.forEach((name, others) -> others.stream()
                .filter(other -> reached(other, known).contains(name))
                .forEach(other -> circles.add(name + " -> " + other)));
        assertEquals(new TreeSet<>(), circles);
    }

    private static List<Path> sources(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> ROOT.relativize(file).toString().contains("src/main/"))
                    .toList();
        }
    }

    private static void read(String text, Map<String, Set<String>> known) {
        Matcher name = PACKAGE.matcher(text);
        assertTrue(name.find());
        Set<String> others = known.computeIfAbsent(name.group(1), any -> new TreeSet<>());
        IMPORT.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(other -> !other.equals(name.group(1)))
                .forEach(others::add);
    }

    private static Set<String> reached(String from, Map<String, Set<String>> known) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(from));
        while (!next.isEmpty()) {
            String name = next.pop();
            if (reached.add(name)) {
                next.addAll(known.getOrDefault(name, Set.of()));
            }
        }
        return reached;
    }
}
