package io.millrace.daemon;

import io.millrace.daemon.text.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints versions. */
@Command(name = "version", description = "Prints the versions of this program and of its Java.")
final class VersionCommand implements Callable<Integer> {
    private final Millrace millrace;

    VersionCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        String shown = Millrace.version();
        String java = Runtime.version().toString();
        if (millrace.isJson()) {
            Map<String, Object> versions = Json.object();
            versions.put("millrace", shown);
            versions.put("java", java);
            millrace.result(versions);
        } else {
            millrace.terminal().result("millrace " + shown);
            millrace.terminal().result("java " + java);
        }
        return 0;
    }
}
