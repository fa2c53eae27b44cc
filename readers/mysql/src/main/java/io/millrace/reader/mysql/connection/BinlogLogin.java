package io.millrace.reader.mysql.connection;

import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Logs one connection of the binlog protocol in. The connector's own authenticator encodes passwords in the JVM's charset, knows
 * neither MariaDB's methods nor {@code sha256_password}, and sends a clear password to whoever asks.
 *
 * <pre>
 *  server   greeting ─▶                     ─▶ OK
 *                       (TLS) ─▶ answer ─▶  ─▶ another method, scramble ─▶ answer ─▶ …
 *                                           ─▶ more: 3 cached, 4 the password itself
 * </pre>
 *
 * Without TLS no key is asked of a server and no password sent that could be read (EXACTNESS 43), not on loopback either: what
 * asks for it is refused by name. Confined to the connection's thread.
 */
final class BinlogLogin {
    private static final int OK = 0x00;
    private static final int MORE = 0x01;
    private static final int NEXT_FACTOR = 0x02;
    private static final int SWITCH = 0xFE;
    private static final int ERROR = 0xFF;
    private static final int CACHED = 3;
    private static final int FULL = 4;
    private static final int UTF8MB4 = 45;
    private static final int PACKET_LIMIT = 0xFF_FFFF;
    private static final int FILLER = 23;

    private final PacketChannel channel;
    private final DataSource dataSource;
    private final BinlogTls tls;
    private final byte[] password;
    private Greeting greeting;

    BinlogLogin(PacketChannel channel, DataSource dataSource, BinlogTls tls) {
        this.channel = channel;
        this.dataSource = dataSource;
        this.tls = tls;
        this.password = PasswordMethod.bytes(dataSource.password().reveal());
    }

    /** Returns how the server greeted. */
    Greeting login() throws IOException {
        byte[] first = channel.read();
        if (first.length > 0 && (first[0] & 0xFF) == ERROR) {
            throw BinlogSession.error(first, "connect");
        }
        greeting = Greeting.parse(first);
        makeTls();
        try {
            answer();
            converse();
        } finally {
            Arrays.fill(password, (byte) 0);
        }
        return greeting;
    }

    private void makeTls() throws IOException {
        TlsMode mode = dataSource.tlsMode();
        if (!greeting.offersTls() && mode != TlsMode.DISABLED && mode != TlsMode.PREFERRED) {
            throw new MillraceException(ErrorCode.SOURCE_TLS, "server offers no TLS: " + where() + ", mode=" + mode);
        }
        if (greeting.offersTls() && mode != TlsMode.DISABLED) {
            write(head(LoginCapabilities.OURS | LoginCapabilities.SSL).array());
            channel.upgradeToSSL(tls, null);
        }
    }

    /** What both the request of TLS and the answer begin with. */
    private static ByteBuffer head(long capabilities) {
        return ByteBuffer.allocate(4 + 4 + 1 + FILLER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) capabilities)
                .putInt(PACKET_LIMIT)
                .put((byte) UTF8MB4);
    }

    private void answer() throws IOException {
        // An account of another method is told to switch, so any that is known will do to begin with.
        boolean isCachingSha2 = greeting.method().equals(PasswordMethod.CACHING_SHA2);
        byte[] answer = isCachingSha2
                ? PasswordMethod.cachingSha2Answer(password, greeting.scramble())
                : PasswordMethod.nativeAnswer(password, greeting.scramble());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head(LoginCapabilities.OURS | (channel.isSSL() ? LoginCapabilities.SSL : 0))
                .array());
        out.write(dataSource.user().getBytes(StandardCharsets.UTF_8));
        out.write(0);
        out.write(answer.length);
        out.write(answer);
        out.write((isCachingSha2 ? PasswordMethod.CACHING_SHA2 : PasswordMethod.NATIVE)
                .getBytes(StandardCharsets.US_ASCII));
        out.write(0);
        write(out.toByteArray());
    }

    private void converse() throws IOException {
        String method = greeting.method();
        while (true) {
            byte[] packet = channel.read();
            int kind = packet.length == 0 ? -1 : packet[0] & 0xFF;
            switch (kind) {
                case OK -> {
                    return;
                }
                case ERROR -> throw refusal(packet);
                case SWITCH -> method = onSwitch(packet);
                case MORE -> onMore(packet, method);
                case NEXT_FACTOR -> throw unsupported("a second factor");
                default ->
                    throw new MillraceException(
                            ErrorCode.SOURCE_PROTOCOL, "login is not understood: " + where() + ", packet=" + kind);
            }
        }
    }

    private String onSwitch(byte[] packet) throws IOException {
        if (packet.length == 1) {
            throw unsupported("mysql_old_password");
        }
        EventBytes bytes = new EventBytes(new EventPlace()).wrap(new UnsafeBuffer(packet), 1, packet.length);
        String method = Greeting.terminated(bytes, "method");
        byte[] scramble = bytes.bytes(bytes.remaining(), "scramble");
        write(
                switch (method) {
                    case PasswordMethod.NATIVE -> PasswordMethod.nativeAnswer(password, scramble);
                    case PasswordMethod.CACHING_SHA2 -> PasswordMethod.cachingSha2Answer(password, scramble);
                    case PasswordMethod.ED25519 -> PasswordMethod.ed25519Answer(password, scramble);
                    case PasswordMethod.SHA256 -> password.length == 0 ? new byte[1] : clear(method);
                    case PasswordMethod.CLEAR -> clear(method);
                    default -> throw unsupported(method);
                });
        return method;
    }

    private void onMore(byte[] packet, String method) throws IOException {
        boolean isCachingSha2 = method.equals(PasswordMethod.CACHING_SHA2) && packet.length == 2;
        if (isCachingSha2 && packet[1] == CACHED) {
            return;
        }
        if (!isCachingSha2 || packet[1] != FULL) {
            throw unsupported(method);
        }
        write(clear(method));
    }

    /** The password itself, which only TLS may carry. */
    private byte[] clear(String method) {
        if (!channel.isSSL()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_TLS,
                    "account cannot log in safely without TLS: " + where() + ", user=" + dataSource.user() + ", method="
                            + method + ", mode=" + dataSource.tlsMode());
        }
        return PasswordMethod.clearAnswer(password);
    }

    private MillraceException unsupported(String method) {
        return new MillraceException(
                ErrorCode.SOURCE_LOGIN_REFUSED,
                "account logs in by a method that is not supported: " + where() + ", user=" + dataSource.user()
                        + ", method=" + method);
    }

    private MillraceException refusal(byte[] packet) {
        MillraceException refused = BinlogSession.error(packet, "login, user=" + dataSource.user());
        return refused.code() == ErrorCode.SOURCE_PRIVILEGE
                ? new MillraceException(ErrorCode.SOURCE_LOGIN_REFUSED, refused.getMessage(), refused)
                : refused;
    }

    private void write(byte[] payload) throws IOException {
        channel.write(() -> payload);
    }

    private String where() {
        return "host=" + dataSource.host() + ", port=" + dataSource.port();
    }
}
