package io.millrace.e2e.rates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line of {@link LatencyBench} asks for.
 *
 * @param rate rows per second, in all
 * @param transaction rows of each
 * @param writers connections that write
 */
record LatencyArguments(
        String source,
        int seconds,
        int rate,
        int transaction,
        int writers,
        Optional<Path> results,
        List<String> jvmOptions) {
    private static final String USAGE = "usage: [--source mysql|postgres] [--seconds N] [--rate N] [--transaction N]"
            + " [--writers N] [--results FILE] [--jvm OPTION]…";

    static LatencyArguments of(String... words) {
        String source = "mysql";
        int seconds = 600;
        int rate = 10_000;
        int transaction = 10;
        int writers = 2;
        Optional<Path> results = Optional.empty();
        List<String> jvmOptions = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmn24m", "-Xmx256m"));
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--source" -> source = words[++i];
                case "--seconds" -> seconds = Integer.parseInt(words[++i]);
                case "--rate" -> rate = Integer.parseInt(words[++i]);
                case "--transaction" -> transaction = Integer.parseInt(words[++i]);
                case "--writers" -> writers = Integer.parseInt(words[++i]);
                case "--results" -> results = Optional.of(Path.of(words[++i]));
                case "--jvm" -> jvmOptions.add(words[++i]);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (!Set.of("mysql", "postgres").contains(source)) {
            throw new IllegalArgumentException(USAGE);
        }
        return new LatencyArguments(source, seconds, rate, transaction, writers, results, jvmOptions);
    }

    SourceSide openSource() {
        return source.equals("mysql") ? new MySqlSource() : new PostgresSource();
    }

    void append(String line) throws IOException {
        if (results.isPresent()) {
            Files.writeString(results.get(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
