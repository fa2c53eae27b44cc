package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;
import java.util.function.BooleanSupplier;

/** A truth value that is made of another value, and NULL where that is. */
public final class TruthOf extends Truth {
    private final Value from;
    private final BooleanSupplier maker;

    /** @param maker reads {@code from}, which is loaded and not NULL */
    public TruthOf(Value from, BooleanSupplier maker) {
        this.from = from;
        this.maker = maker;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        if (!from.load(row)) {
            return false;
        }
        isTrue = maker.getAsBoolean();
        return true;
    }
}
