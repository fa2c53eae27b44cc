package io.millrace.writer.mysql.value;

import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import io.millrace.writer.mysql.connection.SqlOutput;
import io.millrace.writer.sql.Calendar;

/** Dates and times as the servers write them; those of PostgreSQL where they have a place in four digits of a year. */
enum TimeEncoder implements FieldEncoder {
    DATE {
        @Override
        int putText(long value, SqlOutput output) {
            putDate(value, output);
            return Fault.NONE;
        }
    },
    DATETIME {
        @Override
        int putText(long value, SqlOutput output) {
            putDateTime(value, output);
            return Fault.NONE;
        }
    },
    TIMESTAMP {
        @Override
        int putText(long value, SqlOutput output) {
            return value == CivilTime.ZERO_TIMESTAMP
                    ? DATETIME.putText(0, output)
                    : putCivil(Calendar.civil(value), output);
        }
    },
    TIME {
        @Override
        int putText(long value, SqlOutput output) {
            if (value < 0) {
                output.putByte('-');
            }
            long magnitude = Math.abs(value);
            long seconds = magnitude / SECOND_MICROS;
            if (seconds < 360_000) {
                output.putDigits(seconds / 3600, 2);
            } else {
                output.putUnsigned(seconds / 3600);
            }
            putMinutes((int) (seconds / 60 % 60), (int) (seconds % 60), (int) (magnitude % SECOND_MICROS), output);
            return Fault.NONE;
        }
    },
    POSTGRES_DATE {
        @Override
        int putText(long value, SqlOutput output) {
            if (value == Integer.MIN_VALUE || value == Integer.MAX_VALUE) {
                return Fault.NO_SUCH_TIME;
            }
            long civil = Calendar.civil((value + Calendar.UNIX_TO_POSTGRES_DAYS) * Calendar.DAY_MICROS);
            if (!isOfOurEra(civil)) {
                return Fault.NO_SUCH_TIME;
            }
            putDate(civil, output);
            return Fault.NONE;
        }
    },
    /** With and without a zone: it is UTC at both ends. */
    POSTGRES_TIMESTAMP {
        @Override
        int putText(long value, SqlOutput output) {
            if (value == Long.MIN_VALUE || value == Long.MAX_VALUE) {
                return Fault.NO_SUCH_TIME;
            }
            return value > LAST_YEARS_MICROS
                    ? Fault.NO_SUCH_TIME
                    : putCivil(Calendar.civil(value + Calendar.UNIX_TO_POSTGRES_DAYS * Calendar.DAY_MICROS), output);
        }
    };

    private static final long SECOND_MICROS = 1_000_000L;
    private static final int LAST_YEAR = 9_999;

    /** Far behind the year 9999, and far before what would overflow. */
    private static final long LAST_YEARS_MICROS = 10_000L * 366 * Calendar.DAY_MICROS;

    abstract int putText(long value, SqlOutput output);

    @Override
    public int put(ImageFlyweight image, int column, boolean isField, SqlOutput output) {
        Quotes.put(isField, output);
        int fault = putText(image.longAt(column), output);
        Quotes.put(isField, output);
        return fault;
    }

    private static boolean isOfOurEra(long civil) {
        return CivilTime.year(civil) >= 1 && CivilTime.year(civil) <= LAST_YEAR;
    }

    private static int putCivil(long civil, SqlOutput output) {
        if (!isOfOurEra(civil)) {
            return Fault.NO_SUCH_TIME;
        }
        putDateTime(civil, output);
        return Fault.NONE;
    }

    private static void putDate(long civil, SqlOutput output) {
        output.putDigits(CivilTime.year(civil), 4);
        output.putByte('-');
        output.putDigits(CivilTime.month(civil), 2);
        output.putByte('-');
        output.putDigits(CivilTime.day(civil), 2);
    }

    private static void putDateTime(long civil, SqlOutput output) {
        putDate(civil, output);
        output.putByte(' ');
        output.putDigits(CivilTime.hour(civil), 2);
        putMinutes(CivilTime.minute(civil), CivilTime.second(civil), CivilTime.micros(civil), output);
    }

    private static void putMinutes(int minutes, int seconds, int micros, SqlOutput output) {
        output.putByte(':');
        output.putDigits(minutes, 2);
        output.putByte(':');
        output.putDigits(seconds, 2);
        if (micros != 0) {
            output.putByte('.');
            output.putDigits(micros, 6);
        }
    }
}
