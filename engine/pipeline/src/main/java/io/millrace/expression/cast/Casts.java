package io.millrace.expression.cast;

import io.millrace.expression.value.Days;
import io.millrace.expression.value.EvaluationErrors;
import io.millrace.expression.value.Exact;
import io.millrace.expression.value.ExactOf;
import io.millrace.expression.value.Floating;
import io.millrace.expression.value.FloatingOf;
import io.millrace.expression.value.Nothing;
import io.millrace.expression.value.SqlType;
import io.millrace.expression.value.Value;
import io.millrace.expression.value.Whole;
import io.millrace.expression.value.WholeOf;

/** Values as those of a wider type. */
public final class Casts {
    private Casts() {}

    /** The value as one of a type to which its own leads. */
    public static Value to(SqlType type, Value value) {
        if (value.type() == type) {
            return value;
        }
        if (value instanceof Nothing nothing) {
            return nothing.type() == SqlType.UNTYPED ? Literals.parse(nothing.literal(), type) : Literals.ofNull(type);
        }
        if (type == SqlType.DECIMAL && value instanceof Whole whole) {
            return new ExactOf(whole, exact -> exact.set(whole.value));
        }
        if (type == SqlType.DOUBLE) {
            return value instanceof Whole whole
                    ? new FloatingOf(whole, () -> (double) whole.value)
                    : floating((Exact) value);
        }
        Whole whole = (Whole) value;
        return value.type() == SqlType.DATE ? start(whole, type) : otherZone(whole, type);
    }

    private static Floating floating(Exact exact) {
        return new FloatingOf(exact, () -> {
            double value = exact.value.toDouble();
            if (Double.isInfinite(value) && exact.value.isFinite()) {
                throw EvaluationErrors.outOfRange("double");
            }
            return value;
        });
    }

    private static Whole start(Whole day, SqlType type) {
        return new WholeOf(type, day, () -> Days.isInfinite(day.value) ? day.value : Days.start(day.value));
    }

    /** What a clock shows, as if it stood in UTC; and back. */
    private static Whole otherZone(Whole moment, SqlType type) {
        return new WholeOf(type, moment, () -> moment.value);
    }
}
