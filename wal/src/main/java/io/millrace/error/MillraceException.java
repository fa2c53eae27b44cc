package io.millrace.error;

/**
 * The one exception of this program. Its message has the form {@code what is wrong: key=value, key=value} and never
 * holds a row's value, a credential, or an SQL literal.
 */
public final class MillraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public MillraceException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public MillraceException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** As a person sees it: {@code MR2001: cannot connect: host=…, port=…}. */
    public String display() {
        return code.label() + ": " + getMessage();
    }
}
