package io.millrace.daemon;

import io.millrace.task.yaml.SecretResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Secrets from this process's environment and files. Immutable. */
record ProcessSecrets(Map<String, String> variables) implements SecretResolver {
    ProcessSecrets {
        variables = Map.copyOf(variables);
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public Optional<String> file(Path path) {
        try {
            String content = Files.readString(path, StandardCharsets.UTF_8);
            return Optional.of(
                    content.endsWith("\r\n")
                            ? content.substring(0, content.length() - 2)
                            : content.endsWith("\n") ? content.substring(0, content.length() - 1) : content);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "ProcessSecrets[" + variables.size() + " variables]";
    }
}
