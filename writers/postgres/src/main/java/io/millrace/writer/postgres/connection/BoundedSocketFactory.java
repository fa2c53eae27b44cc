package io.millrace.writer.postgres.connection;

import io.millrace.connection.postgres.KeepAliveSocketFactory;
import java.net.Socket;

/**
 * Sockets for which a peer that is there, but takes no bytes, is given up as one that gives none: see {@link BoundedWriteSocket}.
 *
 * <p>Public because the driver makes it by its name.
 */
public final class BoundedSocketFactory extends KeepAliveSocketFactory {
    @Override
    protected Socket newSocket() {
        return new BoundedWriteSocket(ConnectionSettings.SILENCE_SECONDS * 1_000L);
    }
}
