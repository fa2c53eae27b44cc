package io.millrace.servers;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.opentest4j.TestAbortedException;

/**
 * Servers that the tests of a JVM share, and what happens where one cannot run: with {@code MILLRACE_SERVERS=required}
 * in the environment the test fails, without it the test is skipped, with the reason on standard error.
 *
 * <p>It holds state for the JVM, against the rule of the house, because that is its very purpose: a server takes seconds
 * to start and a module's tests are many classes. Thread-safe.
 */
public final class Servers {
    private static final Map<ServerSettings, Server> SHARED = new ConcurrentHashMap<>();
    private static final Map<ServerSettings, ServerUnavailable> MISSING = new ConcurrentHashMap<>();

    private Servers() {}

    public static MySqlServer mysql() {
        return MySqlServer.builder().shared();
    }

    public static MariaDbServer mariadb() {
        return MariaDbServer.builder().shared();
    }

    public static PostgresServer postgres() {
        return PostgresServer.builder().shared();
    }

    /** The shared server of that kind with our defaults. It is running, even if a test before stopped it. */
    public static Server shared(ServerKind kind) {
        return shared(kind.builder());
    }

    static <S extends Server> S shared(ServerBuilder<S> builder) {
        return orSkip(() -> {
            ServerSettings settings = builder.settings();
            ServerUnavailable missing = MISSING.get(settings);
            if (missing != null) {
                throw missing;
            }
            @SuppressWarnings("unchecked") // a kind of server has one class
            S server = (S) SHARED.computeIfAbsent(settings, key -> started(key, builder));
            server.start();
            return server;
        });
    }

    /** For a test that starts servers of its own: fails or skips it where they are not available. */
    public static <T> T orSkip(Supplier<T> start) {
        return orSkip(start, "required".equals(System.getenv("MILLRACE_SERVERS")));
    }

    static <T> T orSkip(Supplier<T> start, boolean required) {
        try {
            return start.get();
        } catch (ServerUnavailable unavailable) {
            if (required) {
                throw unavailable;
            }
            System.err.println("SKIPPED, and MILLRACE_SERVERS=required would fail: " + unavailable.getMessage());
            throw new TestAbortedException(unavailable.getMessage(), unavailable);
        }
    }

    private static <S extends Server> S started(ServerSettings settings, ServerBuilder<S> builder) {
        try {
            S server = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "close " + server));
            return server;
        } catch (ServerUnavailable unavailable) {
            MISSING.put(settings, unavailable);
            throw unavailable;
        }
    }
}
