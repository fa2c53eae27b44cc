package io.millrace.connection.mysql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.plugin.AuthenticationPlugin;
import org.mariadb.jdbc.plugin.AuthenticationPluginFactory;

/**
 * MySQL's {@code sha256_password}, which the driver does not know: over TLS, the password itself. Found by the driver through
 * ServiceLoader; a connection without TLS does not allow it by name.
 */
public final class Sha256Password implements AuthenticationPluginFactory {
    @Override
    public String type() {
        return MySqlErrors.SHA256;
    }

    @Override
    public AuthenticationPlugin initialize(
            String password, byte[] scramble, Configuration configuration, HostAddress host) {
        return (out, in, context, isFingerprintChecked) -> {
            byte[] bytes = (password == null ? "" : password).getBytes(StandardCharsets.UTF_8);
            out.writeBytes(Arrays.copyOf(bytes, bytes.length + 1)); // and a zero
            out.flush();
            return in.readReusablePacket();
        };
    }

    @Override
    public boolean requireSecure() {
        return true;
    }
}
