package io.millrace.error;

/**
 * Whose fault an error is. Each kind has the exit code with which the command line ends on it.
 */
public enum ErrorKind {
    /** Rows, statements or events that cannot be carried, or a source and a target that differ. */
    DATA(1),
    /** Usage, files, contradictions: what the user wrote. */
    USER(2),
    /** The source cannot be reached, logged in to or used. */
    SOURCE(3),
    /** The target cannot be reached, logged in to or used. */
    TARGET(3),
    /** A broken invariant: a bug of this program. */
    INTERNAL(4),
    /** The change log or its directory. */
    LOG(5),
    /** Disk, memory, JVM flags, another process. */
    RESOURCE(5);

    private final int exitCode;

    ErrorKind(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The process exit code of an error of this kind. */
    public int exitCode() {
        return exitCode;
    }
}
