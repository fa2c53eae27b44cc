package io.millrace.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One scrape in Prometheus' text format, version 0.0.4: samples may come in any order; those of one metric are written together,
 * behind its {@code # HELP} and {@code # TYPE}. Confined to one thread.
 */
final class Exposition {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<Metric, StringBuilder> samples = new EnumMap<>(Metric.class);

    /** A whole number, exactly. */
    void add(Metric metric, long value, String... labels) {
        line(metric, Long.toString(value), labels);
    }

    void add(Metric metric, double value, String... labels) {
        line(metric, number(value), labels);
    }

    void add(Metric metric, boolean isSo, String... labels) {
        line(metric, isSo ? "1" : "0", labels);
    }

    private void line(Metric metric, String value, String... labels) {
        List<String> names = metric.labels();
        if (names.size() != labels.length) {
            throw new IllegalArgumentException(
                    "labels differ: metric=" + metric.metricName() + ", need=" + names + ", got=" + labels.length);
        }
        StringBuilder out = samples.computeIfAbsent(metric, key -> new StringBuilder());
        out.append(metric.metricName());
        for (int i = 0; i < labels.length; i++) {
            out.append(i == 0 ? '{' : ',').append(names.get(i)).append("=\"");
            escape(labels[i], true, out);
            out.append('"');
        }
        out.append(labels.length > 0 ? "} " : " ").append(value).append('\n');
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
    }

    private static void escape(String text, boolean isLabel, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '"' -> out.append(isLabel ? "\\\"" : "\"");
                default -> out.append(c);
            }
        }
    }

    String text() {
        StringBuilder out = new StringBuilder();
        samples.forEach((metric, lines) -> {
            out.append("# HELP ").append(metric.metricName()).append(' ');
            escape(metric.meaning(), false, out);
            out.append("\n# TYPE ")
                    .append(metric.metricName())
                    .append(' ')
                    .append(metric.type())
                    .append('\n')
                    .append(lines);
        });
        return out.toString();
    }
}
