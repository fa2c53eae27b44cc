package io.millrace.reader.mysql;

import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.AuthenticateClearPasswordCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.AuthenticateSHA2RSAPasswordCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.ByteArrayCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.net.Socket;

/**
 * The connector's channel, which refuses to send what would give the password away (EXACTNESS 43): a server, or who sits
 * between, may ask for the clear password or hand out an RSA key of its own. Off loopback neither is answered without TLS.
 *
 * <p>Confined to one thread; closing may come from another.
 */
final class GuardedChannel extends PacketChannel {
    private final boolean isLoopback;

    GuardedChannel(Socket socket) throws IOException {
        super(socket);
        isLoopback = socket.getInetAddress().isLoopbackAddress();
    }

    @Override
    public void write(Command command) throws IOException {
        boolean givesPasswordAway = command instanceof AuthenticateClearPasswordCommand
                || command instanceof AuthenticateSHA2RSAPasswordCommand
                || command instanceof ByteArrayCommand; // the clear password, or the request of a key
        if (givesPasswordAway && !isSSL() && !isLoopback) {
            throw new MillraceException(
                    ErrorCode.SOURCE_TLS,
                    "server asks for the password without TLS: allowed=loopback only, required=tls.mode required or stricter");
        }
        super.write(command);
    }
}
