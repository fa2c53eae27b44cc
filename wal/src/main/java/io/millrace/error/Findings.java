package io.millrace.error;

import io.millrace.error.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what a check finds, one subject after the other. Confined to one thread. */
public final class Findings {
    private final List<Finding> found = new ArrayList<>();

    public void error(ErrorCode code, String subject, String message, String fix) {
        found.add(new Finding(Severity.ERROR, code, subject, message, fix));
    }

    public void warning(ErrorCode code, String subject, String message, String fix) {
        found.add(new Finding(Severity.WARNING, code, subject, message, fix));
    }

    public void info(ErrorCode code, String subject, String message, String fix) {
        found.add(new Finding(Severity.INFO, code, subject, message, fix));
    }

    public void addAll(List<Finding> others) {
        found.addAll(others);
    }

    public List<Finding> list() {
        return List.copyOf(found);
    }
}
