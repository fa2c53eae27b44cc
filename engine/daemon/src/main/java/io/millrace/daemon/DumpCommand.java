package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.LogDump;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Readable dumps of files, for who looks into a problem. */
@Command(name = "dump", description = "Prints a change log or a binlog file in readable form.")
final class DumpCommand implements java.util.concurrent.Callable<Integer> {
    private final Millrace millrace;

    DumpCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        throw new MillraceException(ErrorCode.USAGE, "dump what: expected=log or binlog");
    }

    @Command(name = "log", description = "Prints a task's change log: its files, documents and frames, dead ones too.")
    int log(
            @Parameters(paramLabel = "PATH", description = "A task's data directory, or the log in it.") Path path,
            @Option(
                            names = "--values",
                            description = "Prints the values of rows, too: they lie in the log as the source has them.")
                    boolean areValuesWanted) {
        Path given = millrace.context().directory().resolve(path);
        Path inside = given.resolve("log");
        Path log = Files.isDirectory(inside) ? inside : given;
        if (!Files.isDirectory(log)) {
            throw new MillraceException(ErrorCode.TASK_FILE_UNREADABLE, "no such directory: path=" + path);
        }
        boolean isWhole = new LogDump(millrace.terminal().results(), areValuesWanted).print(log);
        return isWhole ? 0 : ErrorCode.LOG_DAMAGED.exitCode();
    }

    @Command(name = "binlog", description = "Prints a binlog file: its events with their positions.")
    int binlog(@Parameters(paramLabel = "PATH", description = "A binlog file.") Path path) {
        throw new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "not built yet: command=dump binlog, path=" + path);
    }
}
