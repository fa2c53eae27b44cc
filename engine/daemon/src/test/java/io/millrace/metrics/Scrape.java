package io.millrace.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Prometheus' text format, version 0.0.4, as strictly as its page says: one HELP and one TYPE a metric, before its samples, which
 * stand together; names and labels of the allowed letters; no sample twice. Immutable.
 */
public record Scrape(Map<String, String> types, Map<String, String> helps, Map<String, Double> samples) {
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (NaN|[+-]Inf|[+-]?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\\\\\"\\n]|\\\\[\\\\n\"])*)\"");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "untyped");

    public static Scrape parse(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        Map<String, String> types = new HashMap<>();
        Map<String, String> helps = new HashMap<>();
        Map<String, Double> samples = new TreeMap<>();
        Set<String> done = new HashSet<>();
        String current = "";
        for (String line : text.split("\n")) {
            String name;
            if (line.startsWith("# ")) {
                String[] words = line.split(" ", 4);
                name = words[2];
                boolean isHelp = words[1].equals("HELP");
                if (!isHelp && (!words[1].equals("TYPE") || !TYPES.contains(words[3]))) {
                    throw new AssertionError("neither HELP nor TYPE: " + line);
                }
                if ((isHelp ? helps : types).put(name, words[3]) != null) {
                    throw new AssertionError("twice: " + line);
                }
            } else {
                name = sample(line, types, samples);
            }
            if (!name.equals(current)) {
                if (!done.add(name)) {
                    throw new AssertionError("samples stand apart: " + line);
                }
                current = name;
            }
        }
        return new Scrape(types, helps, samples);
    }

    private static String sample(String line, Map<String, String> types, Map<String, Double> samples) {
        Matcher matcher = SAMPLE.matcher(line);
        if (!matcher.matches() || !types.containsKey(matcher.group(1))) {
            throw new AssertionError("not a sample, or of no type: " + line);
        }
        String labels = matcher.group(2) == null ? "" : "{" + String.join(",", labels(matcher.group(2))) + "}";
        String value = matcher.group(3).replace("Inf", "Infinity");
        if (samples.put(matcher.group(1) + labels, Double.valueOf(value)) != null) {
            throw new AssertionError("twice: " + line);
        }
        return matcher.group(1);
    }

    private static List<String> labels(String text) {
        List<String> labels = new ArrayList<>();
        Matcher matcher = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new AssertionError("not a label: " + text.substring(at));
            }
            labels.add(matcher.group(1) + "=" + unescaped(matcher.group(2)));
            at = matcher.end();
            if (at < text.length() && text.charAt(at++) != ',') {
                throw new AssertionError("no comma: " + text);
            }
        }
        return labels;
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                char escaped = text.charAt(++i);
                out.append(escaped == 'n' ? '\n' : escaped);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** The one sample with this name and these labels, as in {@code name{task=t,side=source}}. */
    public double value(String sample) {
        Double value = samples.get(sample);
        if (value == null) {
            throw new AssertionError("no such sample: " + sample + ", samples=" + samples.keySet());
        }
        return value;
    }

    public boolean has(String sample) {
        return samples.containsKey(sample);
    }
}
