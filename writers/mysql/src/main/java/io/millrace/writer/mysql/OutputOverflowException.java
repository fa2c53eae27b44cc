package io.millrace.writer.mysql;

/** A row does not fit into any statement that the server takes. */
final class OutputOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputOverflowException(long bytes, long most) {
        super("row too large for a statement: bytes=" + bytes + ", most=" + most
                + " (the server's max_allowed_packet)");
    }
}
