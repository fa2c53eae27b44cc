package io.millrace.expression;

import io.millrace.row.ImageFlyweight;

/** Values as those of a wider type. */
final class Casts {
    private Casts() {}

    /** The value as one of a type to which its own leads. */
    static Value to(SqlType type, Value value) {
        if (value.type() == type) {
            return value;
        }
        if (value instanceof Nothing nothing) {
            return nothing.type() == SqlType.UNTYPED ? Literals.parse(nothing.literal(), type) : Literals.ofNull(type);
        }
        if (type == SqlType.DECIMAL && value instanceof Whole whole) {
            return new WholeAsExact(whole);
        }
        if (type == SqlType.DOUBLE) {
            return value instanceof Whole whole ? new WholeAsFloating(whole) : new ExactAsFloating((Exact) value);
        }
        if (value.type() == SqlType.DATE) {
            return new DayStart((Whole) value, type);
        }
        return new OtherZone((Whole) value, type);
    }

    private static final class WholeAsExact extends Exact {
        private final Whole whole;

        WholeAsExact(Whole whole) {
            this.whole = whole;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = whole.load(row);
            value.set(whole.value);
            return isKnown;
        }
    }

    private static final class WholeAsFloating extends Floating {
        private final Whole whole;

        WholeAsFloating(Whole whole) {
            this.whole = whole;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = whole.load(row);
            value = whole.value;
            return isKnown;
        }
    }

    private static final class ExactAsFloating extends Floating {
        private final Exact exact;

        ExactAsFloating(Exact exact) {
            this.exact = exact;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = exact.load(row);
            if (isKnown) {
                value = exact.value.toDouble();
                if (Double.isInfinite(value) && exact.value.isFinite()) {
                    throw EvaluationErrors.outOfRange("double");
                }
            }
            return isKnown;
        }
    }

    private static final class DayStart extends Whole {
        private final Whole day;

        DayStart(Whole day, SqlType type) {
            super(type);
            this.day = day;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = day.load(row);
            value = Days.isInfinite(day.value) ? day.value : Days.start(day.value);
            return isKnown;
        }
    }

    /** What a clock shows, as if it stood in UTC; and back. */
    private static final class OtherZone extends Whole {
        private final Whole moment;

        OtherZone(Whole moment, SqlType type) {
            super(type);
            this.moment = moment;
        }

        @Override
        boolean load(ImageFlyweight row) {
            boolean isKnown = moment.load(row);
            value = moment.value;
            return isKnown;
        }
    }
}
