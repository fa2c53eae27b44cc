package io.millrace.daemon;

import io.millrace.daemon.terminal.LogFormat;
import io.millrace.daemon.terminal.LogLevel;
import io.millrace.daemon.terminal.Logs;
import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Json;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: what all commands have in common. Confined to one thread. */
@Command(
        name = "millrace",
        description =
                "Copies MySQL, MariaDB or PostgreSQL into PostgreSQL, MySQL, MariaDB or files, and keeps it equal:"
                        + " structure, all rows, then every change, in real time.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = false)
public final class Millrace implements Callable<Integer> {
    private static final List<String> COMMANDS = List.of(
            "run", "check", "plan", "verify", "reload", "remove", "dirty", "dump", "schema", "version", "demo", "help",
            "server", "task", "init");

    private final Context context;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Results and errors as JSON.")
    private boolean isJson;

    @Option(
            names = "--log-format",
            scope = ScopeType.INHERIT,
            defaultValue = "text",
            paramLabel = "FORMAT",
            description = "Log lines on standard error as text or json; default: ${DEFAULT-VALUE}.")
    private LogFormat logFormat;

    @Option(
            names = "--log-level",
            scope = ScopeType.INHERIT,
            defaultValue = "info",
            paramLabel = "LEVEL",
            description = "error, warn, info or debug; default: ${DEFAULT-VALUE}.")
    private LogLevel logLevel;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "This help.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean isHelpWanted;

    public Millrace(Context context) {
        this.context = context;
    }

    /** Runs a command and returns the process's exit code. */
    public int run(String... arguments) {
        CommandLine line = commandLine(this, needed(arguments));
        // A wrong argument may stand before --json has been read.
        boolean isJsonWanted = Arrays.asList(arguments).contains("--json");
        line.setParameterExceptionHandler(
                (e, args) -> fail(new MillraceException(ErrorCode.USAGE, e.getMessage()), isJsonWanted));
        line.setExecutionStrategy(this::execute);
        line.setExecutionExceptionHandler((e, command, result) -> fail(e, isJson));
        return line.execute(arguments);
    }

    static CommandLine commandLine(Context context) {
        return commandLine(new Millrace(context), COMMANDS);
    }

    static CommandLine commandLine(Millrace millrace, List<String> commands) {
        CommandLine line = new CommandLine(millrace);
        for (String name : commands) {
            line.addSubcommand(name, command(name, millrace));
        }
        return line;
    }

    /** Where a command stands first, that one alone: to look at all of them took a third of a short one's processor time. */
    static List<String> needed(String... arguments) {
        boolean isNamed = arguments.length > 0 && COMMANDS.contains(arguments[0]) && !arguments[0].equals("help");
        return isNamed ? List.of(arguments[0]) : COMMANDS;
    }

    private static Object command(String name, Millrace millrace) {
        return switch (name) {
            case "run" -> new RunCommand(millrace);
            case "check" -> new CheckCommand(millrace);
            case "plan" -> new PlanCommand(millrace);
            case "verify" -> new VerifyCommand(millrace);
            case "reload" -> new ReloadCommand(millrace);
            case "remove" -> new RemoveCommand(millrace);
            case "dirty" -> new DirtyCommand(millrace);
            case "dump" -> new DumpCommand(millrace);
            case "schema" -> new SchemaCommand(millrace);
            case "version" -> new VersionCommand(millrace);
            case "demo" -> new DemoCommand();
            case "help" -> new HelpCommand(millrace);
            default -> new LaterCommand(name);
        };
    }

    private int execute(CommandLine.ParseResult result) {
        Logs.configure(terminal(), logFormat, logLevel);
        return new CommandLine.RunLast().execute(result);
    }

    private int fail(Exception e, boolean isJsonWanted) {
        MillraceException known = e instanceof MillraceException millrace
                ? millrace
                : new MillraceException(
                        ErrorCode.INVARIANT,
                        "unexpected error: class=" + e.getClass().getName(),
                        e);
        terminal().error(known, isJsonWanted);
        return known.code().exitCode();
    }

    @Override
    public Integer call() {
        throw new MillraceException(ErrorCode.USAGE, "no command is given");
    }

    static String version() {
        String version = Millrace.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    Context context() {
        return context;
    }

    Terminal terminal() {
        return context.terminal();
    }

    boolean isJson() {
        return isJson;
    }

    /** Prints a JSON object as the command's result. */
    void result(Object json) {
        terminal().result(Json.write(json));
    }
}
