package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what a task left, and removes what is named. */
@Command(name = "remove", description = "Lists what the task left at the target and here, and removes what is named.")
final class RemoveCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("unused")
    private TaskArguments arguments;

    RemoveCommand(Millrace millrace) {}

    @Override
    public Integer call() {
        throw new MillraceException(ErrorCode.NOT_SUPPORTED_YET, "not built yet: command=remove");
    }
}
