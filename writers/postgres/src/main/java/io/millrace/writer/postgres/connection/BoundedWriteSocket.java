package io.millrace.writer.postgres.connection;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A socket whose writes end. A server that stands still, and whose kernel still answers for it, takes no bytes and loses no
 * connection: the kernel lets a write wait for ever, and keep-alive sees nothing wrong. So a thread of the socket's own looks on,
 * and closes it when one write has taken too long; the write then fails as on any lost connection.
 *
 * <p>Thread-safe as any socket. The thread ends with the connection.
 */
public final class BoundedWriteSocket extends Socket {
    private static final int LOOKS = 10;

    private final long limitNanos;
    private OutputStream out;
    private volatile long writeSinceNanos;
    private volatile boolean isWriting;
    private volatile boolean isTooLong;

    public BoundedWriteSocket(long limitMillis) {
        limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMillis);
    }

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
        if (out == null) {
            out = new Watched(super.getOutputStream());
            Thread watch = new Thread(this::watch, "millrace-write-watch");
            watch.setDaemon(true);
            watch.start();
        }
        return out;
    }

    private void watch() {
        while (!isClosed()) {
            LockSupport.parkNanos(limitNanos / LOOKS);
            if (isWriting && System.nanoTime() - writeSinceNanos > limitNanos) {
                isTooLong = true;
                try {
                    super.close();
                } catch (IOException e) {
                    // It is closed either way, which is all that is wanted.
                }
            }
        }
    }

    private final class Watched extends FilterOutputStream {
        Watched(OutputStream socketOut) {
            super(socketOut);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writeSinceNanos = System.nanoTime();
            isWriting = true;
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (isTooLong) {
                    throw new IOException(
                            "server takes no bytes: seconds=" + TimeUnit.NANOSECONDS.toSeconds(limitNanos), e);
                }
                throw e;
            } finally {
                isWriting = false;
            }
        }

        @Override
        public void close() throws IOException {
            BoundedWriteSocket.this.close();
        }
    }
}
