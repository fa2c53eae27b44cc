package io.millrace.writer.postgres;

/** A row, or a statement's parameters, would pass what one message of the protocol may hold. */
final class OutputOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputOverflowException(long neededBytes) {
        super("message over 1 GiB: needed=" + neededBytes);
    }
}
