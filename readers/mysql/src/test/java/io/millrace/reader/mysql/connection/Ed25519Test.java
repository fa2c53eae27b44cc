package io.millrace.reader.mysql.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.plugin.Credential;
import org.mariadb.jdbc.plugin.authentication.standard.Ed25519PasswordPlugin;

/**
 * The artefacts of MariaDB that are tested have no {@code auth_ed25519} plugin, so three others say what is right: the vectors of
 * RFC 8032, the Java platform's verification, and the public key that MariaDB's own driver makes of a password.
 */
class Ed25519Test {
    /** SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes. */
    private static final byte[] KEY_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    @Test
    void shouldSignAsTheRfcSaysWhenThePasswordIsAKey() {
        assertSignature(
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
        assertSignature(
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    }

    private static void assertSignature(String key, String message, String signature) {
        HexFormat hex = HexFormat.of();
        assertEquals(signature, hex.formatHex(Ed25519.sign(hex.parseHex(key), hex.parseHex(message))));
    }

    @Test
    void shouldBeVerifiedUnderTheKeyThatTheServerKeepsForAPassword() throws Exception {
        Random random = new Random(Long.getLong("seed", 5));
        for (String password : new String[] {"secret", "Пароль-ü€", "x", "a".repeat(200)}) {
            byte[] publicKey = new Ed25519PasswordPlugin(password, new byte[32]).hash(new Credential("user", password));
            if (password.equals("secret")) { // the example of MariaDB's manual
                assertArrayEquals(
                        Base64.getDecoder().decode("ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY="), publicKey);
            }
            byte[] scramble = new byte[32];
            random.nextBytes(scramble);
            byte[] signature = Ed25519.sign(PasswordMethod.bytes(password), scramble);
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(platformKey(publicKey));
            verifier.update(scramble);
            assertTrue(verifier.verify(signature), password);
        }
    }

    private static PublicKey platformKey(byte[] bytes) throws Exception {
        byte[] encoded = java.util.Arrays.copyOf(KEY_HEAD, KEY_HEAD.length + bytes.length);
        System.arraycopy(bytes, 0, encoded, KEY_HEAD.length, bytes.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
}
