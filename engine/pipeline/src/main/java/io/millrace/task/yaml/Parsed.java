package io.millrace.task.yaml;

import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.error.MillraceException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of a file: a value if nothing is wrong with it, and every finding, in the order of the file. The subject of a
 * finding is {@code file:line:column}.
 *
 * @param value absent where a finding is an error
 */
public record Parsed<T>(Optional<T> value, List<Finding> findings) {
    public Parsed {
        findings = List.copyOf(findings);
    }

    public static <T> Parsed<T> of(Findings findings, T value) {
        return new Parsed<>(findings.hasErrors() ? Optional.empty() : Optional.of(value), findings.inOrder());
    }

    public static <T> Parsed<T> failed(Findings findings) {
        return new Parsed<>(Optional.empty(), findings.inOrder());
    }

    /**
     * The value.
     *
     * @throws MillraceException with the first error's code and all errors in its message, a line each
     */
    public T orThrow() {
        return value.orElseThrow(() -> {
            List<Finding> errors = findings.stream()
                    .filter(f -> f.severity() == Severity.ERROR)
                    .toList();
            return new MillraceException(
                    errors.get(0).code(),
                    errors.stream().map(f -> f.subject() + ": " + f.message()).collect(Collectors.joining("\n")));
        });
    }
}
