package io.millrace.connection.mysql;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/**
 * The driver's TLS with a {@link ClientCertificate}: the driver itself reads key stores only, and a key is not to be written to
 * another file for that. Found by the driver through ServiceLoader, under its {@link #TYPE}.
 */
public final class ClientCertificateTls extends DefaultTlsSocketPlugin {
    static final String TYPE = "millrace-client-certificate";
    static final String CERTIFICATE = "millraceCertificate";
    static final String KEY = "millraceKey";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public KeyManager[] getKeyManager(Configuration configuration, ExceptionFactory exceptions) throws SQLException {
        Properties options = configuration.nonMappedOptions();
        try {
            return ClientCertificate.keyManagers(
                    Path.of(options.getProperty(CERTIFICATE)), Path.of(options.getProperty(KEY)));
        } catch (GeneralSecurityException | IOException e) {
            throw exceptions.create("cannot read the client's certificate", "08000", e);
        }
    }
}
