package io.millrace.servers;

import static io.millrace.servers.Direction.TO_CLIENT;
import static io.millrace.servers.Direction.TO_SERVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private EchoServer server;
    private FaultProxy proxy;

    @BeforeEach
    void start() {
        server = new EchoServer();
        proxy = FaultProxy.to("127.0.0.1", server.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        proxy.close();
        server.close();
    }

    @Test
    void shouldPassAndCountAllWhenNoFaultIsSet() throws IOException {
        byte[] sent = bytes(1_000_000);
        try (Socket client = connect()) {
            Thread writer = new Thread(() -> write(client, sent));
            writer.start();
            assertArrayEquals(sent, client.getInputStream().readNBytes(sent.length));
        }
        assertEquals(sent.length, proxy.bytes(TO_SERVER));
        assertEquals(sent.length, proxy.bytes(TO_CLIENT));
        assertEquals(1, proxy.connectionCount());
    }

    @Test
    void shouldResetWhenCut() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, bytes(10));
            proxy.cut();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
        assertTrue(proxy.connections().isEmpty());
    }

    @Test
    void shouldLeadNewConnectionsElsewhereWhenRedirected() throws IOException {
        try (Socket before = connect();
                EchoServer other = new EchoServer()) {
            roundTrip(before, bytes(10));
            proxy.redirect("127.0.0.1", other.port());
            server.close();
            try (Socket after = connect()) {
                roundTrip(after, bytes(10));
            }
        }
    }

    @Test
    void shouldDeliverExactlyThoseBytesWhenEndIsAfterThem() throws IOException {
        byte[] sent = bytes(200_000);
        proxy.endAfter(TO_CLIENT, 123_457);
        try (Socket client = connect()) {
            Thread writer = new Thread(() -> write(client, sent));
            writer.start();
            assertArrayEquals(
                    Arrays.copyOf(sent, 123_457), client.getInputStream().readAllBytes());
        }
        assertEquals(123_457, proxy.bytes(TO_CLIENT));
    }

    @Test
    void shouldEndOneConnectionOnlyWhenItPassesTheByte() throws IOException {
        proxy.endAfter(TO_CLIENT, 10);
        try (Socket first = connect();
                Socket second = connect()) {
            roundTrip(first, bytes(9));
            write(second, bytes(2));
            assertEquals(1, second.getInputStream().readAllBytes().length);
            roundTrip(first, bytes(9));
        }
    }

    @Test
    void shouldResetTheConnectionThatHasTheNextByteWhenCutBehindNone() throws IOException {
        try (Socket first = connect();
                Socket second = connect()) {
            roundTrip(first, bytes(10));
            proxy.cutAfter(TO_CLIENT, 0);
            write(second, bytes(2));
            assertThrows(SocketException.class, () -> second.getInputStream().read());
            roundTrip(first, bytes(9));
        }
        assertEquals(19, proxy.bytes(TO_CLIENT));
    }

    @Test
    void shouldHoldTheConnectionOnWhichBytesGoByAgain() throws IOException {
        ByteWatch before = proxy.holdAt(TO_SERVER, ascii("aab"), 3, false, connection -> connection.id() != 2);
        try (Socket first = connect();
                Socket ignored = connect();
                Socket second = connect()) {
            roundTrip(first, ascii("xaaab"));
            roundTrip(ignored, ascii("aabaabaab"));
            roundTrip(second, ascii("xa"));
            roundTrip(second, ascii("a"));
            roundTrip(second, ascii("b"));
            assertFalse(before.hasCaught());
            write(second, ascii("yaabz"));
            ProxiedConnection held = before.await(PATIENCE);
            assertEquals(3, held.id());
            assertEquals("xaaby".length(), held.bytes(TO_SERVER));
            roundTrip(first, ascii("aab"));
            assertEquals(4, before.count());

            held.resume(TO_SERVER);
            held.resume(TO_CLIENT);
            assertArrayEquals(ascii("yaabz"), second.getInputStream().readNBytes(5));
        }
    }

    @Test
    void shouldHoldTheAnswerWhenTheBytesAreLet() throws IOException {
        ByteWatch behind = proxy.holdAt(TO_SERVER, ascii("go"), 1, true, connection -> true);
        try (Socket client = connect()) {
            write(client, ascii("let go on"));
            ProxiedConnection held = behind.await(PATIENCE);
            assertEquals("let go".length(), held.bytes(TO_SERVER));
            assertEquals(0, held.bytes(TO_CLIENT));
            held.resume(TO_CLIENT);
            assertArrayEquals(ascii("let go"), client.getInputStream().readNBytes(6));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldResetAfterBytesWhenHookSaysSo() throws IOException {
        proxy.onConnect(connection -> {
            if (connection.id() == 2) {
                connection.cutAfter(TO_SERVER, 5);
            }
        });
        try (Socket first = connect()) {
            roundTrip(first, bytes(100));
            try (Socket second = connect()) {
                write(second, bytes(100));
                assertThrows(
                        SocketException.class, () -> second.getInputStream().readNBytes(100));
            }
            roundTrip(first, bytes(100));
        }
        assertEquals(205, proxy.bytes(TO_SERVER));
    }

    @Test
    void shouldFlipTheByteWhenCorrupted() throws IOException {
        byte[] sent = bytes(100_000);
        byte[] expected = sent.clone();
        expected[70_001] ^= 0x40;
        expected[3] ^= 0x01;
        proxy.onConnect(connection -> connection.corrupt(TO_CLIENT, 70_001, 0x40));
        proxy.corruptAfter(TO_SERVER, 3, 0x01);
        try (Socket client = connect()) {
            Thread writer = new Thread(() -> write(client, sent));
            writer.start();
            assertArrayEquals(expected, client.getInputStream().readNBytes(sent.length));
        }
    }

    @Test
    void shouldStillReceiveWhenHalfClosed() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, bytes(10));
            proxy.hold();
            client.getOutputStream().write(bytes(7));
            client.shutdownOutput();
            proxy.resume();
            // The server saw our end, answered what was before it, and closed.
            assertEquals(7, client.getInputStream().readAllBytes().length);
        }
        try (Socket client = connect()) {
            roundTrip(client, bytes(10));
            proxy.halfClose(TO_CLIENT);
            assertEquals(-1, client.getInputStream().read());
            long before = proxy.bytes(TO_SERVER);
            client.getOutputStream().write(bytes(5));
            proxy.awaitBytes(TO_SERVER, before + 5, PATIENCE);
        }
    }

    @Test
    void shouldPassNothingWhenHeldAndAllWhenResumed() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, bytes(10));
            proxy.hold();
            client.getOutputStream().write(bytes(8));
            client.setSoTimeout(100);
            assertThrows(
                    SocketTimeoutException.class, () -> client.getInputStream().read());
            assertEquals(10, proxy.bytes(TO_SERVER));
            client.setSoTimeout(0);
            proxy.resume();
            assertEquals(8, client.getInputStream().readNBytes(8).length);
        }
    }

    @Test
    void shouldRefuseNewAndKeepOldWhenRefusing() throws IOException {
        try (Socket old = connect()) {
            roundTrip(old, bytes(1));
            proxy.refuse();
            assertThrows(ConnectException.class, this::connect);
            roundTrip(old, bytes(1));
            proxy.heal();
            try (Socket another = connect()) {
                roundTrip(another, bytes(1));
            }
        }
    }

    @Test
    void shouldTakeAtLeastThatLongWhenDelayedOrThrottled() throws IOException {
        try (Socket client = connect()) {
            proxy.delay(TO_CLIENT, Duration.ofMillis(50));
            long started = System.nanoTime();
            roundTrip(client, bytes(1));
            assertTrue(System.nanoTime() - started >= 50_000_000);

            proxy.heal();
            proxy.throttle(TO_SERVER, 20_000);
            started = System.nanoTime();
            roundTrip(client, bytes(2_000));
            assertTrue(System.nanoTime() - started >= 100_000_000);
        }
    }

    @Test
    void shouldResetTheClientWhenNobodyListensBehind() throws IOException {
        // Not a port that the system gives to others, the proxy's own connection among them.
        proxy.redirect("127.0.0.1", Machine.freePort());
        try (Socket client = connect()) {
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void shouldSayWhatDidNotComeWhenWaitingIsOver() {
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> proxy.awaitConnections(1, Duration.ofMillis(1)));
        assertTrue(failure.getMessage().contains("connections >= 1"), failure.getMessage());
    }

    @Test
    void shouldRefuseForGoodWhenClosed() throws IOException {
        try (Socket client = connect()) {
            proxy.awaitConnections(1, PATIENCE);
            proxy.close();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
            proxy.accept();
            assertThrows(ConnectException.class, this::connect);
            assertFalse(proxy.connections().iterator().hasNext());
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private static void roundTrip(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
        assertArrayEquals(bytes, client.getInputStream().readNBytes(bytes.length));
    }

    private static void write(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException cut) {
            // The test reads what came of it.
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
