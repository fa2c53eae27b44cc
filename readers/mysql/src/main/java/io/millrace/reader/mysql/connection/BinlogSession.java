package io.millrace.reader.mysql.connection;

import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import com.github.shyiko.mysql.binlog.network.protocol.ErrorPacket;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import io.millrace.connection.TlsDamage;
import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import io.millrace.reader.mysql.event.PacketReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One logged-in connection of the MySQL protocol: connects, makes TLS, authenticates, asks, and then hands its input over to a
 * {@link PacketReader}. The connector's classes speak the protocol; its client is not used.
 *
 * <p>Confined to one thread, but for {@link #close}, which may come from any and ends whatever blocks.
 */
public final class BinlogSession implements AutoCloseable {
    private static final int RECEIVE_BUFFER_LENGTH = 4 << 20;
    private static final int PACKET_ERROR = 0xFF;
    private static final int PACKET_EOF = 0xFE;
    private static final int PACKET_OK = 0;
    private static final int NULL_VALUE = 0xFB;

    private final DataSource dataSource;
    private final Socket socket = new Socket();
    private final BinlogTls tls;
    private PacketChannel channel;
    private String version = "";
    private boolean isLoggedIn;

    private BinlogSession(DataSource dataSource) {
        this.dataSource = dataSource;
        this.tls = new BinlogTls(dataSource);
    }

    /** A session that is not connected yet, so that another thread can close it while it connects. */
    public static BinlogSession of(DataSource dataSource) {
        return new BinlogSession(dataSource);
    }

    /** Connects and logs in. */
    public BinlogSession open() {
        try {
            int timeoutMillis = (int)
                    Math.min(Integer.MAX_VALUE, dataSource.connectTimeout().toMillis());
            socket.setReceiveBufferSize(RECEIVE_BUFFER_LENGTH);
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(dataSource.host(), dataSource.port()), timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            channel = new PacketChannel(socket);
            version = new BinlogLogin(channel, dataSource, tls).login().version();
            channel.authenticationComplete();
            isLoggedIn = true;
            return this;
        } catch (IOException e) {
            close();
            throw translate(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** As the server greets: a MariaDB says so in its version. */
    public String version() {
        return version;
    }

    public boolean isMariaDb() {
        return version.contains("MariaDB");
    }

    public boolean isTls() {
        return channel.isSSL();
    }

    /** Runs a statement that returns no rows. */
    public void execute(String sql) {
        execute(new QueryCommand(sql), sql);
    }

    /** Sends a command whose answer is OK; {@code during} says what it does. */
    public void execute(Command command, String during) {
        try {
            channel.write(command);
            byte[] answer = readPacket();
            if (answer.length == 0 || answer[0] != PACKET_OK) {
                throw error(answer, during);
            }
        } catch (IOException e) {
            throw translate(e);
        }
    }

    /** The rows of a query, all values as text; the statement and its values are ASCII. */
    public List<String[]> query(String sql) {
        try {
            channel.write(new QueryCommand(sql));
            byte[] answer = readPacket();
            if (answer.length == 0 || (answer[0] & 0xFF) == PACKET_ERROR) {
                throw error(answer, sql);
            }
            int columns = answer[0] & 0xFF;
            if (columns == PACKET_OK || columns >= NULL_VALUE) {
                throw new MillraceException(ErrorCode.SOURCE_PROTOCOL, "result set expected: found=" + columns);
            }
            for (int i = 0; i <= columns; i++) {
                readPacket(); // definitions and their end
            }
            List<String[]> rows = new ArrayList<>();
            EventPlace nowhere = new EventPlace();
            for (byte[] row = readPacket(); !isEnd(row); row = readPacket()) {
                if ((row[0] & 0xFF) == PACKET_ERROR) {
                    throw error(row, sql);
                }
                rows.add(values(row, columns, nowhere));
            }
            return rows;
        } catch (IOException e) {
            throw translate(e);
        }
    }

    /** One packet of an answer. The connector's own {@code read} counts packets in an int, and fails at the 256th. */
    private byte[] readPacket() throws IOException {
        ByteArrayInputStream in = channel.getInputStream();
        int length = in.readInteger(3);
        in.read();
        return in.read(length);
    }

    private static String[] values(byte[] row, int columns, EventPlace nowhere) {
        EventBytes bytes = new EventBytes(nowhere).wrap(new UnsafeBuffer(row), 0, row.length);
        String[] values = new String[columns];
        for (int i = 0; i < columns; i++) {
            boolean isNull = bytes.remaining() > 0 && (row[bytes.position()] & 0xFF) == NULL_VALUE;
            values[i] = isNull ? null : bytes.text(bytes.packedCount("row"), "row");
            if (isNull) {
                bytes.take(1, "row");
            }
        }
        return values;
    }

    /** The single value of a query of one row and one column. */
    public String value(String sql) {
        List<String[]> rows = query(sql);
        if (rows.size() != 1) {
            throw new MillraceException(ErrorCode.SOURCE_PROTOCOL, "one row expected: found=" + rows.size());
        }
        return rows.get(0)[0];
    }

    private static boolean isEnd(byte[] packet) {
        return packet.length > 0 && packet.length < 9 && (packet[0] & 0xFF) == PACKET_EOF;
    }

    /**
     * Sends the command that turns the connection into a stream of events, and hands the input over. The server has nothing
     * left to say before it, so nothing has been read ahead by the connector's stream.
     */
    public PacketReader stream(Command dump, int readTimeoutMillis) {
        try {
            socket.setSoTimeout(readTimeoutMillis);
            channel.write(dump);
            InputStream in =
                    tls.made() == null ? socket.getInputStream() : tls.made().getInputStream();
            return new PacketReader(in, 1);
        } catch (IOException e) {
            throw translate(e);
        }
    }

    /** The exception for an error packet. */
    public static MillraceException error(byte[] packet, String during) {
        if (packet.length == 0 || (packet[0] & 0xFF) != PACKET_ERROR) {
            return new MillraceException(ErrorCode.SOURCE_PROTOCOL, "unexpected answer: during=" + during);
        }
        try {
            ErrorPacket error = new ErrorPacket(Arrays.copyOfRange(packet, 1, packet.length));
            return BinlogErrors.of(error.getErrorCode(), error.getErrorMessage(), during);
        } catch (IOException e) {
            return new MillraceException(ErrorCode.SOURCE_PROTOCOL, "malformed error packet: during=" + during, e);
        }
    }

    /** What an exception of the connection means. */
    public MillraceException translate(IOException e) {
        String what = server() + ", cause=" + e.getMessage();
        boolean isCut = e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
        if (e instanceof SSLException && !isLoggedIn && !isCut && !TlsDamage.isIn(e)) {
            return new MillraceException(ErrorCode.SOURCE_TLS, "TLS failed: " + what, e);
        }
        if (e instanceof UnknownHostException) {
            return new MillraceException(ErrorCode.SOURCE_UNREACHABLE, "unknown host: " + what, e);
        }
        if (e instanceof ConnectException
                || e instanceof NoRouteToHostException
                || (e instanceof SocketTimeoutException && channel == null)) {
            return new MillraceException(ErrorCode.SOURCE_UNREACHABLE, "cannot connect: " + what, e);
        }
        if (e instanceof SocketTimeoutException) {
            return new MillraceException(ErrorCode.SOURCE_CONNECTION_LOST, "server is silent: " + what, e);
        }
        return new MillraceException(ErrorCode.SOURCE_CONNECTION_LOST, "connection lost: " + what, e);
    }

    private String server() {
        return "host=" + dataSource.host() + ", port=" + dataSource.port();
    }

    @Override
    public void close() {
        try {
            socket.close(); // under TLS too: a farewell could block on a stuck peer
        } catch (IOException e) {
            // Nothing is left to be saved: the connection is gone either way.
        }
    }
}
