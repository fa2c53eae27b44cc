package io.millrace.writer.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.schema.CivilTime;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class CalendarTest {
    @Test
    void shouldKnowEveryDayOfACycleAndSomeOfAll() {
        LocalDate epoch = LocalDate.of(2000, 1, 1);
        for (LocalDate day = LocalDate.of(1, 1, 1);
                day.getYear() < 10_000;
                day = day.plusDays(day.getYear() < 402 ? 1 : 29)) {
            long civil = CivilTime.date(day.getYear(), day.getMonthValue(), day.getDayOfMonth());
            assertTrue(Calendar.isDate(civil), day.toString());
            assertEquals(ChronoUnit.DAYS.between(epoch, day), Calendar.days(civil), day.toString());
            assertEquals(civil, Calendar.civil(day.toEpochDay() * Calendar.DAY_MICROS), day.toString());
        }
    }

    @Test
    void shouldRefuseDaysThatTheCalendarDoesNotHave() {
        for (int year : new int[] {0, 1, 1900, 2000, 2023, 2024}) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 31; day++) {
                    boolean exists = year > 0
                            && month >= 1
                            && month <= 12
                            && day >= 1
                            && day <= LocalDate.of(year, month, 1).lengthOfMonth();
                    assertEquals(
                            exists, Calendar.isDate(CivilTime.date(year, month, day)), year + " " + month + " " + day);
                }
            }
        }
    }
}
