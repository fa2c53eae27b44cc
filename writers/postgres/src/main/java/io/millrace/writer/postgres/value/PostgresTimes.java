package io.millrace.writer.postgres.value;

import io.millrace.writer.postgres.connection.BinaryOutput;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** PostgreSQL's own dates and timestamps as the server prints them in ISO style. For columns of text: allocates. */
final class PostgresTimes {
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long SECOND_MICROS = 1_000_000L;

    private PostgresTimes() {}

    static void putDate(int days, BinaryOutput output) {
        switch (days) {
            case Integer.MIN_VALUE -> putAscii("-infinity", output);
            case Integer.MAX_VALUE -> putAscii("infinity", output);
            default -> putAscii(date(days) + era(days), output);
        }
    }

    static void putTimestamp(long micros, String zone, BinaryOutput output) {
        if (micros == Long.MIN_VALUE || micros == Long.MAX_VALUE) {
            putAscii(micros < 0 ? "-infinity" : "infinity", output);
            return;
        }
        long days = Math.floorDiv(micros, DAY_MICROS);
        long rest = Math.floorMod(micros, DAY_MICROS);
        long seconds = rest / SECOND_MICROS;
        String clock = String.format(Locale.ROOT, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
        putAscii(date(days) + clock + fraction(rest % SECOND_MICROS) + zone + era(days), output);
    }

    private static String date(long days) {
        LocalDate date = EPOCH.plusDays(days);
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String era(long days) {
        return days < ChronoUnit.DAYS.between(EPOCH, LocalDate.of(1, 1, 1)) ? " BC" : "";
    }

    private static String fraction(long micros) {
        if (micros == 0) {
            return "";
        }
        String digits = String.format(Locale.ROOT, "%06d", micros);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return "." + digits.substring(0, end);
    }

    private static void putAscii(String text, BinaryOutput output) {
        for (int i = 0; i < text.length(); i++) {
            output.putByte(text.charAt(i));
        }
    }
}
