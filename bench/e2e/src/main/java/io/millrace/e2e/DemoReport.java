package io.millrace.e2e;

import io.millrace.daemon.text.Json;
import io.millrace.verify.Comparison;
import io.millrace.verify.TableComparison;
import java.util.Map;

/** What the demo measured. Confined to one thread. */
final class DemoReport {
    String source = "";
    String target = "";
    long shopRows;
    long loadedRows;
    double loadSeconds;
    long changes;
    double changeSeconds;
    long transactions;
    double latencyP50Millis;
    double latencyP99Millis;
    long markers;
    double catchUpSeconds;
    double compareSeconds;
    double seconds;
    Comparison comparison;

    boolean isEqual() {
        return comparison != null && comparison.isEqual();
    }

    static double perSecond(long count, double seconds) {
        return seconds <= 0 ? 0 : Math.round(count * 10 / seconds) / 10.0;
    }

    Map<String, Object> json() {
        Map<String, Object> json = Json.object();
        json.put("equal", isEqual());
        json.put("source", source);
        json.put("target", target);
        json.put("shop_rows", shopRows);
        json.put("loaded_rows", loadedRows);
        json.put("load_seconds", loadSeconds);
        json.put("load_rows_per_s", perSecond(loadedRows, loadSeconds));
        json.put("source_transactions", transactions);
        json.put("changes_applied", changes);
        json.put("change_seconds", changeSeconds);
        json.put("changes_per_s", perSecond(changes, changeSeconds));
        json.put("latency_p50_ms", latencyP50Millis);
        json.put("latency_p99_ms", latencyP99Millis);
        json.put("latency_samples", markers);
        json.put("catch_up_seconds", catchUpSeconds);
        json.put("compared_rows", comparison == null ? 0 : comparison.rows());
        json.put("compare_seconds", compareSeconds);
        json.put("differences", comparison == null ? null : comparison.differences());
        json.put(
                "tables",
                comparison == null
                        ? null
                        : comparison.tables().stream().map(DemoReport::json).toList());
        json.put("seconds", seconds);
        return json;
    }

    private static Map<String, Object> json(TableComparison table) {
        Map<String, Object> json = Json.object();
        json.put("table", table.source());
        json.put("rows", table.sourceRows());
        json.put("equal", table.isEqual());
        json.put("missing", table.missing());
        json.put("extra", table.extra());
        json.put("different", table.different());
        json.put("problem", table.problem().isEmpty() ? null : table.problem());
        return json;
    }
}
