package io.millrace.writer.sql;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what was found about one subject after the other. Confined to one thread. */
public final class Findings {
    private final List<Finding> list = new ArrayList<>();

    public void error(ErrorCode code, String subject, String message, String fix) {
        list.add(new Finding(Severity.ERROR, code, subject, message, fix));
    }

    public void warning(ErrorCode code, String subject, String message, String fix) {
        list.add(new Finding(Severity.WARNING, code, subject, message, fix));
    }

    public void addAll(List<Finding> others) {
        list.addAll(others);
    }

    public List<Finding> list() {
        return List.copyOf(list);
    }
}
