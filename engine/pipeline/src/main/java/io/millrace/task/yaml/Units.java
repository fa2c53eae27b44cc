package io.millrace.task.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times with their units. A bare number has none, and so is refused. */
public final class Units {
    static final Map<String, Long> SIZES = Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    static final Map<String, Long> TIMES =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    /** The same in the schema: a number, then the unit, perhaps with spaces between. */
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)\\s*(\\p{L}*)");

    private Units() {}

    /**
     * Bytes of {@code 8MiB}.
     *
     * @throws IllegalArgumentException where it is no size; its message names what was expected
     */
    public static long size(String text) {
        return parse(text, SIZES, "size", List.of("KiB", "MiB", "GiB"));
    }

    /**
     * The time of {@code 200ms}.
     *
     * @throws IllegalArgumentException where it is no time; its message names what was expected
     */
    public static Duration time(String text) {
        return Duration.ofMillis(parse(text, TIMES, "time", List.of("ms", "s", "m", "h", "d")));
    }

    private static long parse(String text, Map<String, Long> units, String what, List<String> names) {
        String expected = "expected=" + String.join(", ", names);
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a " + what + ": expected=a number and a unit of " + String.join(", ", names));
        }
        String unit = matcher.group(2);
        if (unit.isEmpty()) {
            throw new IllegalArgumentException("unit is missing: value=" + text + ", " + expected);
        }
        Long factor = units.get(unit);
        if (factor == null) {
            throw new IllegalArgumentException("unknown unit: unit=" + unit + ", " + expected);
        }
        try {
            return new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(factor))
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("not a whole number of the smallest unit: value=" + text, e);
        }
    }
}
