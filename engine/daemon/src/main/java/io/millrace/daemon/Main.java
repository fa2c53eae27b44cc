package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import java.nio.file.Path;

/** The process: its exit code is the command's. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Context context =
                new Context(Terminal.ofProcess(), System.getenv(), Path.of("").toAbsolutePath());
        System.exit(new Millrace(context).run(arguments));
    }
}
