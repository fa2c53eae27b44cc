package io.millrace.task;

import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code interval:} of partitions by range: so many hours, days, weeks, months or years, counted from year 0 or from 1970. Immutable. */
public record PartitionInterval(int count, Unit unit) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,4})\\s+(\\p{L}+)");
    private static final int MOST = 1000;
    /** 1970 began on a Thursday; weeks begin on Mondays. */
    private static final LocalDateTime MONDAY = LocalDateTime.of(1970, 1, 5, 0, 0);

    /** What is counted. */
    public enum Unit {
        HOUR,
        DAY,
        WEEK,
        MONTH,
        YEAR
    }

    /**
     * The interval of {@code 1 month}.
     *
     * @throws IllegalArgumentException where it is none; its message names what was expected
     */
    public static PartitionInterval parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            int count = Integer.parseInt(form.group(1));
            String word = form.group(2).toUpperCase(Locale.ROOT);
            List<Unit> units = Arrays.stream(Unit.values())
                    .filter(unit -> word.equals(unit.name()) || word.equals(unit.name() + "S"))
                    .toList();
            if (!units.isEmpty() && count >= 1 && count <= MOST) {
                return new PartitionInterval(count, units.get(0));
            }
        }
        throw new IllegalArgumentException("not an interval: expected=1 to " + MOST
                + " hours, days, weeks, months or years," + " as in 1 month, value=" + text);
    }

    /** Where the interval begins that a moment is in. */
    public LocalDateTime begin(LocalDateTime moment) {
        return switch (unit) {
            case HOUR -> aligned(LocalDateTime.of(1970, 1, 1, 0, 0), ChronoUnit.HOURS, moment);
            case DAY -> aligned(LocalDateTime.of(1970, 1, 1, 0, 0), ChronoUnit.DAYS, moment);
            case WEEK -> aligned(MONDAY, ChronoUnit.WEEKS, moment);
            case MONTH -> aligned(LocalDateTime.of(0, 1, 1, 0, 0), ChronoUnit.MONTHS, moment);
            case YEAR -> aligned(LocalDateTime.of(0, 1, 1, 0, 0), ChronoUnit.YEARS, moment);
        };
    }

    private LocalDateTime aligned(LocalDateTime from, ChronoUnit each, LocalDateTime moment) {
        long passed = each.between(from, moment);
        LocalDateTime begin = from.plus(passed, each);
        long whole = begin.isAfter(moment) ? passed - 1 : passed; // between rounds towards from
        return from.plus(Math.floorDiv(whole, count) * (long) count, each);
    }

    /** Where the next one begins, or the one before with -1. */
    public LocalDateTime plus(LocalDateTime begin, int intervals) {
        int many = Math.multiplyExact(count, intervals);
        return switch (unit) {
            case HOUR -> begin.plusHours(many);
            case DAY -> begin.plusDays(many);
            case WEEK -> begin.plusWeeks(many);
            case MONTH -> begin.plus(Period.ofMonths(many));
            case YEAR -> begin.plusYears(many);
        };
    }
}
