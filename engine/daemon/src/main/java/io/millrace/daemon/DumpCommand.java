package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.FileDump;
import io.millrace.wal.mapped.LogDump;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Readable dumps of files, for who looks into a problem. */
@Command(
        name = "dump",
        description = "Prints a change log, a binlog file or captured pgoutput messages in readable form.")
final class DumpCommand implements Callable<Integer> {
    private final Millrace millrace;

    DumpCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        throw new MillraceException(ErrorCode.USAGE, "dump what: expected=log, binlog or pgoutput");
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

    @Command(name = "binlog", description = "Prints a binlog file: its events with their positions, no values.")
    int binlog(@Parameters(paramLabel = "PATH", description = "A binlog file; - for standard input.") Path path) {
        return print("binlog", path);
    }

    @Command(
            name = "pgoutput",
            description =
                    "Prints what pg_recvlogical captured of pgoutput: its messages with their offsets, no values.")
    int pgoutput(@Parameters(paramLabel = "PATH", description = "A capture; - for standard input.") Path path) {
        return print("pgoutput", path);
    }

    private int print(String kind, Path path) {
        Path file = millrace.context().directory().resolve(path);
        boolean isStandardInput = path.toString().equals("-");
        try (InputStream in = new BufferedInputStream(isStandardInput ? System.in : Files.newInputStream(file))) {
            dump(kind)
                    .print(
                            in,
                            String.valueOf(file.getFileName()),
                            millrace.terminal().results());
            return 0;
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.TASK_FILE_UNREADABLE,
                    "file cannot be read: file=" + path + ", reason="
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static FileDump dump(String kind) {
        for (FileDump dump : ServiceLoader.load(FileDump.class)) {
            if (dump.kind().equals(kind)) {
                return dump;
            }
        }
        throw new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "no reader prints such files: kind=" + kind);
    }
}
