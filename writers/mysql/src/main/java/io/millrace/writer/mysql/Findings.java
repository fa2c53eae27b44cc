package io.millrace.writer.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what was found about one subject after the other. Confined to one thread. */
final class Findings {
    private final List<Finding> list = new ArrayList<>();

    void error(ErrorCode code, String subject, String message, String fix) {
        list.add(new Finding(Severity.ERROR, code, subject, message, fix));
    }

    void warning(ErrorCode code, String subject, String message, String fix) {
        list.add(new Finding(Severity.WARNING, code, subject, message, fix));
    }

    void addAll(List<Finding> others) {
        list.addAll(others);
    }

    List<Finding> list() {
        return List.copyOf(list);
    }
}
