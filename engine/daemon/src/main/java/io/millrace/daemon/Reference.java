package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.metrics.Metric;
import io.millrace.task.Variable;
import io.millrace.task.key.DataSourceKeys;
import io.millrace.task.key.TaskKeys;
import io.millrace.task.yaml.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tables of the reference that come from code: keys of files, variables, errors. A test holds the page to them. */
final class Reference {
    private Reference() {}

    static List<String> taskKeys() {
        return keys(TaskKeys.all());
    }

    static List<String> dataSourceKeys() {
        return keys(DataSourceKeys.all());
    }

    private static List<String> keys(List<Key> keys) {
        List<String> lines =
                new ArrayList<>(List.of("| key | value | default | meaning |", "| --- | --- | --- | --- |"));
        keys.stream().map(Reference::line).forEach(lines::add);
        return lines;
    }

    private static String line(Key key) {
        String path = key.path().replace("*.", "");
        if (!key.isBuilt()) {
            return row(code(path), "*not built yet*", "", key.meaning());
        }
        String value = key.values().isEmpty()
                ? key.type().text()
                : key.values().stream().map(Reference::code).collect(Collectors.joining(", "));
        String later = key.laterValues().isEmpty()
                ? ""
                : "; *not built yet:* "
                        + key.laterValues().stream().map(Reference::code).collect(Collectors.joining(", "));
        return row(code(path), value + later, key.isRequired() ? "**required**" : key.defaultText(), key.meaning());
    }

    static List<String> variables() {
        List<String> lines = new ArrayList<>(List.of("| variable | in names |", "| --- | --- |"));
        for (Variable variable : Variable.values()) {
            lines.add(row(code("${" + variable.text() + "}"), variable.isOfNames() ? "yes" : "of a row alone"));
        }
        return lines;
    }

    static List<String> errors() {
        List<String> lines = new ArrayList<>(List.of(
                "| code | name | kind | exit | tried again | advice |", "| --- | --- | --- | --- | --- | --- |"));
        Arrays.stream(ErrorCode.values())
                .map(code -> row(
                        code.label(),
                        code(code.name()),
                        code.kind().name().toLowerCase(Locale.ROOT),
                        Integer.toString(code.exitCode()),
                        switch (code.retry()) {
                            case BACKOFF -> "by itself";
                            case RESTART -> "by a restart";
                            case AWHILE -> "for five minutes";
                            case OPERATOR -> "by a person";
                            case NEVER -> "no";
                        },
                        code.advice()))
                .forEach(lines::add);
        return lines;
    }

    static List<String> metrics() {
        List<String> lines =
                new ArrayList<>(List.of("| metric | type | labels | meaning |", "| --- | --- | --- | --- |"));
        for (Metric metric : Metric.values()) {
            String labels = metric.labels().stream().map(Reference::code).collect(Collectors.joining(", "));
            lines.add(row(code(metric.metricName()), metric.type(), labels, metric.meaning()));
        }
        return lines;
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String row(String... cells) {
        return "| " + Arrays.stream(cells).map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | "))
                + " |";
    }
}
