package io.millrace.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows read ahead: within bounds, and never waited for in vain. */
@Timeout(60)
class RowFeedTest {
    private final AtomicInteger read = new AtomicInteger();

    private RowFeed feed(IntFunction<byte[][]> row) {
        return new RowFeed("feed", () -> new Rows() {
            @Override
            public byte[][] next() {
                return row.apply(read.incrementAndGet());
            }

            @Override
            public void close() {}
        });
    }

    @Test
    void shouldSayThatMemoryDoesNotSufficeWhenARowIsTooLargeForIt() throws Exception {
        try (RowFeed feed = feed(number -> {
            if (number == 1) {
                return new byte[][] {new byte[2 << 20]};
            }
            throw new OutOfMemoryError("of a test");
        })) {
            assertNotNull(feed.next());
            MillraceException ended = assertThrows(MillraceException.class, feed::next);
            assertEquals(ErrorCode.ROW_TOO_LARGE, ended.code());
        }
    }

    @Test
    void shouldReadTheNextRowBehindTheOneBeforeWhenEachFillsTheRoom() throws Exception {
        try (RowFeed feed = feed(number -> number > 4 ? null : new byte[][] {new byte[9 << 20]})) {
            for (int number = 1; number <= 4; number++) {
                assertNotNull(feed.next());
                assertEquals(number, read.get());
            }
            assertNull(feed.next());
        }
    }
}
