package io.millrace.servers;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Collects the settings of a server. Not thread-safe. */
public final class ServerBuilder<S extends Server> {
    private final Map<String, String> options = new TreeMap<>();
    private final Function<ServerSettings, S> constructor;
    private final ServerKind kind;
    private boolean tls;

    ServerBuilder(ServerKind kind, Function<ServerSettings, S> constructor) {
        this.kind = kind;
        this.constructor = constructor;
    }

    /** A server option over our default, such as {@code binlog_format}; dashes and underscores are one. */
    public ServerBuilder<S> set(String option, Object value) {
        options.put(name(option), value.toString());
        return this;
    }

    /** Leaves the option to the server's own default, where we have another. */
    public ServerBuilder<S> unset(String option) {
        options.put(name(option), null);
        return this;
    }

    /** Memory for pages ({@code innodb_buffer_pool_size}, {@code shared_buffers}); 256 MiB if not given. */
    public ServerBuilder<S> memoryMiB(int mebibytes) {
        return kind.family() == ServerKind.Family.POSTGRES
                ? set("shared_buffers", mebibytes + "MB")
                : set("innodb_buffer_pool_size", mebibytes + "M");
    }

    /** Gives it a certificate that names {@code localhost} and {@code 127.0.0.1}, so that clients can verify it. */
    public ServerBuilder<S> tls() {
        tls = true;
        return this;
    }

    /**
     * Starts a server of one's own; close it.
     *
     * @throws ServerUnavailable if this machine cannot run it
     */
    public S start() {
        S server = constructor.apply(settings());
        try {
            server.start();
            return server;
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    /**
     * For tests: the one server of this kind and settings in this JVM, started by whoever asks first and stopped when
     * the JVM ends. Where it is not available the test is skipped, or fails: see {@link Servers}.
     */
    public S shared() {
        return Servers.shared(this);
    }

    ServerSettings settings() {
        return new ServerSettings(kind, options, tls);
    }

    private static String name(String option) {
        return option.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
