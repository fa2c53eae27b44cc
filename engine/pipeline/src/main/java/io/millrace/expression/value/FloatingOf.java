package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;
import java.util.function.DoubleSupplier;

/** A double that is made of another value, and NULL where that is. */
public final class FloatingOf extends Floating {
    private final Value from;
    private final DoubleSupplier maker;

    /** @param maker reads {@code from}, which is loaded and not NULL */
    public FloatingOf(Value from, DoubleSupplier maker) {
        this.from = from;
        this.maker = maker;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        if (!from.load(row)) {
            return false;
        }
        value = maker.getAsDouble();
        return true;
    }
}
