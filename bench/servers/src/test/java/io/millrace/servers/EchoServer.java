package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends back what it gets, and closes when its client does. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket listener;

    EchoServer() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        start(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void acceptAll() {
        while (true) {
            try {
                Socket socket = listener.accept();
                start(() -> echo(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException cut) {
            // The test cut it.
        }
    }

    private static void start(Runnable action) {
        Thread thread = new Thread(action, "echo");
        thread.setDaemon(true);
        thread.start();
    }
}
