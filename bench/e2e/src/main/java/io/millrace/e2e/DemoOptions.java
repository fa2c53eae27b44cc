package io.millrace.e2e;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo's arguments. Confined to one thread. */
@Command(
        name = "millrace demo",
        description = "Starts real servers, replicates a shop under load, and compares every row.",
        sortOptions = false)
final class DemoOptions {
    private static final long MOST_ROWS = 100_000_000;

    @Option(
            names = "--source",
            paramLabel = "mariadb|mysql|postgres",
            defaultValue = "mariadb",
            description = "default: ${DEFAULT-VALUE}")
    private String source;

    @Option(
            names = "--target",
            paramLabel = "postgres|mysql|mariadb",
            defaultValue = "postgres",
            description = "default: ${DEFAULT-VALUE}")
    private String target;

    @Option(
            names = "--rows",
            defaultValue = "100000",
            paramLabel = "N",
            description = "Rows that are there at the start; default: ${DEFAULT-VALUE}")
    private long rows;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            paramLabel = "N",
            description = "How long the load goes on after the full load; default: ${DEFAULT-VALUE}")
    private int seconds;

    @Option(names = "--keep", description = "Keeps the servers at the end, until Enter or Ctrl-C.")
    private boolean isKept;

    @Option(names = "--json", description = "Prints one JSON object at the end.")
    private boolean isJson;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This help.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean isHelpWanted;

    /** Refuses what makes no sense. */
    void check() {
        require(
                Arrays.stream(DemoSource.values()).anyMatch(kind -> kind.type().equals(source)),
                "--source is mariadb, mysql or postgres");
        require(
                Arrays.stream(DemoTarget.values()).anyMatch(kind -> kind.type().equals(target)),
                "--target is postgres, mysql or mariadb");
        require(rows >= 1 && rows <= MOST_ROWS, "--rows is from 1 to " + MOST_ROWS);
        require(seconds >= 1, "--seconds is at least 1");
    }

    private static void require(boolean isSo, String rule) {
        if (!isSo) {
            throw new MillraceException(ErrorCode.USAGE, "wrong option: expected=" + rule);
        }
    }

    DemoSource source() {
        return DemoSource.of(source);
    }

    DemoTarget target() {
        return DemoTarget.of(target);
    }

    long rows() {
        return rows;
    }

    int seconds() {
        return seconds;
    }

    boolean isKept() {
        return isKept;
    }

    boolean isJson() {
        return isJson;
    }
}
