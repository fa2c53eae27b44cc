package io.millrace.expression.operator;

import io.millrace.expression.value.Exact;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.Text;
import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.row.ImageFlyweight;

/** Two values of one type, compared. */
public final class Comparisons {
    /** Which outcomes of a comparison make it true. */
    public enum Operator {
        EQUAL,
        UNEQUAL,
        LESS,
        AT_MOST,
        GREATER,
        AT_LEAST;

        boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case UNEQUAL -> order != 0;
                case LESS -> order < 0;
                case AT_MOST -> order <= 0;
                case GREATER -> order > 0;
                case AT_LEAST -> order >= 0;
            };
        }
    }

    private Comparisons() {}

    /** Both are of one type. */
    public static Truth of(Operator operator, Value left, Value right) {
        if (left instanceof Whole a && right instanceof Whole b) {
            return new OfWhole(operator, a, b);
        }
        if (left instanceof Exact a && right instanceof Exact b) {
            return new OfExact(operator, a, b);
        }
        if (left instanceof Floating a && right instanceof Floating b) {
            return new OfFloating(operator, a, b);
        }
        if (left instanceof Text a && right instanceof Text b) {
            return new OfText(operator, a, b);
        }
        return new OfTruth(operator, (Truth) left, (Truth) right);
    }

    private static final class OfWhole extends Truth {
        private final Operator operator;
        private final Whole left;
        private final Whole right;

        OfWhole(Operator operator, Whole left, Whole right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            isTrue = operator.holds(Long.compare(left.value, right.value));
            return true;
        }
    }

    private static final class OfExact extends Truth {
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
            isTrue = operator.holds(left.value.compare(right.value));
            return true;
        }
    }

    /** NaN is greater than all others and equal to itself; the two zeros are one. */
    private static final class OfFloating extends Truth {
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
            isTrue = operator.holds(Double.compare(left.value + 0.0, right.value + 0.0));
            return true;
        }
    }

    /** By their bytes, which is the order of their characters' numbers. */
    private static final class OfText extends Truth {
        private final Operator operator;
        private final Text left;
        private final Text right;

        OfText(Operator operator, Text left, Text right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            isTrue = operator.holds(order());
            return true;
        }

        private int order() {
            int common = Math.min(left.length, right.length);
            for (int i = 0; i < common; i++) {
                int order = Integer.compare(
                        left.buffer.getByte(left.offset + i) & 0xFF, right.buffer.getByte(right.offset + i) & 0xFF);
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(left.length, right.length);
        }
    }

    private static final class OfTruth extends Truth {
        private final Operator operator;
        private final Truth left;
        private final Truth right;

        OfTruth(Operator operator, Truth left, Truth right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            if (!left.load(row) || !right.load(row)) {
                return false;
            }
            isTrue = operator.holds(Boolean.compare(left.isTrue, right.isTrue));
            return true;
        }
    }
}
