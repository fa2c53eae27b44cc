package io.millrace.e2e.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where and when a result was measured: the last members of each line of {@code bench/results/*.ndjson}. */
public final class RunOrigin {
    private RunOrigin() {}

    /** Members of a JSON object: cores, JVM, commit, time. */
    public static String json() {
        return "\"cores\": " + Runtime.getRuntime().availableProcessors() + ", \"jvm\": \"" + Runtime.version()
                + "\", \"commit\": \"" + commit() + "\", \"at\": \""
                + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + "\"";
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty").start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException noGit) {
            return "unknown";
        }
    }
}
