package io.millrace.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;

/**
 * One connection through a {@link FaultProxy}, with faults of its own. Offsets count from its first byte in that
 * direction. Thread-safe.
 */
public final class ProxiedConnection {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FaultProxy proxy;
    private final long id;
    private final Socket client;
    private final Socket server;
    private final Map<Direction, StreamFaults> faults = new EnumMap<>(Direction.class);
    private boolean ending;
    private boolean endDue;
    private boolean endDueIsReset;
    private int pumping = Direction.values().length;

    ProxiedConnection(FaultProxy proxy, long id, Socket client, Socket server) {
        this.proxy = proxy;
        this.id = id;
        this.client = client;
        this.server = server;
        for (Direction direction : Direction.values()) {
            faults.put(direction, new StreamFaults());
        }
    }

    /** 1 for the proxy's first connection, and so on. */
    public long id() {
        return id;
    }

    /** The bytes that have passed in that direction. */
    public long bytes(Direction direction) {
        return proxy.locked(() -> faults.get(direction).passed());
    }

    /** Resets both sides now. */
    public void cut() {
        finish(true);
    }

    /** Closes both sides in an orderly way now. */
    public void end() {
        finish(false);
    }

    /** Resets both sides as soon as that many more bytes have passed. */
    public void cutAfter(Direction direction, long bytes) {
        endAfter(direction, bytes, true);
    }

    /** Closes both sides in an orderly way as soon as that many more bytes have passed, so that exactly those arrive. */
    public void endAfter(Direction direction, long bytes) {
        endAfter(direction, bytes, false);
    }

    /** Closes one direction; the other goes on. */
    public void halfClose(Direction direction) {
        try {
            to(direction).shutdownOutput();
        } catch (IOException alreadyClosed) {
            // Then the direction is closed, as was asked.
        }
    }

    /** Flips these bits of the byte at that offset, unless it has passed already. */
    public void corrupt(Direction direction, long offset, int mask) {
        proxy.locked(() -> faults.get(direction).flip(offset, mask));
    }

    /** Lets nothing more through in that direction until {@code resume}; the connection stays open. */
    public void hold(Direction direction) {
        proxy.locked(() -> faults.get(direction).hold(true));
    }

    /** Undoes {@link #hold}; what waited goes on its way. */
    public void resume(Direction direction) {
        proxy.locked(() -> faults.get(direction).hold(false));
    }

    /** Keeps a copy of all bytes of that direction from now on: to compute where to cut. */
    public void record(Direction direction) {
        proxy.locked(() -> faults.get(direction).record());
    }

    /** What {@link #record} has kept. */
    public byte[] recorded(Direction direction) {
        return proxy.locked(() -> faults.get(direction).recorded());
    }

    public boolean isOpen() {
        return proxy.locked(() -> !ending);
    }

    StreamFaults faults(Direction direction) {
        return faults.get(direction);
    }

    /** Moves bytes in one direction until it ends; runs in a thread of its own. */
    void pump(Direction direction) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from(direction).getInputStream();
            OutputStream out = to(direction).getOutputStream();
            // After an orderly end it reads on and drops: closing a socket on unread bytes would reset it.
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                forward(direction, buffer, length, out);
            }
            halfClose(direction);
        } catch (IOException reset) {
            // On the other side too, unless it is our own end that stands in the way.
            if (isOpen()) {
                cut();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            cut();
        } finally {
            if (proxy.locked(() -> --pumping == 0)) {
                close(false);
            }
        }
    }

    private void forward(Direction direction, byte[] buffer, int length, OutputStream out)
            throws IOException, InterruptedException {
        proxy.awaitDelay(this, direction);
        for (int offset = 0; offset < length; ) {
            int count = proxy.awaitPassage(this, direction, buffer, offset, length - offset);
            if (count < 0) {
                return;
            }
            out.write(buffer, offset, count);
            offset += count;
            if (proxy.locked(() -> endDue)) {
                finish(endDueIsReset);
            }
        }
    }

    /** Has it end after the bytes that were just let through are written. */
    void endIsDue(boolean reset) {
        endDue = true;
        endDueIsReset = reset;
    }

    private void endAfter(Direction direction, long bytes, boolean reset) {
        boolean now = proxy.locked(() -> {
            faults.get(direction).endAfter(bytes, reset);
            return bytes == 0;
        });
        if (now) {
            finish(reset);
        }
    }

    void finish(boolean reset) {
        proxy.locked(() -> ending = true);
        if (reset) {
            close(true);
        } else {
            halfClose(Direction.TO_CLIENT);
            halfClose(Direction.TO_SERVER);
        }
    }

    void close(boolean reset) {
        proxy.locked(() -> ending = true);
        proxy.forget(this);
        close(client, reset);
        close(server, reset);
    }

    private static void close(Socket socket, boolean reset) {
        try {
            if (reset && !socket.isClosed()) {
                // Lingering for no time at all turns the close into a reset.
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException alreadyClosed) {
            // Then it is closed, as was asked.
        }
    }

    private Socket from(Direction direction) {
        return direction == Direction.TO_SERVER ? client : server;
    }

    private Socket to(Direction direction) {
        return direction == Direction.TO_SERVER ? server : client;
    }
}
