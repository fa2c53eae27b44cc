package io.millrace.expression.cast;

import io.millrace.expression.value.Days;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;
import io.millrace.schema.CivilTime;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;

/** The same value for every row. An IllegalArgumentException says what was expected, and not what stood there. */
public final class Literals {
    private static final Pattern DAY = Pattern.compile("([0-9]{4,6})-([0-9]{1,2})-([0-9]{1,2})");
    private static final Pattern MOMENT = Pattern.compile(DAY.pattern()
            + "(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,6}))?)?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?");
    private static final Pattern TIME =
            Pattern.compile("(-?)([0-9]{1,3}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,6}))?)?");
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

    private Literals() {}

    public static Truth of(boolean truth) {
        return new Truth() {
            @Override
            public boolean load(ImageFlyweight row) {
                isTrue = truth;
                return true;
            }
        };
    }

    public static Whole of(SqlType type, long number) {
        return new Whole(type) {
            @Override
            public boolean load(ImageFlyweight row) {
                value = number;
                return true;
            }
        };
    }

    public static Exact of(BigDecimal number) {
        Exact literal = new Exact() {
            @Override
            public boolean load(ImageFlyweight row) {
                return true;
            }
        };
        literal.value.set(number);
        return literal;
    }

    public static Floating of(double number) {
        return new Floating() {
            @Override
            public boolean load(ImageFlyweight row) {
                value = number;
                return true;
            }
        };
    }

    public static Text of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Text literal = new Text() {
            @Override
            public boolean load(ImageFlyweight row) {
                return true;
            }
        };
        literal.buffer = new UnsafeBuffer(bytes);
        literal.length = bytes.length;
        return literal;
    }

    /** NULL of a type. */
    public static Value ofNull(SqlType type) {
        return switch (type) {
            case BOOLEAN ->
                new Truth() {
                    @Override
                    public boolean load(ImageFlyweight row) {
                        return false;
                    }
                };
            case INTEGER, DATE, TIMESTAMP, INSTANT, TIME ->
                new Whole(type) {
                    @Override
                    public boolean load(ImageFlyweight row) {
                        return false;
                    }
                };
            case DECIMAL ->
                new Exact() {
                    @Override
                    public boolean load(ImageFlyweight row) {
                        return false;
                    }
                };
            case DOUBLE ->
                new Floating() {
                    @Override
                    public boolean load(ImageFlyweight row) {
                        return false;
                    }
                };
            case TEXT, UNTYPED, NULL, OPAQUE ->
                new Text() {
                    @Override
                    public boolean load(ImageFlyweight row) {
                        return false;
                    }
                };
        };
    }

    /** A literal in quotes as a value of a type. */
    static Value parse(String text, SqlType type) {
        return switch (type) {
            case TEXT, UNTYPED, NULL, OPAQUE -> of(text);
            case BOOLEAN -> of(truth(text));
            case INTEGER -> of(SqlType.INTEGER, whole(text));
            case DECIMAL -> of(exact(text));
            case DOUBLE -> of(floating(text));
            case DATE -> of(SqlType.DATE, day(text));
            case TIMESTAMP, INSTANT -> of(type, moment(text, type == SqlType.INSTANT));
            case TIME -> of(SqlType.TIME, time(text));
        };
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true", "t" -> true;
            case "false", "f" -> false;
            default -> throw wrong("true or false");
        };
    }

    private static long whole(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw wrong("a whole number");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw wrong("a whole number of 64 bits");
        }
    }

    private static BigDecimal exact(String text) {
        try {
            return plain(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw wrong("a number");
        }
    }

    private static double floating(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw wrong("a number");
        }
    }

    /** Without an exponent: 1e3 is 1000. */
    public static BigDecimal plain(BigDecimal number) {
        return number.scale() < 0 ? number.setScale(0) : number;
    }

    private static long day(String text) {
        Matcher form = DAY.matcher(text);
        if (!form.matches()) {
            throw wrong("a date: 2026-01-31");
        }
        return Days.of(packed(form, 0, 0, 0, 0));
    }

    private static long moment(String text, boolean isInstant) {
        Matcher form = MOMENT.matcher(text);
        if (!form.matches() || (form.group(8) != null && !isInstant)) {
            throw wrong(isInstant ? "a moment: 2026-01-31 23:59:59.999999+00" : "a date and time: 2026-01-31 23:59:59");
        }
        long packed = packed(
                form, number(form.group(4)), number(form.group(5)), number(form.group(6)), micros(form.group(7)));
        return Days.micros(packed) - zoneMicros(form.group(8));
    }

    private static long packed(Matcher form, int hour, int minute, int second, int micros) {
        long packed = CivilTime.dateTime(
                number(form.group(1)), number(form.group(2)), number(form.group(3)), hour, minute, second, micros);
        if (number(form.group(2)) > 12 || number(form.group(3)) > 31 || !Days.isDay(packed)) {
            throw wrong("a day of the calendar");
        }
        if (hour > 23 || minute > 59 || second > 59) {
            throw wrong("a time of day");
        }
        return packed;
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static int micros(String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000").substring(0, 6));
    }

    private static long zoneMicros(String zone) {
        if (zone == null || zone.equals("Z")) {
            return 0;
        }
        int hours = Integer.parseInt(zone.substring(1, 3));
        int minutes = zone.length() > 3 ? Integer.parseInt(zone.substring(zone.length() - 2)) : 0;
        if (hours > 15 || minutes > 59) {
            throw wrong("an offset from UTC");
        }
        return (zone.charAt(0) == '-' ? -1 : 1) * (hours * 60L + minutes) * 60_000_000L;
    }

    private static long time(String text) {
        Matcher form = TIME.matcher(text);
        if (!form.matches() || number(form.group(3)) > 59 || number(form.group(4)) > 59) {
            throw wrong("a time: 23:59:59.999999");
        }
        long seconds = number(form.group(2)) * 3_600L + number(form.group(3)) * 60L + number(form.group(4));
        long micros = seconds * 1_000_000L + micros(form.group(5));
        return form.group(1).isEmpty() ? micros : -micros;
    }

    private static IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("a literal is of another type: expected=" + expected);
    }
}
