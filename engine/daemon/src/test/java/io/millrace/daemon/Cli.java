package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs commands in this JVM, as the process's main method runs them, with the streams in memory: a start of a JVM costs some seconds of
 * processor time, and few tests are about it; those take {@link #child}. Confined to one thread.
 */
final class Cli {
    private final Path directory;
    private final Map<String, String> variables = new HashMap<>();

    Cli(Path directory) {
        this.directory = directory;
    }

    Cli variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** The same command line in JVMs of its own. */
    ChildCli child() {
        return new ChildCli(directory, variables);
    }

    /** Runs a command to its end. What this JVM prints by itself meanwhile, such as a thread's end, is standard error too. */
    CliEnd run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stderr = stream(err);
        PrintStream before = System.err;
        System.setErr(stderr);
        try {
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.putAll(variables);
            Context context = new Context(new Terminal(stream(out), stderr, false), environment, directory);
            int exitCode = new Millrace(context).run(arguments);
            return new CliEnd(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
