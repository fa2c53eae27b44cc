package io.millrace.reader.postgres.connection;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * When bytes last came over a replication connection, keep-alives too, and when its reader has taken them: the driver says nothing
 * of either. The driver makes a connection's
 * socket factory itself and hands it one word: that is by which it finds the hearing of its connection.
 *
 * <p>Thread-safe: whoever reads the socket writes, the stream's thread reads.
 */
public final class StreamHearing implements AutoCloseable {
    private static final Map<String, StreamHearing> BY_WORD = new ConcurrentHashMap<>();
    private static final AtomicLong WORDS = new AtomicLong();

    private final String word = Long.toString(WORDS.incrementAndGet());
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

    private volatile LongConsumer onTaken = nanos -> {};

    private StreamHearing() {}

    /** For a connection that is made next. */
    public static StreamHearing begin() {
        StreamHearing hearing = new StreamHearing();
        BY_WORD.put(hearing.word, hearing);
        return hearing;
    }

    /** That of a word. */
    static StreamHearing of(String word) {
        StreamHearing hearing = BY_WORD.get(word);
        if (hearing == null) {
            throw new IllegalArgumentException("nobody listens to this connection");
        }
        return hearing;
    }

    String word() {
        return word;
    }

    /** Bytes came. */
    void heard(long nanos) {
        lastNanos.setRelease(nanos);
    }

    /**
     * From now on this is run, by whoever reads and with the time, before he asks for bytes and has all that were there: also within a
     * message.
     */
    public void onTaken(LongConsumer action) {
        onTaken = action;
    }

    /** All that was there was handed out. */
    void taken(long nanos) {
        onTaken.accept(nanos);
    }

    /** In the terms of {@link System#nanoTime}. */
    public long lastNanos() {
        return lastNanos.getAcquire();
    }

    @Override
    public void close() {
        BY_WORD.remove(word);
    }
}
