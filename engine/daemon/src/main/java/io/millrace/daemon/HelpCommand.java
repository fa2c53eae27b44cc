package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what commands there are, or how one is used. */
@Command(name = "help", description = "Prints the commands, or one command's arguments.")
final class HelpCommand implements Callable<Integer> {
    private final Millrace millrace;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Which one.")
    private String command;

    HelpCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        CommandLine all = spec.parent().commandLine();
        CommandLine wanted = command == null ? all : all.getSubcommands().get(command);
        if (wanted == null) {
            throw new MillraceException(ErrorCode.USAGE, "no such command: command=" + command);
        }
        millrace.terminal().result(wanted.getUsageMessage().stripTrailing());
        return 0;
    }
}
