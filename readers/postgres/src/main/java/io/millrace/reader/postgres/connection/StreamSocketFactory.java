package io.millrace.reader.postgres.connection;

import io.millrace.connection.postgres.KeepAliveSocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * Sockets of replication connections, which gather what a walsender sends in small pieces: see {@link GatheringStream}.
 *
 * <p>Public because the driver makes it by its name.
 */
public final class StreamSocketFactory extends KeepAliveSocketFactory {
    private final StreamHearing hearing;

    /**
     * As the driver does.
     *
     * @param word of the connection's hearing
     */
    public StreamSocketFactory(String word) {
        hearing = StreamHearing.of(word);
    }

    @Override
    protected Socket newSocket() {
        return new Socket() {
            @Override
            public InputStream getInputStream() throws IOException {
                return GatheringStream.of(super.getInputStream(), hearing);
            }
        };
    }
}
