package io.millrace.daemon;

import io.millrace.task.TaskSpec;
import java.nio.file.Path;

/** Where a task's change log lives. */
final class DataDirectory {
    private DataDirectory() {}

    static Path of(Context context, Path given, TaskSpec task) {
        Path path = given == null ? Path.of("millrace-data", task.name()) : given;
        return context.directory().resolve(path).normalize();
    }
}
