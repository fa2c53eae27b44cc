package io.millrace.error;

/**
 * One thing that {@code check} or {@code plan} found.
 *
 * @param severity an ERROR keeps {@code run} from starting
 * @param code what kind of thing
 * @param subject the table, setting or privilege it is about
 * @param message what is wrong, without values of rows or credentials
 * @param fix one line that a person can act on
 */
public record Finding(Severity severity, ErrorCode code, String subject, String message, String fix) {
    /** How bad a finding is. */
    public enum Severity {
        INFO,
        WARNING,
        ERROR
    }
}
