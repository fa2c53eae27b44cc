package io.millrace.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics} and {@code /healthz} over HTTP, to be read and nothing else. What it shows holds no row and no credential;
 * whoever may reach it may see it. Close is idempotent.
 *
 * <p>Two threads of its own answer, so that a reader who does not take its answer keeps one other waiting, and never the task.
 */
public final class MetricsEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 16;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final TaskMetrics task;
    private final Health health;
    private final String version;

    private MetricsEndpoint(HttpServer server, TaskMetrics task, String version) {
        this.server = server;
        this.task = task;
        this.version = version;
        health = new Health(task);
        AtomicInteger count = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, "millrace-metrics-" + count.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Listens, and answers from now on.
     *
     * @param version of this program
     * @throws MillraceException with USAGE where the address cannot be listened at
     */
    public static MetricsEndpoint open(MetricsAddress address, TaskMetrics task, String version) {
        try {
            HttpServer server = HttpServer.create(address.socket(), 0);
            MetricsEndpoint endpoint = new MetricsEndpoint(server, task, version);
            server.setExecutor(endpoint.threads);
            server.createContext("/", endpoint::handle);
            server.start();
            return endpoint;
        } catch (IOException | IllegalArgumentException e) {
            throw new MillraceException(
                    ErrorCode.USAGE,
                    "metrics cannot be served there: host=" + address.host() + ", port=" + address.port() + ", reason="
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    /** Where it listens, with the port that was taken. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer(exchange, METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "read only\n");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> metrics(exchange);
                case "/healthz" ->
                    answer(exchange, health.isWell() ? OK : UNAVAILABLE, "application/json", health.json() + "\n");
                default -> answer(exchange, NOT_FOUND, "text/plain; charset=utf-8", "see /metrics and /healthz\n");
            }
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        String text;
        try {
            Exposition out = new Exposition();
            out.add(Metric.BUILD_INFO, 1, version, Runtime.version().toString());
            task.addTo(out);
            ProcessMetrics.addTo(out);
            text = out.text();
        } catch (RuntimeException e) {
            LOG.error("metrics cannot be gathered", e);
            answer(exchange, ERROR, "text/plain; charset=utf-8", "see the log\n");
            return;
        }
        answer(exchange, OK, Exposition.CONTENT_TYPE, text);
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
