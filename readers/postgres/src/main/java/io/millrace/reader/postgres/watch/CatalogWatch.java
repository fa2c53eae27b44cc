package io.millrace.reader.postgres.watch;

import io.millrace.error.MillraceException;

/** Something in the catalog that changes values or rows which are there, and of which no message of the stream tells. Of one connection. */
interface CatalogWatch {
    /**
     * Looks, and compares with what was known.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE for what it finds, in the same words at each look
     */
    void require();

    /** What was found is known from here on, so that it is told once. */
    void take();
}
