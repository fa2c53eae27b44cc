package io.millrace.reader.mysql.connection;

import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import io.millrace.connection.mysql.ClientCertificate;
import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Makes a data source's TLS out of a plain socket, as strict as its mode says. The connector's own factory trusts anyone in
 * every mode and speaks to the server byte by byte.
 *
 * <p>Keeps the last socket that it made, for bulk reads past the connector's stream. Confined to one thread.
 */
final class BinlogTls implements SSLSocketFactory {
    private final DataSource dataSource;
    private SSLSocket made;

    BinlogTls(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public SSLSocket createSocket(Socket socket) throws SocketException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            made = (SSLSocket) context.getSocketFactory()
                    .createSocket(new BufferedSocket(socket), dataSource.host(), dataSource.port(), true);
            if (dataSource.tlsMode() == TlsMode.VERIFY_FULL) {
                SSLParameters parameters = made.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                made.setSSLParameters(parameters);
            }
            return made;
        } catch (GeneralSecurityException | IOException e) {
            throw new MillraceException(
                    ErrorCode.SOURCE_TLS, "cannot set up TLS: dataSource=" + dataSource.name() + ", cause=" + e, e);
        }
    }

    /** The socket of the last {@link #createSocket}, or null. */
    SSLSocket made() {
        return made;
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        return dataSource.tlsCertificate().isEmpty()
                ? null
                : ClientCertificate.keyManagers(
                        dataSource.tlsCertificate().get(), dataSource.tlsKey().orElseThrow());
    }

    private TrustManager[] trust() throws GeneralSecurityException, IOException {
        if (dataSource.tlsMode() == TlsMode.PREFERRED || dataSource.tlsMode() == TlsMode.REQUIRED) {
            return new TrustManager[] {new TrustAnyone()};
        }
        KeyStore authorities = null; // the platform's own
        if (dataSource.tlsCa().isPresent()) {
            authorities = read(dataSource.tlsCa().get());
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static KeyStore read(Path pem) throws GeneralSecurityException, IOException {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            int count = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                authorities.setCertificateEntry("ca-" + count, certificate);
                count++;
            }
        }
        return authorities;
    }

    /** For the modes that protect from listeners only, as their documentation says. */
    private static final class TrustAnyone implements X509TrustManager {
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
