package io.millrace.writer.sql;

/** A row, or a statement's parameters, would pass what one message of the server's protocol may hold. */
public final class OutputOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Of a message.
     *
     * @param message what is too large, and the limit
     */
    public OutputOverflowException(String message) {
        super(message);
    }
}
