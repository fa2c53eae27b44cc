package io.millrace.e2e.drain;

import com.github.shyiko.mysql.binlog.network.Authenticator;
import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import com.github.shyiko.mysql.binlog.network.protocol.GreetingPacket;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.SSLRequestCommand;
import io.millrace.servers.MySqlServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Asks a server for one binlog file from a position to its end, and throws the bytes away as they come: nothing is looked at but
 * the length of each packet, which says where the end is. What no reader can beat.
 */
final class RawDrain {
    private static final int BUFFER_LENGTH = 1 << 20;
    private static final int HEADER_LENGTH = 4;
    private static final int PACKET_EOF = 0xFE;
    private static final long SERVER_ID = 4_000_000_001L;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private int at;
    private int end;
    private long received;

    private RawDrain(InputStream in) {
        this.in = in;
    }

    /**
     * Bytes and the time from the command to the last of them.
     *
     * @param bytes as they came over the connection, packets' headers included
     */
    record Drained(long bytes, double seconds) {
        double bytesPerSecond() {
            return bytes / seconds;
        }
    }

    /** Drains {@code file} from {@code position} to its end. */
    static Drained run(MySqlServer server, boolean isTls, String file, long position) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4 << 20);
            socket.connect(new java.net.InetSocketAddress(server.host(), server.port()));
            try (PacketChannel channel = new PacketChannel(socket)) {
                Tls tls = new Tls();
                login(channel, server, isTls ? tls : null);
                channel.write(
                        new QueryCommand(
                                "SET @master_binlog_checksum=@@global.binlog_checksum, @source_binlog_checksum=@@global.binlog_checksum"));
                channel.read();
                InputStream in = isTls ? tls.made.getInputStream() : socket.getInputStream();
                long started = System.nanoTime();
                channel.write(new DumpToEndCommand(SERVER_ID, file, position));
                long bytes = new RawDrain(in).drain();
                return new Drained(bytes, (System.nanoTime() - started) / 1e9);
            }
        }
    }

    private static void login(PacketChannel channel, MySqlServer server, SSLSocketFactory tls) throws IOException {
        GreetingPacket greeting = new GreetingPacket(channel.read());
        if (tls != null) {
            SSLRequestCommand request = new SSLRequestCommand();
            request.setCollation(greeting.getServerCollation());
            channel.write(request);
            channel.upgradeToSSL(tls, null);
        }
        new Authenticator(greeting, channel, "", server.user(), server.password()).authenticate();
        channel.authenticationComplete();
    }

    private long drain() throws IOException {
        while (true) {
            require(HEADER_LENGTH + 1);
            int length = (buffer[at] & 0xFF) | (buffer[at + 1] & 0xFF) << 8 | (buffer[at + 2] & 0xFF) << 16;
            if ((buffer[at + HEADER_LENGTH] & 0xFF) == PACKET_EOF && length < 9) {
                return received;
            }
            if ((buffer[at + HEADER_LENGTH] & 0xFF) != 0) {
                throw new IOException("server refused: packet=" + (buffer[at + HEADER_LENGTH] & 0xFF));
            }
            skip(HEADER_LENGTH + length);
        }
    }

    private void require(int length) throws IOException {
        if (end - at < length) {
            System.arraycopy(buffer, at, buffer, 0, end - at);
            end -= at;
            at = 0;
            while (end < length) {
                read();
            }
        }
    }

    private void skip(int length) throws IOException {
        int left = length;
        while (left > end - at) {
            left -= end - at;
            at = 0;
            end = 0;
            read();
        }
        at += left;
    }

    private void read() throws IOException {
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            throw new EOFException("server closed the connection: received=" + received);
        }
        end += count;
        received += count;
    }

    /** TLS as the reader makes it, but for its trust: the server is our own child. */
    private static final class Tls implements SSLSocketFactory {
        private SSLSocket made;

        @Override
        public SSLSocket createSocket(Socket socket) throws SocketException {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new Anyone()}, null);
                made = (SSLSocket) context.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
                return made;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("cannot set up TLS", e);
            }
        }
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
