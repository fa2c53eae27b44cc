package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command has of the process around it.
 *
 * @param environment the process's variables
 * @param directory from which relative paths start
 */
record Context(Terminal terminal, Map<String, String> environment, Path directory) {
    Context {
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return "Context[directory=" + directory + "]";
    }
}
