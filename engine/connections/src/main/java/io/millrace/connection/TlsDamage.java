package io.millrace.connection;

import javax.crypto.AEADBadTagException;

/**
 * Bytes that came otherwise than they were sent, which TLS notices and TCP's checksum did not. That says nothing of certificates or versions:
 * the next connection may do.
 */
public final class TlsDamage {
    private TlsDamage() {}

    /** Whether an error says so, or one that caused it. */
    public static boolean isIn(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof AEADBadTagException) {
                return true;
            }
        }
        return false;
    }
}
