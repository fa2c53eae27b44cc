package io.millrace.writer.mysql;

/** The compare-and-set of the checkpoint met no row. */
final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedException() {
        super(null, null, false, false);
    }
}
