package io.millrace.expression.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.schema.CivilTime;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CivilDaysTest {
    @Test
    void shouldAgreeWithTheCalendarWhenDaysAreOfAnyYear() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            LocalDate day = LocalDate.ofEpochDay(random.nextInt(3_652_059 * 2) - 2_500_000L);
            long packed = CivilTime.date(day.getYear(), day.getMonthValue(), day.getDayOfMonth());

            assertEquals(day.toEpochDay(), CivilDays.of(day.getYear(), day.getMonthValue(), day.getDayOfMonth()));
            assertEquals(packed, CivilDays.date(day.toEpochDay()), day::toString);
        }
    }

    @Test
    void shouldAgreeWithTheCalendarWhenMomentsAreOfAnyYear() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            long micros = random.nextLong() >> 11;
            LocalDateTime moment = LocalDateTime.ofInstant(
                    Instant.ofEpochSecond(
                            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L),
                    ZoneOffset.UTC);
            long packed = CivilTime.dateTime(
                    moment.getYear(),
                    moment.getMonthValue(),
                    moment.getDayOfMonth(),
                    moment.getHour(),
                    moment.getMinute(),
                    moment.getSecond(),
                    moment.getNano() / 1_000);

            assertEquals(packed, CivilDays.dateTime(micros), moment::toString);
            assertEquals(micros, CivilDays.micros(packed), moment::toString);
        }
    }
}
