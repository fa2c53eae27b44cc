package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what a check finds. Confined to one thread. */
final class Findings {
    private final List<Finding> found = new ArrayList<>();

    void error(ErrorCode code, String subject, String message, String fix) {
        found.add(new Finding(Severity.ERROR, code, subject, message, fix));
    }

    void warning(ErrorCode code, String subject, String message, String fix) {
        found.add(new Finding(Severity.WARNING, code, subject, message, fix));
    }

    void info(ErrorCode code, String subject, String message, String fix) {
        found.add(new Finding(Severity.INFO, code, subject, message, fix));
    }

    List<Finding> list() {
        return List.copyOf(found);
    }
}
