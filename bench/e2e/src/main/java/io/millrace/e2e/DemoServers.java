package io.millrace.e2e;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.servers.Server;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The demo's two servers, started side by side. They end with this process at the latest. */
record DemoServers(Server source, Server target, DataSource sourceData, DataSource targetData)
        implements AutoCloseable {
    private static final int MEMORY_MIB = 256;

    static DemoServers start(DemoSource kind, DemoTarget targetKind) {
        CompletableFuture<Server> source = CompletableFuture.supplyAsync(() -> kind.start(MEMORY_MIB));
        CompletableFuture<Server> target = CompletableFuture.supplyAsync(() -> targetKind.start(MEMORY_MIB));
        try {
            Server from = source.join();
            Server to = target.join();
            return new DemoServers(
                    from,
                    to,
                    dataSource("shop", kind.type(), from, kind.database()),
                    dataSource("warehouse", targetKind.type(), to, targetKind.database(to)));
        } catch (CompletionException e) {
            // Both are over or about to be; the one that did start must not outlive this.
            source.handle((server, failure) -> closed(server)).join();
            target.handle((server, failure) -> closed(server)).join();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static DataSource dataSource(String name, String type, Server server, String database) {
        return new DataSource(
                name,
                type,
                server.host(),
                server.port(),
                database,
                server.user(),
                Secret.of(server.password()),
                TlsMode.PREFERRED,
                Optional.empty(),
                Duration.ofSeconds(10));
    }

    private static boolean closed(Server server) {
        if (server != null) {
            server.close();
        }
        return true;
    }

    @Override
    public void close() {
        try (source) {
            target.close();
        }
    }
}
