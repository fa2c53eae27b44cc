package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;

/** A value as PostgreSQL prints it, moments in UTC and ISO's form. Allocates only for exact numbers of more than 18 digits. */
public final class ValueText extends Text {
    private final Value inner;
    private final TextScratch scratch = new TextScratch();

    /** @param inner a truth value, a whole or an exact number, a day or a moment */
    public ValueText(Value inner) {
        this.inner = inner;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        if (!inner.load(row)) {
            return false;
        }
        scratch.clear();
        if (inner instanceof Truth truth) {
            scratch.addAscii(truth.isTrue ? "true" : "false");
        } else if (inner instanceof Exact exact) {
            scratch.add(exact.value);
        } else if (inner.type() == SqlType.INTEGER) {
            scratch.add(((Whole) inner).value);
        } else {
            addMoment(((Whole) inner).value);
        }
        buffer = scratch.buffer();
        length = scratch.length();
        return true;
    }

    private void addMoment(long value) {
        if (Days.isInfinite(value)) {
            scratch.addAscii(value == Days.FUTURE ? "infinity" : "-infinity");
            return;
        }
        boolean isDay = inner.type() == SqlType.DATE;
        long day = isDay ? value : Math.floorDiv(value, Days.MICROS_A_DAY);
        long date = CivilDays.date(day + Days.DAYS_TO_2000);
        int year = CivilTime.year(date);
        scratch.addPadded(year > 0 ? year : 1L - year, 4);
        addField('-', CivilTime.month(date));
        addField('-', CivilTime.day(date));
        if (!isDay) {
            addClock(value - day * Days.MICROS_A_DAY);
        }
        if (inner.type() == SqlType.INSTANT) {
            scratch.addAscii("+00");
        }
        if (year <= 0) {
            scratch.addAscii(" BC");
        }
    }

    private void addField(char before, long number) {
        scratch.addCodePoint(before);
        scratch.addPadded(number, 2);
    }

    private void addClock(long micros) {
        long seconds = micros / 1_000_000;
        addField(' ', seconds / 3_600);
        addField(':', seconds / 60 % 60);
        addField(':', seconds % 60);
        long fraction = micros % 1_000_000;
        if (fraction > 0) {
            int digits = 6;
            while (fraction % 10 == 0) {
                fraction /= 10;
                digits--;
            }
            scratch.addCodePoint('.');
            scratch.addPadded(fraction, digits);
        }
    }
}
