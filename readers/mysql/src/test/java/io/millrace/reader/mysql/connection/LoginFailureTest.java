package io.millrace.reader.mysql.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Servers, or who sits between, that ask for what no client may give. They greet as a real one does and then ask; what arrives at
 * them is kept. EXACTNESS 43.
 */
class LoginFailureTest {
    private static final String CANARY = "Canary-8z";

    /** Who greets without TLS, asks for a method, and keeps what it is sent. */
    private static final class Asker implements AutoCloseable {
        private final ServerSocket listener;
        private final Thread thread;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        Asker(String greeted, byte[] question) throws IOException {
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            thread = new Thread(() -> serve(greeted, question), "asker");
            thread.start();
        }

        private void serve(String greeted, byte[] question) {
            try (Socket socket = listener.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                write(socket, 0, greeting(greeted));
                received.write(packet(in));
                write(socket, 2, question);
                received.write(in.readAllBytes()); // until the client hangs up
            } catch (IOException e) {
                // The client hung up, which is what is tested.
            }
        }

        private static byte[] packet(DataInputStream in) throws IOException {
            int length = in.read() | in.read() << 8 | in.read() << 16;
            in.read();
            return in.readNBytes(length);
        }

        private static void write(Socket socket, int number, byte[] payload) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(payload.length);
            out.write(payload.length >> 8);
            out.write(0);
            out.write(number);
            out.write(payload);
            socket.getOutputStream().write(out.toByteArray());
        }

        private static byte[] greeting(String method) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(10);
            out.writeBytes("8.0.31\0".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(new byte[4]);
            out.writeBytes("abcdefgh\0".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xF7, 45, 2, 0, (byte) 0xFF, (byte) 0xDF, 21}); // no TLS
            out.writeBytes(new byte[10]);
            out.writeBytes("ijklmnopqrst\0".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes((method + "\0").getBytes(StandardCharsets.US_ASCII));
            return out.toByteArray();
        }

        /** What arrived, once the client has hung up. */
        String received() throws InterruptedException {
            thread.join(30_000);
            return received.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static byte[] switchTo(String method) {
        return ("\u00fe" + method + "\0" + "abcdefghijklmnopqrst\0").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static MillraceException refusal(Asker asker) {
        DataSource dataSource = new DataSource(
                "test",
                "mysql",
                "127.0.0.1",
                asker.listener.getLocalPort(),
                "",
                "repl",
                Secret.of(CANARY),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(1));
        return assertThrows(
                MillraceException.class, () -> BinlogSession.of(dataSource).open());
    }

    @Test
    void shouldSendNoClearPasswordWhenThereIsNoTls() throws Exception {
        for (String method : new String[] {"mysql_clear_password", "sha256_password"}) {
            try (Asker asker = new Asker("caching_sha2_password", switchTo(method))) {
                MillraceException refused = refusal(asker);
                assertEquals(ErrorCode.SOURCE_TLS, refused.code(), refused.display());
                assertTrue(refused.getMessage().contains("method=" + method), refused.getMessage());
                assertFalse(asker.received().contains(CANARY));
            }
        }
    }

    @Test
    void shouldAskForNoKeyWhenThereIsNoTls() throws Exception {
        try (Asker asker = new Asker("caching_sha2_password", new byte[] {1, 4})) {
            assertEquals(ErrorCode.SOURCE_TLS, refusal(asker).code());
            String received = asker.received();
            assertFalse(received.contains(CANARY));
            // Nothing stands behind the answer to the greeting, the request of a key neither.
            assertTrue(received.endsWith("caching_sha2_password\0"), received);
        }
    }

    @Test
    void shouldNameTheMethodWhenItIsNotSupported() throws Exception {
        for (String method :
                new String[] {"parsec", "dialog", "auth_gssapi_client", "authentication_ldap_sasl_client"}) {
            try (Asker asker = new Asker("mysql_native_password", switchTo(method))) {
                MillraceException refused = refusal(asker);
                assertEquals(ErrorCode.SOURCE_LOGIN_REFUSED, refused.code(), refused.display());
                assertTrue(refused.getMessage().contains("method=" + method), refused.getMessage());
                assertFalse(asker.received().contains(CANARY));
            }
        }
        try (Asker asker = new Asker("mysql_native_password", new byte[] {(byte) 0xFE})) {
            assertTrue(refusal(asker).getMessage().contains("mysql_old_password"));
        }
        try (Asker asker = new Asker("mysql_native_password", new byte[] {2, 'x', 0})) {
            assertTrue(refusal(asker).getMessage().contains("second factor"));
        }
    }

    @Test
    void shouldSignWhenMariaDbAsksForEd25519() throws Exception {
        String scramble = "0123456789abcdef0123456789abcdef";
        byte[] question = ("\u00feclient_ed25519\0" + scramble).getBytes(StandardCharsets.ISO_8859_1);
        try (Asker asker = new Asker("mysql_native_password", question)) {
            // The asker never answers, so the client gives up after its timeout and hangs up.
            assertEquals(ErrorCode.SOURCE_CONNECTION_LOST, refusal(asker).code());
            byte[] expected =
                    Ed25519.sign(CANARY.getBytes(StandardCharsets.UTF_8), scramble.getBytes(StandardCharsets.US_ASCII));
            assertTrue(asker.received().endsWith(new String(expected, StandardCharsets.ISO_8859_1)));
        }
    }

    @Test
    void shouldFailPreciselyWhenTheGreetingIsCutOrDamaged() {
        byte[] greeting = Asker.greeting("mysql_native_password");
        for (int length = 0; length < greeting.length - 40; length++) {
            byte[] cut = java.util.Arrays.copyOf(greeting, length);
            assertEquals(
                    ErrorCode.SOURCE_PROTOCOL,
                    assertThrows(MillraceException.class, () -> Greeting.parse(cut))
                            .code());
        }
        greeting[0] = 9;
        assertEquals(
                ErrorCode.SOURCE_PROTOCOL,
                assertThrows(MillraceException.class, () -> Greeting.parse(greeting))
                        .code());
    }
}
