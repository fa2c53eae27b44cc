package io.millrace.e2e.rates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the command line of {@link RateBench} asks for. */
record Arguments(
        String workload,
        int rows,
        int rounds,
        Optional<Path> results,
        boolean hasPeer,
        List<String> peerOptions,
        String taskLines,
        List<String> jvmOptions) {
    private static final String USAGE =
            "usage: [--workload reference|oltp] [--rows N] [--rounds N] [--results FILE] [--peer]"
                    + " [--peer-option JVM-FLAG|NAME=VALUE]…"
                    + " [--task-line YAML]… [--jvm OPTION]…";

    static Arguments of(String... words) {
        String workload = "reference";
        int rows = 1_000_000;
        int rounds = 3;
        Optional<Path> results = Optional.empty();
        boolean hasPeer = false;
        List<String> peerOptions = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        List<String> jvmOptions = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmn24m", "-Xmx256m"));
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--workload" -> workload = words[++i];
                case "--rows" -> rows = Integer.parseInt(words[++i]);
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--results" -> results = Optional.of(Path.of(words[++i]));
                case "--task-line" -> lines.add(words[++i]);
                case "--jvm" -> jvmOptions.add(words[++i]);
                case "--peer" -> hasPeer = true;
                case "--peer-option" -> peerOptions.add(words[++i]);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (!workload.equals("reference") && !workload.equals("oltp")) {
            throw new IllegalArgumentException(USAGE);
        }
        return new Arguments(
                workload, rows, rounds, results, hasPeer, peerOptions, String.join("\n", lines), jvmOptions);
    }

    boolean isOltp() {
        return workload.equals("oltp");
    }

    void append(String line) throws IOException {
        if (results.isPresent()) {
            Files.writeString(results.get(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
