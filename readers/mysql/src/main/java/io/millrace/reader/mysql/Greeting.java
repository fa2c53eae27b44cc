package io.millrace.reader.mysql;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
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
 *
 * @param scramble what a password is mixed with for this login
 * @param method by which the server would have the client log in, unless the account has another
 */
record Greeting(String version, long capabilities, byte[] scramble, String method) {
    private static final int PROTOCOL = 10;
    private static final int FIRST_PART = 8;
    private static final int RESERVED = 10;
    private static final int LEAST_SECOND_PART = 13;

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
