package io.millrace.daemon;

import io.millrace.task.TaskSpec;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a task's change log lives, and the argument that says so. Confined to one thread. */
final class DataDirectory {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where the change log lives; default: ./millrace-data/<task>.")
    private Path given;

    Path of(Context context, TaskSpec task) {
        Path path = given == null ? Path.of("millrace-data", task.name()) : given;
        return context.directory().resolve(path).normalize();
    }
}
