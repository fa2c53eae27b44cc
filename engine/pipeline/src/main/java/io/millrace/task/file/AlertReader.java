package io.millrace.task.file;

import io.millrace.task.AlertMetric;
import io.millrace.task.AlertSeverity;
import io.millrace.task.AlertSpec;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code alerts}. Stateless. */
final class AlertReader {
    private static final double MILLIS = 1e3;

    private AlertReader() {}

    static List<AlertSpec> read(Section top) {
        List<AlertSpec> alerts = new ArrayList<>();
        for (Section section : top.sections("alerts")) {
            Optional<AlertMetric> metric =
                    section.choice("metric").map(text -> AlertMetric.valueOf(text.toUpperCase(Locale.ROOT)));
            Duration lasting = section.time("for", Duration.ZERO).orElse(Duration.ZERO);
            AlertSeverity severity = section.choice("severity")
                    .map(text -> AlertSeverity.valueOf(text.toUpperCase(Locale.ROOT)))
                    .orElse(AlertSeverity.WARNING);
            Optional<String> written = section.text("above");
            Optional<Double> above = metric.flatMap(each -> section.parsed("above", text -> limit(each, text)));
            if (above.isPresent()) {
                alerts.add(new AlertSpec(metric.orElseThrow(), above.get(), written.orElseThrow(), lasting, severity));
            }
        }
        return alerts;
    }

    private static double limit(AlertMetric metric, String text) {
        return switch (metric.unit()) {
            case TIME -> Units.time(text).toMillis() / MILLIS;
            case SIZE -> Units.size(text);
            case COUNT -> {
                if (!text.matches("[0-9]{1,15}")) {
                    throw new IllegalArgumentException("not a whole number: metric=" + metric.text());
                }
                yield Long.parseLong(text);
            }
        };
    }
}
