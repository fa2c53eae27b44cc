package io.millrace.e2e.rates;

import io.millrace.e2e.session.MillraceCommand;
import io.millrace.e2e.session.ResultFile;
import java.util.ArrayList;
import java.util.List;
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
        ResultFile results,
        boolean isKept,
        List<String> jvmOptions) {
    private static final String USAGE = "usage: [--source mysql|postgres] [--seconds N] [--rate N] [--transaction N]"
            + " [--writers N] [--results FILE] [--keep] [--jvm OPTION]…";

    static LatencyArguments of(String... words) {
        String source = "mysql";
        int seconds = 600;
        int rate = 10_000;
        int transaction = 10;
        int writers = 2;
        ResultFile results = ResultFile.NONE;
        boolean isKept = false;
        List<String> jvmOptions = new ArrayList<>(MillraceCommand.JVM);
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--source" -> source = words[++i];
                case "--seconds" -> seconds = Integer.parseInt(words[++i]);
                case "--rate" -> rate = Integer.parseInt(words[++i]);
                case "--transaction" -> transaction = Integer.parseInt(words[++i]);
                case "--writers" -> writers = Integer.parseInt(words[++i]);
                case "--results" -> results = ResultFile.of(words[++i]);
                case "--keep" -> isKept = true;
                case "--jvm" -> jvmOptions.add(words[++i]);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (!Set.of("mysql", "postgres").contains(source)) {
            throw new IllegalArgumentException(USAGE);
        }
        return new LatencyArguments(source, seconds, rate, transaction, writers, results, isKept, jvmOptions);
    }

    SourceSide openSource() {
        return source.equals("mysql") ? new MySqlSource() : new PostgresSource();
    }
}
