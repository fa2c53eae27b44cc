package io.millrace.reader.mysql.connection;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How a password answers a scramble, by each method that needs no trust in the connection. Pure functions.
 *
 * <pre>
 *  mysql_native_password   SHA1(p) xor SHA1(scramble, SHA1(SHA1(p)))
 *  caching_sha2_password   SHA256(p) xor SHA256(SHA256(SHA256(p)), scramble)
 *  client_ed25519          {@link Ed25519} over the scramble
 * </pre>
 */
final class PasswordMethod {
    static final String NATIVE = "mysql_native_password";
    static final String CACHING_SHA2 = "caching_sha2_password";
    static final String ED25519 = "client_ed25519";
    static final String SHA256 = "sha256_password";
    static final String CLEAR = "mysql_clear_password";

    private static final int SCRAMBLE_LENGTH = 20;
    private static final byte[] NOTHING = {};

    private PasswordMethod() {}

    static byte[] nativeAnswer(byte[] password, byte[] scramble) {
        if (password.length == 0) {
            return NOTHING;
        }
        byte[] once = digest("SHA-1", password);
        return xor(once, digest("SHA-1", head(scramble), digest("SHA-1", once)));
    }

    /** The answer to the cache: an account that the server has not cached asks for more. */
    static byte[] cachingSha2Answer(byte[] password, byte[] scramble) {
        if (password.length == 0) {
            return new byte[1];
        }
        byte[] once = digest("SHA-256", password);
        return xor(once, digest("SHA-256", digest("SHA-256", once), head(scramble)));
    }

    static byte[] ed25519Answer(byte[] password, byte[] scramble) {
        return password.length == 0 ? NOTHING : Ed25519.sign(password, scramble);
    }

    /** The password itself, as the methods want it that rely on TLS. */
    static byte[] clearAnswer(byte[] password) {
        byte[] terminated = new byte[password.length + 1];
        System.arraycopy(password, 0, terminated, 0, password.length);
        return terminated;
    }

    /** The servers take a password's bytes in UTF-8, whatever the JVM's charset is. */
    static byte[] bytes(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }

    /** An auth switch sends a zero byte behind the scramble; a greeting does not. */
    private static byte[] head(byte[] scramble) {
        return scramble.length > SCRAMBLE_LENGTH ? java.util.Arrays.copyOf(scramble, SCRAMBLE_LENGTH) : scramble;
    }

    static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has it: algorithm=" + algorithm, e);
        }
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (byte) (a[i] ^ b[i]);
        }
        return result;
    }
}
