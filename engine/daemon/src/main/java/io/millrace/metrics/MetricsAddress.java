package io.millrace.metrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where metrics are served: {@code PORT}, on 127.0.0.1, or {@code HOST:PORT}; port 0 takes a free one. Immutable.
 *
 * @param host a name or an address; an IPv6 address without its brackets
 */
public record MetricsAddress(String host, int port) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MOST_PORT = 65_535;

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static MetricsAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw new IllegalArgumentException("an IPv6 address stands in brackets: expected=[ADDRESS]:PORT");
        }
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MOST_PORT) {
            throw new IllegalArgumentException("not an address: expected=PORT or HOST:PORT, port=0 to " + MOST_PORT);
        }
        return new MetricsAddress(host, Integer.parseInt(port));
    }

    /** Where to listen: of a name with several addresses, the first. */
    InetSocketAddress socket() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getAllByName(host)[0], port);
    }
}
