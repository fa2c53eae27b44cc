package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Readable dumps of files. */
@Command(name = "dump", description = "Prints a change log or a binlog file in readable form.")
final class DumpCommand implements Callable<Integer> {
    @Unmatched
    private List<String> ignored;

    DumpCommand(Millrace millrace) {}

    @Override
    public Integer call() {
        throw new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "not built yet: command=dump");
    }
}
