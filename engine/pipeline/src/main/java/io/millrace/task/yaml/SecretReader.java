package io.millrace.task.yaml;

import io.millrace.datasource.Secret;
import io.millrace.error.ErrorCode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a secret: a reference <code>${env:NAME}</code> or <code>${file:/path}</code>, or a literal, which is warned about.
 * Confined to one thread. Its messages never hold the value.
 */
public final class SecretReader {
    private final SecretResolver resolver;
    private final Path directory;
    private final Findings findings;

    /** @param directory from which relative paths start */
    public SecretReader(SecretResolver resolver, Path directory, Findings findings) {
        this.resolver = resolver;
        this.directory = directory;
        this.findings = findings;
    }

    /** The secret; NONE where it cannot be had, which is then a finding. */
    public Secret read(YamlNode.Scalar value, String key) {
        String text = value.text();
        if (!text.startsWith("${") || !text.endsWith("}")) {
            findings.warning(value, ErrorCode.LITERAL_SECRET, "literal password: key=" + key);
            return Secret.of(text.startsWith("$${") ? text.substring(1) : text);
        }
        String reference = text.substring(2, text.length() - 1);
        int colon = reference.indexOf(':');
        String kind = colon < 0 ? reference : reference.substring(0, colon);
        String name = reference.substring(colon + 1);
        switch (kind) {
            case "env" -> {
                return resolved(value, resolver.environment(name), key + ", env=" + name);
            }
            case "file" -> {
                return resolved(value, file(name), key + ", file=" + name);
            }
            default -> {
                findings.error(
                        value,
                        ErrorCode.INVALID_VALUE,
                        "unknown reference: expected=${env:NAME} or ${file:/path}, key=" + key);
                return Secret.NONE;
            }
        }
    }

    private Optional<String> file(String name) {
        try {
            return resolver.file(directory.resolve(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private Secret resolved(YamlNode at, Optional<String> secret, String where) {
        if (secret.isEmpty()) {
            findings.error(at, ErrorCode.SECRET_UNREADABLE, "secret cannot be read: key=" + where);
        }
        return secret.map(Secret::of).orElse(Secret.NONE);
    }
}
