package io.millrace.expression.operator;

import io.millrace.expression.value.Truth;
import io.millrace.expression.value.Value;
import io.millrace.row.ImageFlyweight;
import java.util.List;

/** Logic of three values: true, false, unknown. */
public final class Logic {
    private Logic() {}

    /** Both, or, where {@code isAnd} is not, either. */
    public static final class Junction extends Truth {
        private final Truth left;
        private final Truth right;
        private final boolean isAnd;

        public Junction(Truth left, Truth right, boolean isAnd) {
            this.left = left;
            this.right = right;
            this.isAnd = isAnd;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isLeftKnown = left.load(row);
            if (isLeftKnown && left.isTrue != isAnd) {
                isTrue = left.isTrue;
                return true;
            }
            boolean isRightKnown = right.load(row);
            isTrue = right.isTrue;
            return isRightKnown && (isLeftKnown || right.isTrue != isAnd);
        }
    }

    public static final class Not extends Truth {
        private final Truth inner;

        public Not(Truth inner) {
            this.inner = inner;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isKnown = inner.load(row);
            isTrue = !inner.isTrue;
            return isKnown;
        }
    }

    /** Whether a value is NULL, or is not. */
    public static final class IsNull extends Truth {
        private final Value inner;
        private final boolean isNot;

        public IsNull(Value inner, boolean isNot) {
            this.inner = inner;
            this.isNot = isNot;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            isTrue = inner.load(row) == isNot;
            return true;
        }
    }

    /** {@code IS TRUE}, {@code IS NOT FALSE} and the others, which are never unknown. */
    public static final class Is extends Truth {
        private final Truth inner;
        private final boolean wanted;
        private final boolean isNot;

        public Is(Truth inner, boolean wanted, boolean isNot) {
            this.inner = inner;
            this.wanted = wanted;
            this.isNot = isNot;
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean isSo = inner.load(row) && inner.isTrue == wanted;
            isTrue = isSo != isNot;
            return true;
        }
    }

    /** Whether one of them is true. */
    public static final class Any extends Truth {
        private final Truth[] all;

        public Any(List<Truth> all) {
            this.all = all.toArray(new Truth[0]);
        }

        @Override
        public boolean load(ImageFlyweight row) {
            boolean areKnown = true;
            for (Truth each : all) {
                boolean isKnown = each.load(row);
                if (isKnown && each.isTrue) {
                    isTrue = true;
                    return true;
                }
                areKnown &= isKnown;
            }
            isTrue = false;
            return areKnown;
        }
    }
}
