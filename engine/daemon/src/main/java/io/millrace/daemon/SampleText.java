package io.millrace.daemon;

import io.millrace.daemon.terminal.Terminal;
import io.millrace.daemon.text.Json;
import io.millrace.daemon.text.TextTable;
import io.millrace.pipeline.command.SampledRow;
import io.millrace.pipeline.command.TableSample;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sampled rows for the one who asked for them. Stateless. */
final class SampleText {
    private static final int MOST_SHOWN = 60;

    private SampleText() {}

    static Map<String, Object> json(TableSample sample) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (SampledRow row : sample.rows()) {
            Map<String, Object> json = Json.object();
            json.put("before", row.before());
            json.put("after", row.after());
            rows.add(json);
        }
        Map<String, Object> json = Json.object();
        json.put("table", sample.table());
        json.put("rows", rows);
        return json;
    }

    static void show(TableSample sample, Terminal terminal) {
        int number = 0;
        for (SampledRow row : sample.rows()) {
            terminal.result(
                    sample.table() + ", row " + ++number + (row.after().isEmpty() ? ", left out by a filter" : ""));
            TextTable values = new TextTable("  column", "before", "after");
            Map<String, Object> after = row.after().orElse(Map.of());
            Set<String> names = new LinkedHashSet<>(row.before().keySet());
            names.addAll(after.keySet());
            for (String name : names) {
                values.add("  " + name, cell(row.before(), name), cell(after, name));
            }
            values.lines().forEach(terminal::result);
            terminal.result("");
        }
    }

    /** Empty where there is no such column; a long value is cut, and whole in JSON. */
    private static String cell(Map<String, Object> values, String name) {
        if (!values.containsKey(name)) {
            return "";
        }
        Object value = values.get(name);
        String text = value == null ? "NULL" : value.toString().replaceAll("\\p{Cntrl}", "?");
        return text.codePointCount(0, text.length()) <= MOST_SHOWN
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_SHOWN - 1)) + "…";
    }
}
