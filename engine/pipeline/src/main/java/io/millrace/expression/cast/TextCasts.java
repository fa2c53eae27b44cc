package io.millrace.expression.cast;

import io.millrace.expression.value.Decimal;
import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.ExactOf;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.FloatingOf;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.TruthOf;
import io.millrace.expression.value.Whole;
import io.millrace.expression.value.WholeOf;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What texts say, as values. Blanks around it do not count. Of the many forms that PostgreSQL reads those of dates and times are ISO's, and numbers are
 * digits: any other is an error. Allocates.
 */
public final class TextCasts {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?");
    private static final String EXACT = "numeric";
    private static final String FLOATING = "double";
    private static final int MOST_EXPONENT = 1_000;
    private static final String BLANKS = " \t\n\u000B\f\r";

    private TextCasts() {}

    private static String read(Text text) {
        byte[] bytes = new byte[text.length];
        text.buffer.getBytes(text.offset, bytes);
        String all = new String(bytes, StandardCharsets.UTF_8);
        int from = 0;
        int to = all.length();
        while (from < to && BLANKS.indexOf(all.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && BLANKS.indexOf(all.charAt(to - 1)) >= 0) {
            to--;
        }
        return all.substring(from, to);
    }

    /** NaN or an infinity, where it is one; else 0. */
    private static double special(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "infinity", "+inf", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> 0;
        };
    }

    public static Whole whole(Text text, CastType to) {
        return new WholeOf(SqlType.INTEGER, text, () -> whole(read(text), to));
    }

    @SuppressWarnings("UnusedException") // its message holds the value
    private static long whole(String digits, CastType to) {
        if (!WHOLE.matcher(digits).matches()) {
            throw EvaluationErrors.noneOfType(to.text());
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw EvaluationErrors.outOfRange(to.text());
        }
    }

    public static Exact exact(Text text) {
        return new ExactOf(text, value -> exact(read(text), value));
    }

    private static void exact(String digits, Decimal value) {
        double special = special(digits);
        if (special != 0) {
            value.setSpecial(special);
            return;
        }
        if (!NUMBER.matcher(digits).matches()) {
            throw EvaluationErrors.noneOfType(EXACT);
        }
        BigDecimal number = new BigDecimal(digits);
        if (Math.abs(number.scale()) > MOST_EXPONENT) {
            throw EvaluationErrors.outOfRange(EXACT);
        }
        value.set(Literals.plain(number));
    }

    public static Floating floating(Text text) {
        return new FloatingOf(text, () -> floating(read(text)));
    }

    private static double floating(String digits) {
        double special = special(digits);
        if (special != 0) {
            return special;
        }
        if (!NUMBER.matcher(digits).matches()) {
            throw EvaluationErrors.noneOfType(FLOATING);
        }
        double value = Double.parseDouble(digits);
        boolean isUnder = value == 0 && new BigDecimal(digits).signum() != 0;
        if (isUnder || Double.isInfinite(value)) {
            throw EvaluationErrors.outOfRange(FLOATING);
        }
        return value;
    }

    /** By the beginnings of PostgreSQL's words, as far as they are of one alone. */
    public static Truth truth(Text text) {
        return new TruthOf(text, () -> switch (read(text).toLowerCase(Locale.ROOT)) {
            case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1" -> true;
            case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0" -> false;
            default -> throw EvaluationErrors.noneOfType("boolean");
        });
    }

    public static Whole moment(Text text, CastType to) {
        return new WholeOf(to.type(), text, () -> moment(read(text), to));
    }

    @SuppressWarnings("UnusedException") // nothing of the value is to be told
    private static long moment(String text, CastType to) {
        Whole moment;
        try {
            moment = (Whole) Literals.parse(text, to.type());
        } catch (IllegalArgumentException e) {
            throw EvaluationErrors.noneOfType(to.text());
        }
        moment.load(null); // a literal reads no row
        return moment.value;
    }
}
