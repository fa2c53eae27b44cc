package io.millrace.task;

import java.util.Locale;

/** How much an alert matters. */
public enum AlertSeverity {
    INFO,
    WARNING,
    CRITICAL;

    /** As task files and metrics have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
