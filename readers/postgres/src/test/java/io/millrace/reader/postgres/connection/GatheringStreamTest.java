package io.millrace.reader.postgres.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class GatheringStreamTest {
    private final byte[] buffer = new byte[8192];
    private long now = Long.MAX_VALUE - 10; // clocks turn over
    private long rested;
    private long heard;
    private int piece = 100;
    private long taken;

    private final GatheringStream stream = new GatheringStream(
            new InputStream() {
                @Override
                public int read() {
                    return 0;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (piece == 0) {
                        throw new SocketTimeoutException();
                    }
                    return Math.min(piece, length);
                }
            },
            () -> now,
            nanos -> rested += nanos,
            nanos -> heard = nanos,
            nanos -> taken = nanos);

    private void read(int times, long nanosBetween) throws IOException {
        for (int i = 0; i < times; i++) {
            assertEquals(Math.min(piece, buffer.length), stream.read(buffer, 0, buffer.length));
            now += nanosBetween;
        }
    }

    private void becomeDense() throws IOException {
        read(GatheringStream.DENSE_READS + 1, 5_000);
        assertEquals(0, rested);
    }

    @Test
    void shouldNeverRestWhenChangesComeOneByOne() throws IOException {
        read(10_000, 25_000);
        assertEquals(0, rested);
        assertEquals(now - 25_000, heard);
    }

    @Test
    void shouldRestWhenSmallPiecesComeDensely() throws IOException {
        becomeDense();
        piece = 5_000;
        read(10, 150_000);
        assertEquals(10 * GatheringStream.REST_NANOS, rested);
    }

    @Test
    void shouldNotRestWhenMoreIsThereAlready() throws IOException {
        becomeDense();
        piece = 20_000;
        read(10, 150_000);
        assertEquals(GatheringStream.REST_NANOS, rested);
        piece = 8_000; // the end of what was there
        read(1, 0);
        assertEquals(GatheringStream.REST_NANOS, rested);
        read(1, 0);
        assertEquals(2 * GatheringStream.REST_NANOS, rested);
    }

    @Test
    void shouldEndRestingWhenARestBringsLittle() throws IOException {
        becomeDense();
        piece = GatheringStream.LEAST_BYTES - 1;
        read(1, 150_000);
        assertEquals(GatheringStream.REST_NANOS, rested);
        read(100, 150_000);
        assertEquals(GatheringStream.REST_NANOS, rested);
    }

    /** The driver looks for a message with a timeout of 1 ms. */
    @Test
    void shouldGoOnWhenAReadComesToNothing() throws IOException {
        becomeDense();
        piece = 0;
        assertThrows(SocketTimeoutException.class, () -> stream.read(buffer, 0, buffer.length));
        assertEquals(now - 5_000, heard);
        piece = 100;
        read(1, 150_000);
        assertEquals(2 * GatheringStream.REST_NANOS, rested);
        read(10, 150_000);
        assertEquals(2 * GatheringStream.REST_NANOS, rested);
    }

    @Test
    void shouldSayThatAllIsTakenBeforeItAsksForMore() throws IOException {
        read(1, 900_000);
        assertEquals(now - 900_000, taken);
        read(1, 900_000);
        assertEquals(now - 900_000, taken);
        piece = 10_000; // there is more
        read(1, 900_000);
        long before = taken;
        read(1, 900_000);
        assertEquals(before, taken);
    }

    @Test
    void shouldSayThatAllIsTakenWhileBytesComeDensely() throws IOException {
        becomeDense();
        piece = 5_000;
        read(10, 200_000);
        assertEquals(now - 200_000, taken);
    }
}
