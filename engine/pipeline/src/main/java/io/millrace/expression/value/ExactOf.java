package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;
import java.util.function.Consumer;

/** An exact number that is made of another value, and NULL where that is. */
public final class ExactOf extends Exact {
    private final Value from;
    private final Consumer<Decimal> maker;

    /** @param maker reads {@code from}, which is loaded and not NULL */
    public ExactOf(Value from, Consumer<Decimal> maker) {
        this.from = from;
        this.maker = maker;
    }

    @Override
    public boolean load(ImageFlyweight row) {
        if (!from.load(row)) {
            return false;
        }
        maker.accept(value);
        return true;
    }
}
