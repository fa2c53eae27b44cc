package io.millrace.expression;

import io.millrace.row.ImageFlyweight;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import net.sf.jsqlparser.expression.CastExpression;

/** Values that CAST makes of others, as PostgreSQL does: what does not fit is an error, and a text that is too long is cut. Those of texts allocate. */
final class ExplicitCasts {
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
            case INTEGER -> new InRange(whole(to, typed), to);
            case DECIMAL -> to.length() < 0 ? exact(to, typed) : new Limited(exact(to, typed), to);
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
            return new TextCasts.ToFloating(text);
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
            case DECIMAL -> new Rounded((Exact) value, to);
            case DOUBLE -> new Nearest((Floating) value, to);
            case BOOLEAN -> new Bit((Truth) value);
            case TEXT -> new TextCasts.ToWhole((Text) value, to);
            default -> throw none(to, value);
        };
    }

    private static Exact exact(CastType to, Value value) {
        return switch (value.type()) {
            case DECIMAL -> (Exact) value;
            case INTEGER -> (Exact) Casts.to(SqlType.DECIMAL, value);
            case DOUBLE -> new Digits((Floating) value);
            case TEXT -> new TextCasts.ToExact((Text) value);
            default -> throw none(to, value);
        };
    }

    private static Truth truth(CastType to, Value value) {
        return switch (value.type()) {
            case BOOLEAN -> (Truth) value;
            case INTEGER -> new NonZero((Whole) value);
            case TEXT -> new TextCasts.ToTruth((Text) value);
            default -> throw none(to, value);
        };
    }

    private static Whole day(CastType to, Value value) {
        return switch (value.type()) {
            case DATE -> (Whole) value;
            case TIMESTAMP, INSTANT -> new Arithmetic.DayOf((Whole) value);
            case TEXT -> new TextCasts.ToMoment((Text) value, to);
            default -> throw none(to, value);
        };
    }

    private static Whole moment(CastType to, Value value) {
        return switch (value.type()) {
            case DATE -> new FirstMoment((Whole) value, to);
            case TIMESTAMP, INSTANT -> new Fraction((Whole) Casts.to(to.type(), value), to);
            case TEXT -> new Fraction(new TextCasts.ToMoment((Text) value, to), to);
            default -> throw none(to, value);
        };
    }

    /** A whole number of so many bytes. */
    private static final class InRange extends Whole {
        private final Whole number;
        private final CastType to;

        InRange(Whole number, CastType to) {
            super(SqlType.INTEGER);
            this.number = number;
            this.to = to;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            value = number.value;
            int unused = Long.SIZE - to.length() * Byte.SIZE;
            if (value << unused >> unused != value) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            return true;
        }
    }

    /** Half away from zero. */
    private static final class Rounded extends Whole {
        private final Exact number;
        private final CastType to;

        Rounded(Exact number, CastType to) {
            super(SqlType.INTEGER);
            this.number = number;
            this.to = to;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            value = number.value.toLong(to.text());
            return true;
        }
    }

    /** Half to the even one, as processors round. */
    private static final class Nearest extends Whole {
        private final Floating number;
        private final CastType to;

        Nearest(Floating number, CastType to) {
            super(SqlType.INTEGER);
            this.number = number;
            this.to = to;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            double nearest = Math.rint(number.value);
            if (!(nearest >= -0x1p63 && nearest < 0x1p63)) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            value = (long) nearest;
            return true;
        }
    }

    private static final class Bit extends Whole {
        private final Truth truth;

        Bit(Truth truth) {
            super(SqlType.INTEGER);
            this.truth = truth;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = truth.load(row);
            value = truth.isTrue ? 1 : 0;
            return isKnown;
        }
    }

    private static final class NonZero extends Truth {
        private final Whole number;

        NonZero(Whole number) {
            this.number = number;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = number.load(row);
            isTrue = number.value != 0;
            return isKnown;
        }
    }

    /** The first fifteen digits of a double, which are those that it certainly has. */
    private static final class Digits extends Exact {
        private static final MathContext FIFTEEN = new MathContext(15, RoundingMode.HALF_EVEN);

        private final Floating number;

        Digits(Floating number) {
            this.number = number;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            double is = number.value;
            if (Double.isNaN(is) || Double.isInfinite(is)) {
                value.setSpecial(is);
            } else {
                BigDecimal digits = new BigDecimal(is).round(FIFTEEN).stripTrailingZeros();
                value.set(Literals.plain(digits));
            }
            return true;
        }
    }

    /** A number with so many digits, half away from zero. Allocates. */
    private static final class Limited extends Exact {
        private final Exact number;
        private final CastType to;

        Limited(Exact number, CastType to) {
            this.number = number;
            this.to = to;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            if (!number.value.isFinite()) {
                if (!number.value.isNaN()) {
                    throw EvaluationErrors.outOfRange(to.text());
                }
                value.set(number.value);
                return true;
            }
            BigDecimal rounded = number.value.toBigDecimal().setScale(to.scale(), RoundingMode.HALF_UP);
            if (rounded.signum() != 0 && rounded.precision() > to.length()) {
                throw EvaluationErrors.outOfRange(to.text());
            }
            value.set(rounded);
            return true;
        }
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
        boolean load(ImageFlyweight row) {
            if (!text.load(row)) {
                return false;
            }
            point(text);
            length = Utf8.skip(buffer, offset, offset + length, characters) - offset;
            return true;
        }
    }

    private static final class FirstMoment extends Whole {
        private final Whole day;
        private final CastType to;

        FirstMoment(Whole day, CastType to) {
            super(to.type());
            this.day = day;
            this.to = to;
        }

        @Override
        boolean load(ImageFlyweight row) {
            if (!day.load(row)) {
                return false;
            }
            value = Days.isInfinite(day.value) ? day.value : Days.start(day.value);
            if (value != day.value && Days.isInfinite(value)) {
                throw EvaluationErrors.outOfRange(to.text());
            }
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
        boolean load(ImageFlyweight row) {
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
