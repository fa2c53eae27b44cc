package io.millrace.writer.mysql;

/** One of several statements was warned of, and it cannot be asked any more of which. */
final class WarnedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WarnedException() {
        super(null, null, false, false);
    }
}
