package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** A command that is announced and not built yet: refused by name. */
@Command(hidden = true)
final class LaterCommand implements Callable<Integer> {
    private final String name;

    @Unmatched
    private List<String> ignored;

    LaterCommand(String name) {
        this.name = name;
    }

    @Override
    public Integer call() {
        throw new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "not built yet: command=" + name);
    }
}
