package io.millrace.connection.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets that notice a peer which is gone without a word: after 30 s of silence the kernel asks every 10 s, and gives the
 * connection up after the third question without an answer. Its own default is two hours.
 *
 * <p>Public because the driver makes it by its name.
 */
public class KeepAliveSocketFactory extends SocketFactory {
    private static final int IDLE_SECONDS = 30;
    private static final int INTERVAL_SECONDS = 10;
    private static final int PROBES = 3;

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = newSocket();
        socket.setKeepAlive(true);
        set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
        set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
        set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        return socket;
    }

    /** One that nothing is set of yet. */
    protected Socket newSocket() {
        return new Socket();
    }

    private static void set(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return refuse();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return refuse();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return refuse();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return refuse();
    }

    /** Such a socket would connect without a timeout; the driver asks for unconnected ones. */
    private static Socket refuse() throws IOException {
        throw new IOException("only unconnected sockets are made here");
    }
}
