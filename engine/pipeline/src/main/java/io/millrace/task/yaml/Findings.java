package io.millrace.task.yaml;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers all that is wrong with a file, each with its place. Confined to one thread. */
public final class Findings {
    private final String file;
    private final List<Placed> placed = new ArrayList<>();

    private record Placed(int line, int column, Finding finding) {}

    public Findings(String file) {
        this.file = file;
    }

    public void error(YamlNode at, ErrorCode code, String message) {
        error(at.line(), at.column(), code, message);
    }

    public void error(int line, int column, ErrorCode code, String message) {
        add(Severity.ERROR, line, column, code, message);
    }

    void warning(YamlNode at, ErrorCode code, String message) {
        add(Severity.WARNING, at.line(), at.column(), code, message);
    }

    private void add(Severity severity, int line, int column, ErrorCode code, String message) {
        String subject = file + ":" + line + ":" + column;
        placed.add(new Placed(line, column, new Finding(severity, code, subject, message, code.advice())));
    }

    public boolean hasErrors() {
        return placed.stream().anyMatch(each -> each.finding().severity() == Severity.ERROR);
    }

    /** In the order of the file. */
    List<Finding> inOrder() {
        return placed.stream()
                .sorted(Comparator.comparingInt(Placed::line).thenComparingInt(Placed::column))
                .map(Placed::finding)
                .toList();
    }
}
