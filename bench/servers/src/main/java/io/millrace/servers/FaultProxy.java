package io.millrace.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A TCP proxy in front of a server that breaks connections on demand.
 *
 * <p>Faults of the proxy hold for all its connections, present and future, until {@link #heal}; offsets and counts of
 * bytes run over all of them, from the proxy's first byte or, for {@code …After}, from the call. Faults of one
 * connection are set on it, for new ones in {@link #onConnect}, which runs before the first byte passes.
 *
 * <p>Thread-safe. Two threads per connection move the bytes; one lock guards all that decides over them. It is made for
 * faults, not for speed.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private String serverHost;
    private int serverPort;
    private final int port;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Direction, StreamFaults> faults = new EnumMap<>(Direction.class);
    private final List<ProxiedConnection> open = new ArrayList<>();
    private Consumer<ProxiedConnection> hook = connection -> {};
    private ByteWatch watch;
    private ServerSocket listener;
    private Thread acceptor;
    private long connections;
    private boolean closed;

    private FaultProxy(String serverHost, int serverPort) {
        this.serverHost = serverHost;
        this.serverPort = serverPort;
        for (Direction direction : Direction.values()) {
            faults.put(direction, new StreamFaults());
        }
        port = Machine.freePort();
    }

    /** Starts one in front of a server; close it. */
    public static FaultProxy to(Server server) {
        return to(server.host(), server.port());
    }

    /** Starts one in front of an address; close it. Nothing needs to listen there yet. */
    public static FaultProxy to(String host, int port) {
        FaultProxy proxy = new FaultProxy(host, port);
        proxy.accept();
        return proxy;
    }

    public String host() {
        return "127.0.0.1";
    }

    /** The port to connect to instead of the server's. */
    public int port() {
        return port;
    }

    /** Refuses new connections, as a host does where nobody listens; present ones go on. */
    public void refuse() {
        Thread last;
        lock.lock();
        try {
            last = acceptor;
            acceptor = null;
            closeListener();
        } finally {
            lock.unlock();
        }
        // The system goes on listening until the thread that accepts is out of its call.
        if (last != null && last != Thread.currentThread()) {
            join(last);
        }
    }

    /** Takes new connections, as it does from its start. */
    public void accept() {
        locked(() -> {
            if (closed || acceptor != null) {
                return;
            }
            try {
                listener = new ServerSocket();
                listener.setReuseAddress(true);
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot listen: port=" + port, failure);
            }
            ServerSocket current = listener;
            acceptor = start("accept", () -> acceptAll(current));
        });
    }

    /** Leads new connections to another server, as a name or an address that moves does; present ones stay where they are. */
    public void redirect(String host, int toPort) {
        locked(() -> {
            serverHost = host;
            serverPort = toPort;
        });
    }

    /** Runs this for each new connection, before its first byte. */
    public void onConnect(Consumer<ProxiedConnection> action) {
        locked(() -> hook = action);
    }

    /** Resets all present connections now. */
    public void cut() {
        connections().forEach(ProxiedConnection::cut);
    }

    /** Closes all present connections in an orderly way now. */
    public void end() {
        connections().forEach(ProxiedConnection::end);
    }

    /** Resets the connection that carries the byte with which that many more have passed, once; of none, the one that has the next. */
    public void cutAfter(Direction direction, long bytes) {
        locked(() -> faults.get(direction).endAfter(bytes, true));
    }

    /** Closes that connection in an orderly way, once, so that exactly those bytes arrive. */
    public void endAfter(Direction direction, long bytes) {
        locked(() -> faults.get(direction).endAfter(bytes, false));
    }

    /** Closes one direction of all present connections. */
    public void halfClose(Direction direction) {
        connections().forEach(connection -> connection.halfClose(direction));
    }

    /** Flips these bits in the byte after that many more, once. */
    public void corruptAfter(Direction direction, long bytes, int mask) {
        locked(() -> faults.get(direction).flip(faults.get(direction).passed() + bytes, mask));
    }

    /** Lets each piece of data that arrives wait that long. */
    public void delay(Direction direction, Duration time) {
        locked(() -> faults.get(direction).delay(time.toNanos()));
    }

    /** Lets at most that much through per second and connection. */
    public void throttle(Direction direction, long bytesPerSecond) {
        locked(() -> faults.get(direction).throttle(bytesPerSecond));
    }

    /** A black hole: connections stay open, new ones too, and nothing passes, until {@link #resume}. */
    public void hold() {
        locked(() -> faults.values().forEach(direction -> direction.hold(true)));
    }

    /** Undoes {@link #hold}; what waited goes on its way. */
    public void resume() {
        locked(() -> faults.values().forEach(direction -> direction.hold(false)));
    }

    /**
     * Holds the connection on which these bytes go by for that many'th time from now on, all connections counted together. A proxy
     * has one such watch, the last.
     *
     * @param isLet whether the bytes still pass, and only what comes behind them, and its answer, does not
     * @param where of which connections; asked when the bytes are there
     */
    public ByteWatch holdAt(
            Direction direction, byte[] bytes, int times, boolean isLet, Predicate<ProxiedConnection> where) {
        return locked(() -> watch = new ByteWatch(this, direction, bytes, times, isLet, where));
    }

    /** Ends all faults of the proxy, and takes connections; faults of single connections stay. */
    public void heal() {
        locked(() -> faults.values().forEach(StreamFaults::clear));
        accept();
    }

    /** The bytes that have passed in that direction, over all connections. */
    public long bytes(Direction direction) {
        return locked(() -> faults.get(direction).passed());
    }

    /** How many connections there have been. */
    public long connectionCount() {
        return locked(() -> connections);
    }

    /** The connections that are open. */
    public List<ProxiedConnection> connections() {
        return locked(() -> open.stream().filter(ProxiedConnection::isOpen).toList());
    }

    /** Waits until that many bytes have passed in all. */
    public void awaitBytes(Direction direction, long bytes, Duration timeout) {
        await(() -> faults.get(direction).passed() >= bytes, timeout, "bytes " + direction + " >= " + bytes);
    }

    /** Waits until there have been that many connections. */
    public void awaitConnections(long count, Duration timeout) {
        await(() -> connections >= count, timeout, "connections >= " + count);
    }

    /** Cuts all connections and refuses new ones, for good. Idempotent. */
    @Override
    public void close() {
        locked(() -> closed = true);
        refuse();
        // Those too that have ended on our side and wait for the others'.
        locked(() -> List.copyOf(open)).forEach(ProxiedConnection::cut);
    }

    // What the connections call.

    void awaitDelay(ProxiedConnection connection, Direction direction) throws InterruptedException {
        lock.lock();
        try {
            pause(connection, faults.get(direction).delayNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until some of these bytes may pass, damages and counts them; negative if the connection ended first. */
    int awaitPassage(ProxiedConnection connection, Direction direction, byte[] bytes, int offset, int length)
            throws InterruptedException {
        StreamFaults all = faults.get(direction);
        StreamFaults own = connection.faults(direction);
        lock.lock();
        try {
            while (connection.isOpen() && (all.isHeld() || own.isHeld())) {
                changed.await();
            }
            int count = Math.min(all.permitted(length), own.permitted(length));
            pause(connection, all.nanosFor(count));
            if (!connection.isOpen()) {
                return -1;
            }
            // Another connection may have taken bytes of the proxy's while this one paused.
            count = Math.min(count, all.permitted(count));
            if (watch != null) {
                count = watch.permitted(connection, direction, bytes, offset, count);
            }
            own.pass(bytes, offset, count);
            all.pass(bytes, offset, count);
            if (own.isAtEnd()) {
                connection.endIsDue(own.takeEnd());
            } else if (all.isAtEnd()) {
                connection.endIsDue(all.takeEnd());
            }
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    void forget(ProxiedConnection connection) {
        locked(() -> open.remove(connection));
    }

    void locked(Runnable action) {
        locked(() -> {
            action.run();
            return null;
        });
    }

    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            T result = action.get();
            changed.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }

    private void pause(ProxiedConnection connection, long nanos) throws InterruptedException {
        long left = nanos;
        while (left > 0 && connection.isOpen()) {
            left = changed.awaitNanos(left);
        }
    }

    void await(BooleanSupplier condition, Duration timeout, String what) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new IllegalStateException("did not come in time: awaited=" + what + ", seconds="
                            + TimeUnit.NANOSECONDS.toSeconds(timeout.toNanos()));
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting: awaited=" + what, interrupted);
        } finally {
            lock.unlock();
        }
    }

    private void acceptAll(ServerSocket current) {
        while (true) {
            try {
                connect(current.accept());
            } catch (IOException refused) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        ProxiedConnection connection;
        InetSocketAddress address;
        lock.lock();
        try {
            address = new InetSocketAddress(serverHost, serverPort);
            connection = new ProxiedConnection(this, ++connections, client, server);
            open.add(connection);
            hook.accept(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        start("to server", () -> {
            try {
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(address, CONNECT_TIMEOUT_MILLIS);
            } catch (IOException nobodyThere) {
                connection.cut();
                return;
            }
            start("to client", () -> connection.pump(Direction.TO_CLIENT));
            connection.pump(Direction.TO_SERVER);
        });
    }

    private void closeListener() {
        if (listener != null) {
            try {
                listener.close();
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot stop listening: port=" + port, failure);
            }
        }
    }

    private Thread start(String role, Runnable action) {
        Thread thread = new Thread(action, "fault proxy " + port + " " + role);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
