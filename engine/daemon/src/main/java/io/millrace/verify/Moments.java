package io.millrace.verify;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** The text of dates and times, as MySQL and PostgreSQL spell them. */
final class Moments {
    private static final String BEFORE_CHRIST = " BC";

    private Moments() {}

    /** Without zeros at a fraction's end, and with year 0 for 1 BC. */
    static String canonical(String text) {
        String moment = text;
        if (moment.endsWith(BEFORE_CHRIST)) {
            int dash = moment.indexOf('-');
            int year = 1 - Integer.parseInt(moment.substring(0, dash));
            moment = (year == 0 ? "0000" : Integer.toString(year))
                    + moment.substring(dash, moment.length() - BEFORE_CHRIST.length());
        }
        return moment.indexOf('.') < 0 ? moment : moment.replaceAll("\\.?0+$", "");
    }

    /** Whether the text begins with a day of the calendar, from year 1 on. */
    static boolean isDate(String text) {
        try {
            return text.length() >= 10 && LocalDate.parse(text.substring(0, 10)).getYear() > 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Whether it is the smallest date, or its midnight. */
    static boolean isFirst(String text) {
        return text.equals("0001-01-01") || text.equals("0001-01-01 00:00:00");
    }

    /** Seconds of {@code [-]hours:minutes:seconds[.fraction]} or of plain seconds. */
    static BigDecimal seconds(String text) {
        if (text.indexOf(':') < 0) {
            return new BigDecimal(text);
        }
        boolean isNegative = text.startsWith("-");
        String[] parts = (isNegative ? text.substring(1) : text).split(":", -1);
        BigDecimal seconds = new BigDecimal(parts[0])
                .multiply(BigDecimal.valueOf(3600))
                .add(new BigDecimal(parts[1]).multiply(BigDecimal.valueOf(60)))
                .add(new BigDecimal(parts[2]));
        return isNegative ? seconds.negate() : seconds;
    }
}
