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
            paramLabel = "postgres",
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

    /** Refuses what is not built yet or makes no sense. */
    void check() {
        refuse("--target", target, "mysql");
        require(
                Arrays.stream(DemoSource.values()).anyMatch(kind -> kind.type().equals(source)),
                "--source is mariadb, mysql or postgres");
        require(target.equals("postgres"), "--target is postgres");
        require(rows >= 1 && rows <= MOST_ROWS, "--rows is from 1 to " + MOST_ROWS);
        require(seconds >= 1, "--seconds is at least 1");
    }

    private static void refuse(String option, String value, String later) {
        if (value.equals(later)) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET, "not built yet: option=" + option + ", value=" + value);
        }
    }

    private static void require(boolean isSo, String rule) {
        if (!isSo) {
            throw new MillraceException(ErrorCode.USAGE, "wrong option: expected=" + rule);
        }
    }

    DemoSource source() {
        return DemoSource.of(source);
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
