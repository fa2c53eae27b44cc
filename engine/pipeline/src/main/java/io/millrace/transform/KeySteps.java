package io.millrace.transform;

import io.millrace.expression.Expression;
import io.millrace.task.TransformStep;
import java.util.Set;

/**
 * What may change a column of the key: only what gives two keys two others, always the same, so that each row at the target is still one of the source's.
 * An IllegalArgumentException says why a step does not. Stateless.
 */
final class KeySteps {
    private static final String EXPECTED =
            "expected=mask with hash or fpe, or set by id + 1, id * 2, 'x' || id, cast(id as text)";

    private KeySteps() {}

    /** A step of any kind but {@code set}. */
    static void require(TransformStep step) {
        boolean isApart = step instanceof TransformStep.Mask mask
                && switch (mask.with()) {
                    case HASH, FPE -> true;
                    case KEEP, FIXED, NULLIFY, EMAIL, DIGITS, TRUNCATE_DATE -> false;
                };
        if (!isApart) {
            throw refused();
        }
    }

    /** The value of a column of the key. */
    static void require(int column, Expression expression) {
        if (!expression.columns().equals(Set.of(column)) || !expression.keepsApart()) {
            throw refused();
        }
    }

    static IllegalArgumentException refused() {
        return new IllegalArgumentException(
                "a column of the key is changed, and two rows might get one key: " + EXPECTED);
    }
}
