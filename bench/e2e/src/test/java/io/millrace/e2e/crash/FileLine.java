package io.millrace.e2e.crash;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a file that a task wrote, of tables whose texts need no escape.
 *
 * @param operation as it says
 * @param table without its schema
 * @param before empty where it has none
 * @param transaction its id
 * @param ordinal which of its rows
 */
record FileLine(
        String operation,
        String table,
        Map<String, String> key,
        Map<String, String> before,
        Map<String, String> after,
        String transaction,
        long ordinal) {
    private static final String IMAGE = "(\\{[^{}]*\\})";
    private static final Pattern CHANGE =
            Pattern.compile("\\{\"op\":\"([cud])\",\"table\":\"bank\\.(\\w+)\",\"key\":" + IMAGE + "(?:,\"before\":"
                    + IMAGE + ")?(?:,\"after\":" + IMAGE
                    + ")?,\"tx\":\\{\"id\":\"([^\"]+)\",\"time\":\"[^\"]+\",\"n\":(\\d+)\\}\\}");
    private static final Pattern SCHEMA = Pattern.compile(
            "\\{\"op\":\"(schema)\",\"table\":\"bank\\.(\\w+)\",\"columns\":.*,\"key\":\\[\"id\"\\]\\}");
    private static final Pattern TRUNCATION = Pattern.compile(
            "\\{\"op\":\"(ddl)\",\"statement\":\"[Tt][^\"]*\",\"tables\":\\[\"bank\\.(\\w+)\"\\],\"place\":\"[^\"]+\"\\}");
    private static final Pattern VALUE = Pattern.compile("\"(\\w+)\":(?:\"([^\"\\\\]*)\"|(-?\\d+|null))[,}]");

    static FileLine parse(String line) {
        Matcher change = CHANGE.matcher(line);
        if (change.matches()) {
            return new FileLine(
                    change.group(1),
                    change.group(2),
                    image(change.group(3)),
                    image(change.group(4)),
                    image(change.group(5)),
                    change.group(6),
                    Long.parseLong(change.group(7)));
        }
        for (Pattern form : new Pattern[] {SCHEMA, TRUNCATION}) {
            Matcher other = form.matcher(line);
            if (other.matches()) {
                return new FileLine(other.group(1), other.group(2), Map.of(), Map.of(), Map.of(), "", 0);
            }
        }
        throw new AssertionError("not a line of the bank: " + line);
    }

    private static Map<String, String> image(String text) {
        Map<String, String> values = new TreeMap<>();
        if (text != null) {
            Matcher value = VALUE.matcher(text);
            int end = 1;
            while (value.find()) {
                if (value.start() != end) {
                    throw new AssertionError("not an image: " + text);
                }
                end = value.end();
                values.put(value.group(1), value.group(2) != null ? value.group(2) : value.group(3));
            }
        }
        return values;
    }
}
