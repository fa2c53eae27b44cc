package io.millrace.expression.value;

import io.millrace.row.ImageFlyweight;

/**
 * A step of a compiled expression: {@link #load} computes it for a row and leaves it in the field of its subclass, which is valid
 * until the next call. All columns that it reads must have been sent.
 *
 * <p>Confined to one thread. Hot path: allocates nothing, but for exact numbers of more than 18 digits and their division.
 */
public abstract sealed class Value permits Truth, Whole, Exact, Floating, Text, Nothing {
    public abstract SqlType type();

    /** Computes; false where it is NULL. */
    public abstract boolean load(ImageFlyweight row);
}
