package io.millrace.writer.mysql;

/** A LOAD DATA left rows out, or changed some: what came of it must not stand, and another way tells which. */
final class LoadNotExactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadNotExactException() {
        super(null, null, false, false);
    }
}
