package io.millrace.writer.sql;

/** An attempt at a batch ended for a reason that only its writer knows, and knows what to do about. */
public abstract class AttemptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for the log. */
    protected AttemptException(String message) {
        super(message);
    }

    /** A mere signal, without message and trace. */
    protected AttemptException() {
        super(null, null, false, false);
    }
}
