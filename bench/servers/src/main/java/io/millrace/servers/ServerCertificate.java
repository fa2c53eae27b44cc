package io.millrace.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A self-signed certificate for {@code localhost} and {@code 127.0.0.1}, made on this machine, with its key. Being
 * self-signed it is its own authority. Immutable.
 */
record ServerCertificate(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    /** Takes it from the cache, where it is made if this machine has none yet. */
    static ServerCertificate of(ServerCache cache) {
        return in(cache.entry("certificate-1", ServerCertificate::make));
    }

    /** Makes a new one, so a stranger to all others, in that directory. */
    static ServerCertificate make(Path directory) throws IOException {
        Path store = directory.resolve("store.p12");
        Commands.require(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "3650",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "BC:critical=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD),
                Map.of(),
                null);
        ServerCertificate made = in(directory);
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            Key privateKey = keys.getKey("server", PASSWORD.toCharArray());
            write(made.certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
            write(made.key, "PRIVATE KEY", privateKey.getEncoded());
        } catch (GeneralSecurityException failure) {
            throw new IOException("cannot make a certificate: directory=" + directory, failure);
        }
        Files.delete(store);
        return made;
    }

    private static ServerCertificate in(Path directory) {
        return new ServerCertificate(directory.resolve("server-cert.pem"), directory.resolve("server-key.pem"));
    }

    private static void write(Path file, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        Files.write(file, pem.getBytes(StandardCharsets.US_ASCII));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
