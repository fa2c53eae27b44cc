package io.millrace.task.yaml;

import java.nio.file.Path;
import java.util.Optional;

/** Where secrets come from. The program around this library decides; the library reads neither environment nor files. */
public interface SecretResolver {
    /** The value of an environment variable; empty where there is none. */
    Optional<String> environment(String name);

    /** The content of a file without the line's end behind it; empty where it cannot be read. */
    Optional<String> file(Path path);
}
