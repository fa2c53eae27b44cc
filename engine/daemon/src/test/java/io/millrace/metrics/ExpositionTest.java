package io.millrace.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    @Test
    void shouldKeepSamplesOfAMetricTogetherWhateverTheOrder() {
        Exposition out = new Exposition();
        out.add(Metric.LAG, 1.5, "b");
        out.add(Metric.APPLIED, 9_007_199_254_740_993L, "a");
        out.add(Metric.LAG, Double.POSITIVE_INFINITY, "a");

        assertEquals("""
                # HELP millrace_changes_applied_total of them at the target
                # TYPE millrace_changes_applied_total counter
                millrace_changes_applied_total{task="a"} 9007199254740993
                # HELP millrace_lag_seconds age of the oldest source commit not yet at the target, by the source's clock; 0 when nothing waits
                # TYPE millrace_lag_seconds gauge
                millrace_lag_seconds{task="b"} 1.5
                millrace_lag_seconds{task="a"} +Inf
                """, out.text());
        assertEquals(1.5, Scrape.parse(out.text()).value("millrace_lag_seconds{task=b}"));
    }

    @Test
    void shouldEscapeLabels() {
        Exposition out = new Exposition();
        String odd = "a\"b\\c\nd{e},f=\"ü";
        out.add(Metric.LAG, 1, odd);

        assertTrue(out.text().contains("{task=\"a\\\"b\\\\c\\nd{e},f=\\\"ü\"} 1\n"), out.text());
        assertEquals(1, Scrape.parse(out.text()).value("millrace_lag_seconds{task=" + odd + "}"));
    }

    @Test
    void shouldRefuseWhenLabelsAreMissing() {
        Exposition out = new Exposition();
        assertThrows(IllegalArgumentException.class, () -> out.add(Metric.LAG, 1));
    }

    /** Prometheus' conventions: base units in the name, {@code _total} on what only grows and on nothing else. */
    @Test
    void shouldNameMetricsByTheConventions() {
        List<String> names =
                Arrays.stream(Metric.values()).map(Metric::metricName).toList();
        assertEquals(names.size(), names.stream().distinct().count());
        for (Metric metric : Metric.values()) {
            String name = metric.metricName();
            assertTrue(name.matches("(millrace|process|jvm)_[a-z_]+"), name);
            assertEquals(metric.type().equals("counter"), name.endsWith("_total"), name);
            assertTrue(!name.matches(".*_(ms|millis|micros|kb|mb|percent)(_.*)?"), name);
            metric.labels().forEach(label -> assertTrue(label.matches("[a-z]+"), name + " " + label));
        }
    }
}
