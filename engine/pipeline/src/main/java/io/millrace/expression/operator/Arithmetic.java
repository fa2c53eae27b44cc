package io.millrace.expression.operator;

import io.millrace.expression.value.Days;
import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;

/** Numbers computed from numbers, and days from days. */
public final class Arithmetic {
    public enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        REMAINDER
    }

    private Arithmetic() {}

    /** Both are numbers of one type. */
    public static Value of(Operator operator, Value left, Value right) {
        if (left instanceof Whole a && right instanceof Whole b) {
            return new OfWhole(operator, a, b);
        }
        if (left instanceof Exact a && right instanceof Exact b) {
            return new OfExact(operator, a, b);
        }
        return new OfFloating(operator, (Floating) left, (Floating) right);
    }

    /** The number with its other sign, or, where {@code isAbsolute}, without one. */
    public static Value signed(Value number, boolean isAbsolute) {
        if (number instanceof Whole whole) {
            return new SignedWhole(whole, isAbsolute);
        }
        return number instanceof Exact exact
                ? new SignedExact(exact, isAbsolute)
                : new SignedFloating((Floating) number, isAbsolute);
    }

    private static final class OfWhole extends Whole {
        private final Operator operator;
        private final Whole left;
        private final Whole right;

        OfWhole(Operator operator, Whole left, Whole right) {
            super(SqlType.INTEGER);
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            long a = left.value;
            long b = right.value;
            boolean isOver = false;
            switch (operator) {
                case ADD -> {
                    value = a + b;
                    isOver = ((a ^ value) & (b ^ value)) < 0;
                }
                case SUBTRACT -> {
                    value = a - b;
                    isOver = ((a ^ b) & (a ^ value)) < 0;
                }
                case MULTIPLY -> {
                    value = a * b;
                    isOver = Math.multiplyHigh(a, b) != value >> 63;
                }
                case DIVIDE -> {
                    requireDivisor(b);
                    value = a / b;
                    isOver = a == Long.MIN_VALUE && b == -1;
                }
                case REMAINDER -> {
                    requireDivisor(b);
                    value = a % b;
                }
            }
            if (isOver) {
                throw EvaluationErrors.outOfRange("bigint");
            }
            return true;
        }

        private static void requireDivisor(long divisor) {
            if (divisor == 0) {
                throw EvaluationErrors.divisionByZero();
            }
        }
    }

    private static final class OfExact extends Exact {
        private final Operator operator;
        private final Exact left;
        private final Exact right;

        OfExact(Operator operator, Exact left, Exact right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            switch (operator) {
                case ADD -> value.add(left.value, right.value);
                case SUBTRACT -> value.subtract(left.value, right.value);
                case MULTIPLY -> value.multiply(left.value, right.value);
                case DIVIDE -> value.divide(left.value, right.value);
                case REMAINDER -> value.remainder(left.value, right.value);
            }
            return true;
        }
    }

    private static final class OfFloating extends Floating {
        private final Operator operator;
        private final Floating left;
        private final Floating right;

        OfFloating(Operator operator, Floating left, Floating right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            double a = left.value;
            double b = right.value;
            boolean mayVanish = false;
            switch (operator) {
                case ADD -> value = a + b;
                case SUBTRACT -> value = a - b;
                case MULTIPLY -> {
                    value = a * b;
                    mayVanish = a == 0 || b == 0;
                }
                default -> {
                    if (b == 0 && !Double.isNaN(a)) {
                        throw EvaluationErrors.divisionByZero();
                    }
                    value = a / b;
                    mayVanish = a == 0 || Double.isInfinite(b);
                }
            }
            boolean isOver = Double.isInfinite(value) && !Double.isInfinite(a) && !Double.isInfinite(b);
            boolean isUnder =
                    value == 0 && !mayVanish && (operator == Operator.MULTIPLY || operator == Operator.DIVIDE);
            if (isOver || isUnder) {
                throw EvaluationErrors.outOfRange("double");
            }
            return true;
        }
    }

    private static final class SignedWhole extends Whole {
        private final Whole number;
        private final boolean isAbsolute;

        SignedWhole(Whole number, boolean isAbsolute) {
            super(SqlType.INTEGER);
            this.number = number;
            this.isAbsolute = isAbsolute;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            if (number.value == Long.MIN_VALUE) {
                throw EvaluationErrors.outOfRange("bigint");
            }
            value = isAbsolute ? Math.abs(number.value) : -number.value;
            return true;
        }
    }

    private static final class SignedExact extends Exact {
        private final Exact number;
        private final boolean isAbsolute;

        SignedExact(Exact number, boolean isAbsolute) {
            this.number = number;
            this.isAbsolute = isAbsolute;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!number.load(row)) {
                return false;
            }
            if (isAbsolute && number.value.signum() >= 0) {
                value.set(number.value);
            } else {
                value.negate(number.value);
            }
            return true;
        }
    }

    private static final class SignedFloating extends Floating {
        private final Floating number;
        private final boolean isAbsolute;

        SignedFloating(Floating number, boolean isAbsolute) {
            this.number = number;
            this.isAbsolute = isAbsolute;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isKnown = number.load(row);
            value = isAbsolute ? Math.abs(number.value) : -number.value;
            return isKnown;
        }
    }

    /** A day so many days later, or earlier. */
    public static final class ShiftedDay extends Whole {
        private final Whole day;
        private final Whole days;
        private final int sign;

        public ShiftedDay(Whole day, Whole days, int sign) {
            super(SqlType.DATE);
            this.day = day;
            this.days = days;
            this.sign = sign;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!day.load(row) || !days.load(row)) {
                return false;
            }
            if (Math.abs(days.value) > Integer.MAX_VALUE) {
                throw EvaluationErrors.outOfRange("date");
            }
            value = Days.isInfinite(day.value) ? day.value : day.value + sign * days.value;
            return true;
        }
    }

    /** How many days lie between two. */
    public static final class DaysBetween extends Whole {
        private final Whole left;
        private final Whole right;

        public DaysBetween(Whole left, Whole right) {
            super(SqlType.INTEGER);
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            if (Days.isInfinite(left.value) || Days.isInfinite(right.value)) {
                throw EvaluationErrors.outOfRange("date");
            }
            value = left.value - right.value;
            return true;
        }
    }

    /** The day of a moment, in UTC where it is one of the world's. */
    public static final class DayOf extends Whole {
        private final Whole moment;

        public DayOf(Whole moment) {
            super(SqlType.DATE);
            this.moment = moment;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isKnown = moment.load(row);
            value = Days.isInfinite(moment.value) ? moment.value : Math.floorDiv(moment.value, Days.MICROS_A_DAY);
            return isKnown;
        }
    }
}
