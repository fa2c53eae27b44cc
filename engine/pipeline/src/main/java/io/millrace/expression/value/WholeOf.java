package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;
import java.util.function.LongSupplier;

/** A whole number, day or moment that is made of another value, and NULL where that is. */
public final class WholeOf extends Whole {
    private final Value from;
    private final LongSupplier maker;

    /** @param maker reads {@code from}, which is loaded and not NULL */
    public WholeOf(SqlType type, Value from, LongSupplier maker) {
        super(type);
        this.from = from;
        this.maker = maker;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        if (!from.load(row)) {
            return false;
        }
        value = maker.getAsLong();
        return true;
    }
}
