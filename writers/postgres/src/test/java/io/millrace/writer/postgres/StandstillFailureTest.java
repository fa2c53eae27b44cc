package io.millrace.writer.postgres;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.writer.postgres.connection.BoundedWriteSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that stands still, as after SIGSTOP: its kernel takes the connection, and a few bytes, and then none. */
class StandstillFailureTest {
    private static final long LIMIT_MILLIS = 1_000;
    private static final long PATIENCE_MILLIS = 30_000;

    @Test
    void shouldFailWhenTheServerTakesNoBytes() throws IOException {
        try (ServerSocket standing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new BoundedWriteSocket(LIMIT_MILLIS)) {
            socket.connect(standing.getLocalSocketAddress());
            OutputStream out = socket.getOutputStream();
            byte[] block = new byte[1 << 20];
            long start = System.nanoTime();
            IOException failure = assertThrows(IOException.class, () -> {
                while (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < PATIENCE_MILLIS) {
                    out.write(block);
                }
            });
            assertTrue(failure.getMessage().startsWith("server takes no bytes"), failure.toString());
        }
    }

    @Test
    void shouldWriteForLongWhenTheServerTakesBytesSlowly() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new BoundedWriteSocket(LIMIT_MILLIS)) {
            socket.connect(listener.getLocalSocketAddress());
            Thread reader = new Thread(() -> readSlowly(listener));
            reader.start();
            OutputStream out = socket.getOutputStream();
            byte[] block = new byte[64 << 10];
            long start = System.nanoTime();
            while (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < 2 * LIMIT_MILLIS) {
                out.write(block);
            }
            socket.shutdownOutput();
            reader.join(PATIENCE_MILLIS);
        }
    }

    private static void readSlowly(ServerSocket listener) {
        byte[] bytes = new byte[256 << 10];
        try (Socket accepted = listener.accept()) {
            while (accepted.getInputStream().read(bytes) >= 0) {
                Thread.sleep(5);
            }
        } catch (IOException | InterruptedException e) {
            // The writer has ended.
        }
    }
}
