package io.millrace.reader.mysql;

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
        return PasswordMethod.SHA256;
    }

    @Override
    public AuthenticationPlugin initialize(
            String password, byte[] scramble, Configuration configuration, HostAddress host) {
        return (out, in, context, isFingerprintChecked) -> {
            out.writeBytes(PasswordMethod.clearAnswer(PasswordMethod.bytes(password == null ? "" : password)));
            out.flush();
            return in.readReusablePacket();
        };
    }

    @Override
    public boolean requireSecure() {
        return true;
    }
}
