package io.millrace.reader.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.connection.TlsDamage;
import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.MillraceException;
import io.millrace.error.Retry;
import io.millrace.reader.mysql.connection.BinlogSession;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import io.millrace.servers.RealServers;
import io.millrace.servers.Server;
import io.millrace.servers.ServerKind;
import io.millrace.servers.Servers;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bit that is another one, somewhere in a TLS handshake and what is said behind it: a task that met one took it for a wrong certificate, and ended. */
@RealServers(ServerKind.MYSQL_8_0)
class DamagedLoginIT {
    private static final int FIRST = 200;
    private static final int LAST = 3_000;
    private static final int APART = 29;
    private static final int PATIENCE_SECONDS = 5;

    private final Server server = Servers.mysql();
    private final ScheduledExecutorService guard = Executors.newSingleThreadScheduledExecutor();
    private Future<?> waiting;
    private int damaged;

    @AfterEach
    void close() {
        guard.shutdownNow();
    }

    private void damage(long seed, Consumer<DataSource> login) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int at = FIRST; at < LAST; at += APART) {
            try (FaultProxy proxy = FaultProxy.to(server)) {
                proxy.corruptAfter(Direction.TO_CLIENT, at, 1 << random.nextInt(8));
                // A record's length that is another one: the rest of it never comes.
                waiting = guard.schedule(proxy::cut, PATIENCE_SECONDS, TimeUnit.SECONDS);
                login.accept(new DataSource(
                        "test",
                        "mysql",
                        server.host(),
                        proxy.port(),
                        "",
                        server.user(),
                        Secret.of(server.password()),
                        TlsMode.REQUIRED,
                        Optional.empty(),
                        Duration.ofSeconds(2)));
            } catch (MillraceException e) {
                if (TlsDamage.isIn(e)) {
                    damaged++;
                    assertEquals(Retry.BACKOFF, e.code().retry(), e.display());
                }
            } finally {
                waiting.cancel(true);
            }
        }
        assertTrue(damaged > 20, "damaged=" + damaged);
    }

    @Test
    void shouldTryAgainWhenTheDriversHandshakeIsDamaged() {
        damage(1, source -> {
            try (SqlSession session = SqlSession.forCatalog(source)) {
                session.value("SELECT 1");
            }
        });
    }

    @Test
    void shouldTryAgainWhenTheHandshakeForTheBinlogIsDamaged() {
        damage(2, source -> {
            try (BinlogSession session = BinlogSession.of(source).open()) {
                session.value("SELECT 1");
            }
        });
    }
}
