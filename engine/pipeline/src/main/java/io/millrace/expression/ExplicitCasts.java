package io.millrace.expression;

import io.millrace.expression.cast.CastType;
import io.millrace.expression.cast.Casts;
import io.millrace.expression.cast.Literals;
import io.millrace.expression.cast.TextCasts;
import io.millrace.expression.operator.Arithmetic;
import io.millrace.expression.value.Days;
import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.ExactOf;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.TruthOf;
import io.millrace.expression.value.Utf8;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.ValueText;
import io.millrace.expression.value.Whole;
import io.millrace.expression.value.WholeOf;
import io.millrace.row.ImageFlyweight;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import net.sf.jsqlparser.expression.CastExpression;

/** Values that CAST makes of others, as PostgreSQL does: what does not fit is an error, and a text that is too long is cut. Those of texts allocate. */
final class ExplicitCasts {
    private static final MathContext FIFTEEN = new MathContext(15, RoundingMode.HALF_EVEN);

    private ExplicitCasts() {}

    /** The value of a tree; a problem of the builder's where there is no such cast. */
    static Value build(CastExpression tree, ExpressionBuilder builder) {
        Value value = builder.build(tree.getLeftExpression());
        String word = "cast".equalsIgnoreCase(tree.keyword) ? tree.keyword : "CAST";
        builder.requireText(tree, word + "(" + tree.getLeftExpression() + " AS " + tree.getColDataType() + ")");
        try {
            return to(CastType.parse(tree.getColDataType().toString()), value);
        } catch (IllegalArgumentException e) {
            return builder.unknown(e.getMessage());
        }
    }

    private static Value to(CastType to, Value value) {
        Value typed = value.type().isOpen() ? Casts.to(to.type(), value) : value;
        return switch (to.type()) {
            case TEXT -> text(to, typed);
            case INTEGER -> inRange(whole(to, typed), to);
            case DECIMAL -> to.length() < 0 ? exact(to, typed) : limited(exact(to, typed), to);
            case DOUBLE -> floating(to, typed);
            case BOOLEAN -> truth(to, typed);
            case DATE -> day(to, typed);
            case TIMESTAMP, INSTANT -> moment(to, typed);
            default -> throw none(to, typed);
        };
    }

    private static IllegalArgumentException none(CastType to, Value value) {
        return new IllegalArgumentException("no such cast: from=" + value.type().text() + ", to=" + to.text());
    }

    private static Value floating(CastType to, Value value) {
        if (value instanceof Text text) {
            return TextCasts.floating(text);
        }
        if (!value.type().isNumber()) {
            throw none(to, value);
        }
        return Casts.to(SqlType.DOUBLE, value);
    }

    private static Text text(CastType to, Value value) {
        Text text = switch (value.type()) {
            case TEXT -> (Text) value;
            case BOOLEAN, INTEGER, DECIMAL, DATE, TIMESTAMP, INSTANT -> new ValueText(value);
            default -> throw none(to, value);
        };
        return to.length() < 0 ? text : new Cut(text, to.length());
    }

    private static Whole whole(CastType to, Value value) {
        return switch (value.type()) {
            case INTEGER -> (Whole) value;
            case DECIMAL -> rounded((Exact) value, to);
            case DOUBLE -> nearest((Floating) value, to);
            case BOOLEAN -> bit((Truth) value);
            case TEXT -> TextCasts.whole((Text) value, to);
            default -> throw none(to, value);
        };
    }

    private static Exact exact(CastType to, Value value) {
        return switch (value.type()) {
            case DECIMAL -> (Exact) value;
            case INTEGER -> (Exact) Casts.to(SqlType.DECIMAL, value);
            case DOUBLE -> digits((Floating) value);
            case TEXT -> TextCasts.exact((Text) value);
            default -> throw none(to, value);
        };
    }

    private static Truth truth(CastType to, Value value) {
        return switch (value.type()) {
            case BOOLEAN -> (Truth) value;
            case INTEGER -> nonZero((Whole) value);
            case TEXT -> TextCasts.truth((Text) value);
            default -> throw none(to, value);
        };
    }

