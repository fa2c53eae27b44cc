package io.millrace.servers;

/**
 * A server, or another thing of the machine, that cannot be had here, with the reason: another platform, a missing
 * library, no right to do it. A server that is there and fails is an {@link IllegalStateException} instead.
 */
public final class ServerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ServerUnavailable(String reason) {
        super(reason);
    }

    public ServerUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
