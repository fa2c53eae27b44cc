package io.millrace.e2e;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.servers.ServerUnavailable;
import java.util.Arrays;
import picocli.CommandLine;

/** Starts the demo, and maps how it ends to the exit codes of every command. */
public final class Demo {
    private Demo() {}

    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        Logs.configure(terminal, LogFormat.text, LogLevel.warn);
        System.exit(run(terminal, arguments));
    }

    private static int run(Terminal terminal, String[] arguments) {
        boolean isJson = Arrays.asList(arguments).contains("--json");
        try {
            DemoOptions options = new DemoOptions();
            CommandLine line = new CommandLine(options);
            line.parseArgs(arguments);
            if (line.isUsageHelpRequested()) {
                terminal.result(line.getUsageMessage().stripTrailing());
                return 0;
            }
            options.check();
            return new DemoRun(options, terminal).toEnd() ? 0 : ErrorCode.NOT_EQUAL.exitCode();
        } catch (CommandLine.ParameterException e) {
            return fail(terminal, isJson, new MillraceException(ErrorCode.USAGE, e.getMessage(), e));
        } catch (MillraceException e) {
            return fail(terminal, isJson, e);
        } catch (ServerUnavailable e) {
            terminal.note("the demo's servers cannot run here: " + e.getMessage());
            return ErrorCode.MEMORY.exitCode();
        } catch (Exception e) {
            e.printStackTrace();
            return fail(
                    terminal,
                    isJson,
                    new MillraceException(
                            ErrorCode.INVARIANT,
                            "unexpected error: class=" + e.getClass().getName(),
                            e));
        }
    }

    private static int fail(Terminal terminal, boolean isJson, MillraceException e) {
        terminal.progress("");
        terminal.error(e, isJson);
        return e.code().exitCode();
    }
}