    private static Whole day(CastType to, Value value) {
        return switch (value.type()) {
            case DATE -> (Whole) value;
            case TIMESTAMP, INSTANT -> new Arithmetic.DayOf((Whole) value);
            case TEXT -> TextCasts.moment((Text) value, to);
            default -> throw none(to, value);
        };
    }

    private static Whole moment(CastType to, Value value) {
        return switch (value.type()) {
            case DATE -> firstMoment((Whole) value, to);
            case TIMESTAMP, INSTANT -> new Fraction((Whole) Casts.to(to.type(), value), to);
            case TEXT -> new Fraction(TextCasts.moment((Text) value, to), to);
            default -> throw none(to, value);
        };
    }

    /** A whole number of so many bytes. */
    private static Whole inRange(Whole number, CastType to) {
        int unused = Long.SIZE - to.length() * Byte.SIZE;
        return new WholeOf(SqlType.INTEGER, number, () -> {
            if (number.value << unused >> unused != number.value) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            return number.value;
        });
    }

    /** Half away from zero. */
    private static Whole rounded(Exact number, CastType to) {
        return new WholeOf(SqlType.INTEGER, number, () -> number.value.toLong(to.text()));
    }

    /** Half to the even one, as processors round. */
    private static Whole nearest(Floating number, CastType to) {
        return new WholeOf(SqlType.INTEGER, number, () -> {
            double nearest = Math.rint(number.value);
            if (!(nearest >= -0x1p63 && nearest < 0x1p63)) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            return (long) nearest;
        });
    }

    private static Whole bit(Truth truth) {
        return new WholeOf(SqlType.INTEGER, truth, () -> truth.isTrue ? 1 : 0);
    }

    private static Truth nonZero(Whole number) {
        return new TruthOf(number, () -> number.value != 0);
    }

    /** The first fifteen digits of a double, which are those that it certainly has. */
    private static Exact digits(Floating number) {
        return new ExactOf(number, value -> {
            double is = number.value;
            if (Double.isNaN(is) || Double.isInfinite(is)) {
                value.setSpecial(is);
            } else {
                value.set(Literals.plain(new BigDecimal(is).round(FIFTEEN).stripTrailingZeros()));
            }
        });
    }

    /** A number with so many digits, half away from zero. Allocates. */
    private static Exact limited(Exact number, CastType to) {
        return new ExactOf(number, value -> {
            if (number.value.isNaN()) {
                value.set(number.value);
                return;
            }
            if (!number.value.isFinite()) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            BigDecimal rounded = number.value.toBigDecimal().setScale(to.scale(), RoundingMode.HALF_UP);
            if (rounded.signum() != 0 && rounded.precision() > to.length()) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            value.set(rounded);
        });
    }

    private static Whole firstMoment(Whole day, CastType to) {
        return new WholeOf(to.type(), day, () -> {
            if (Days.isInfinite(day.value)) {
                return day.value;
            }
            long start = Days.start(day.value);
            if (start != day.value && Days.isInfinite(start)) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            return start;
        });
    }

    /** At most so many characters: the rest goes without a word, as SQL has it. */
    private static final class Cut extends Text {
        private final Text text;
        private final int characters;

        Cut(Text text, int characters) {
            this.text = text;
            this.characters = characters;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            point(text);
            length = Utf8.skip(buffer, offset, offset + length, characters) - offset;
            return true;
        }
    }

    /** A moment with so many digits of its second's fraction, half away from 2000. */
    private static final class Fraction extends Whole {
        private final Whole moment;
        private final long unit;

        Fraction(Whole moment, CastType to) {
            super(to.type());
            this.moment = moment;
            long micros = 1;
            for (int digit = to.scale(); digit < 6; digit++) {
                micros *= 10;
            }
            unit = micros;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isKnown = moment.load(row);
            long micros = moment.value;
            if (unit == 1 || Days.isInfinite(micros)) {
                value = micros;
            } else {
                long rounded = (Math.abs(micros) + unit / 2) / unit * unit;
                value = micros < 0 ? -rounded : rounded;
            }
            return isKnown;
        }
    }
}
