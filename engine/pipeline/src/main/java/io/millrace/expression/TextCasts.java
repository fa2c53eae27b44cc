package io.millrace.expression;

import io.millrace.row.ImageFlyweight;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What texts say, as values. Blanks around it do not count. Of the many forms that PostgreSQL reads those of dates and times are ISO's, and numbers are
 * digits: any other is an error. Allocates.
 */
final class TextCasts {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?");
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

    static final class ToWhole extends Whole {
        private final Text text;
        private final CastType to;

        ToWhole(Text text, CastType to) {
            super(SqlType.INTEGER);
            this.text = text;
            this.to = to;
        }

        @Override
        @SuppressWarnings("UnusedException") // its message holds the value
        boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            String digits = read(text);
            if (!WHOLE.matcher(digits).matches()) {
                throw EvaluationErrors.noneOfType(to.text());
            }
            try {
                value = Long.parseLong(digits);
            } catch (NumberFormatException e) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            return true;
        }
    }

    static final class ToExact extends Exact {
        private static final String TYPE = "numeric";

        private final Text text;

        ToExact(Text text) {
            this.text = text;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            String digits = read(text);
            double special = special(digits);
            if (special != 0) {
                value.setSpecial(special);
                return true;
            }
            if (!NUMBER.matcher(digits).matches()) {
                throw EvaluationErrors.noneOfType(TYPE);
            }
            BigDecimal number = new BigDecimal(digits);
            if (Math.abs(number.scale()) > MOST_EXPONENT) {
                throw EvaluationErrors.outOfRange(TYPE);
            }
            value.set(Literals.plain(number));
            return true;
        }
    }

    static final class ToFloating extends Floating {
        private static final String TYPE = "double";

        private final Text text;

        ToFloating(Text text) {
            this.text = text;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            String digits = read(text);
            value = special(digits);
            if (value != 0) {
                return true;
            }
            if (!NUMBER.matcher(digits).matches()) {
                throw EvaluationErrors.noneOfType(TYPE);
            }
            value = Double.parseDouble(digits);
            boolean isUnder = value == 0 && new BigDecimal(digits).signum() != 0;
            if (isUnder || Double.isInfinite(value)) {
                throw EvaluationErrors.outOfRange(TYPE);
            }
            return true;
        }
    }

    /** By the beginnings of PostgreSQL's words, as far as they are of one alone. */
    static final class ToTruth extends Truth {
        private final Text text;

        ToTruth(Text text) {
            this.text = text;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            isTrue = switch (read(text).toLowerCase(Locale.ROOT)) {
                case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1" -> true;
                case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0" -> false;
                default -> throw EvaluationErrors.noneOfType("boolean");
            };
            return true;
        }
    }

    static final class ToMoment extends Whole {
        private final Text text;
        private final CastType to;

        ToMoment(Text text, CastType to) {
            super(to.type());
            this.text = text;
            this.to = to;
        }

        @Override
        @SuppressWarnings("UnusedException") // nothing of the value is to be told
        boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            Whole moment;
            try {
                moment = (Whole) Literals.parse(read(text), to.type());
            } catch (IllegalArgumentException e) {
                throw EvaluationErrors.noneOfType(to.text());
            }
            moment.load(row);
            value = moment.value;
            return true;
        }
    }
}
