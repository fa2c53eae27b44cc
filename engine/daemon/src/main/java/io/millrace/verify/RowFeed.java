package io.millrace.verify;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads rows in a thread of its own, a few blocks ahead of who takes them, so that both servers work at once. Taken from by
 * one thread.
 */
final class RowFeed implements AutoCloseable {
    private static final int BLOCK_ROWS = 256;
    private static final long BLOCK_BYTES = 1L << 20;
    private static final int BLOCKS = 8;

    /** Of all blocks that nobody has done with; a larger one is alone, and the next is read behind it. */
    private static final int ROOM_BYTES = BLOCKS << 20;

    private static final long POLL_MILLIS = 100;

    private final BlockingQueue<Block> blocks = new ArrayBlockingQueue<>(BLOCKS);
    private final Semaphore room = new Semaphore(ROOM_BYTES);
    private final Thread thread;
    private volatile boolean isClosed;
    private Block block = new Block(List.of(), 0, false, null);
    private int next;

    private record Block(List<byte[][]> rows, int bytes, boolean isLast, Throwable failure) {}

    /** Opens the rows in the feed's own thread. */
    interface Opener {
        Rows open() throws SQLException, IOException;
    }

    RowFeed(String name, Opener opener) {
        thread = new Thread(() -> read(opener), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read(Opener opener) {
        Block last;
        try (Rows rows = opener.open()) {
            last = fill(rows);
            while (!last.isLast() && offer(last) && take(1)) {
                room.release(1);
                last = fill(rows);
            }
        } catch (SQLException | IOException | RuntimeException | OutOfMemoryError e) {
            last = new Block(List.of(), 0, true, e);
        }
        offer(last);
    }

    private static Block fill(Rows rows) throws SQLException, IOException {
        List<byte[][]> list = new ArrayList<>(BLOCK_ROWS);
        long bytes = 0;
        while (list.size() < BLOCK_ROWS && bytes < BLOCK_BYTES) {
            byte[][] row = rows.next();
            if (row == null) {
                return block(list, bytes, true);
            }
            list.add(row);
            for (byte[] value : row) {
                bytes += value == null ? 0 : value.length;
            }
        }
        return block(list, bytes, false);
    }

    private static Block block(List<byte[][]> list, long bytes, boolean isLast) {
        return new Block(list, (int) Math.min(ROOM_BYTES, bytes), isLast, null);
    }

    /** Waits for room; false where nobody takes any more. */
    private boolean offer(Block full) {
        try {
            if (!take(full.bytes())) {
                return false;
            }
            while (!isClosed) {
                if (blocks.offer(full, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Waits for room of so many bytes, and has it; false where nobody takes any more. */
    private boolean take(int bytes) {
        try {
            while (!isClosed) {
                if (room.tryAcquire(bytes, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** The next row, or null where there is none. */
    byte[][] next() throws SQLException, IOException {
        while (next == block.rows().size()) {
            if (block.isLast()) {
                return null;
            }
            room.release(block.bytes());
            try {
                block = blocks.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            next = 0;
            if (block.failure() != null) {
                rethrow(block.failure());
            }
        }
        byte[][] row = block.rows().get(next);
        next++;
        return row;
    }

    private static void rethrow(Throwable failure) throws SQLException, IOException {
        if (failure instanceof OutOfMemoryError) {
            throw new MillraceException(
                    ErrorCode.ROW_TOO_LARGE,
                    "rows to compare do not fit into memory: heap="
                            + Runtime.getRuntime().maxMemory() + ", fix=JAVA_OPTS=-Xmx1g",
                    failure);
        }
        if (failure instanceof SQLException sql) {
            throw sql;
        }
        if (failure instanceof IOException io) {
            throw io;
        }
        throw (RuntimeException) failure;
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
