package io.millrace.reader.mysql.connection;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.mysql.event.EventBytes;
import io.millrace.reader.mysql.event.EventPlace;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The packet with which a server greets, {@code Protocol::HandshakeV10} of MySQL's source.
 *
 * <pre>
 *  10 | version … 0 | thread 4 | scramble 8 | 0 | capabilities 2 | charset 1 | status 2 | capabilities 2 | scramble length 1
 *  | 0 10 | rest of the scramble, at least 12, 0 | method … 0
 * </pre>
 */
final class Greeting {
    private static final int PROTOCOL = 10;
    private static final int FIRST_PART = 8;
    private static final int RESERVED = 10;
    private static final int LEAST_SECOND_PART = 13;

    private final String version;
    private final long capabilities;
    private final byte[] scramble;
    private final String method;

    private Greeting(String version, long capabilities, byte[] scramble, String method) {
        this.version = version;
        this.capabilities = capabilities;
        this.scramble = scramble;
        this.method = method;
    }

    static Greeting parse(byte[] packet) {
        EventBytes bytes = new EventBytes(new EventPlace()).wrap(new UnsafeBuffer(packet), 0, packet.length);
        try {
            int protocol = bytes.u8("protocol");
            if (protocol != PROTOCOL) {
                throw new MillraceException(
                        ErrorCode.SOURCE_PROTOCOL, "server speaks another protocol: found=" + protocol);
            }
            String version = terminated(bytes, "version");
            bytes.take(4, "thread");
            byte[] first = bytes.bytes(FIRST_PART, "scramble");
            bytes.take(1, "filler");
            long low = bytes.u16("capabilities");
            bytes.take(3, "charset and status");
            long capabilities = low | (long) bytes.u16("capabilities") << 16;
            int length = bytes.u8("scramble length");
            bytes.take(RESERVED, "reserved");
            byte[] second = bytes.bytes(Math.max(LEAST_SECOND_PART, length - FIRST_PART), "scramble");
            byte[] scramble = Arrays.copyOf(first, FIRST_PART + second.length - 1); // the last byte is 0
            System.arraycopy(second, 0, scramble, FIRST_PART, second.length - 1);
            String method = bytes.remaining() == 0 ? PasswordMethod.NATIVE : terminated(bytes, "method");
            return new Greeting(version, capabilities, scramble, method);
        } catch (MillraceException e) {
            throw e.code() == ErrorCode.SOURCE_PROTOCOL
                    ? e
                    : new MillraceException(
                            ErrorCode.SOURCE_PROTOCOL, "server's greeting is not understood: " + e.getMessage(), e);
        }
    }

    String version() {
        return version;
    }

    long capabilities() {
        return capabilities;
    }

    /** What a password is mixed with for this login; the greeting's own bytes, not to be written to. */
    byte[] scramble() {
        return scramble;
    }

    /** By which method the server would have the client log in, unless the account has another. */
    String method() {
        return method;
    }

    boolean offersTls() {
        return (capabilities & LoginCapabilities.SSL) != 0;
    }

    /** Text up to a zero byte, or to the end, where a server leaves the zero out. */
    static String terminated(EventBytes bytes, String what) {
        int length = 0;
        while (length < bytes.remaining() && bytes.buffer().getByte(bytes.position() + length) != 0) {
            length++;
        }
        String text = bytes.text(length, StandardCharsets.UTF_8, what);
        bytes.take(Math.min(1, bytes.remaining()), what);
        return text;
    }
}
