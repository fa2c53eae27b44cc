package io.millrace.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.position.PostgresSnapshot;
import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChunkListTest {
    private final ChunkList chunks = new ChunkList();

    private static Optional<KeyBound> key(String hex) {
        return Optional.of(KeyBound.parse(hex));
    }

    private static SourcePosition snapshot(String text) {
        return PostgresSnapshot.of(text, 16);
    }

    @Test
    void shouldBeCompleteWhenTheLastOneToEndIsNotTheLastInOrder() {
        int first = chunks.open(key("01"));
        int second = chunks.open(Optional.empty());
        assertTrue(chunks.isWhole());
        chunks.done(second, snapshot("7:7:"));
        assertFalse(chunks.isComplete());
        chunks.done(first, snapshot("7:7:"));
        assertTrue(chunks.isComplete());
        assertEquals(key("01"), chunks.lower(second));
        assertEquals(Optional.empty(), chunks.lower(first));
    }

    @Test
    void shouldKeepNumbersWhenAChunkBeforeOthersIsDivided() {
        chunks.open(0, key("01"));
        chunks.open(8, key("05"));
        chunks.open(9, Optional.empty());
        chunks.done(2, snapshot("7:7:"));
        assertTrue(chunks.isDivisible(chunks.indexOf(8)));
        assertFalse(chunks.isDivisible(0));
        chunks.divide(1, key("02"));
        chunks.divide(2, key("03"));
        assertEquals(
                List.of(
                        new ChunkList.Range(0, key("01"), false),
                        new ChunkList.Range(1, key("02"), false),
                        new ChunkList.Range(2, key("03"), false),
                        new ChunkList.Range(8, key("05"), false),
                        new ChunkList.Range(9, Optional.empty(), true)),
                chunks.ranges());
        assertEquals(key("03"), chunks.lower(chunks.indexOf(8)));
        for (int upper = 3; upper < 8; upper++) {
            assertTrue(chunks.isDivisible(chunks.indexOf(8)));
            chunks.divide(chunks.indexOf(8), key("0304" + "00".repeat(upper)));
        }
        assertFalse(chunks.isDivisible(chunks.indexOf(8)), "no number is left");
    }

    /** EXACTNESS 36: what chunks of one table saw at once is neither before nor behind the other. */
    @Test
    void shouldKeepEveryWatermarkWhenNoneIsWithinAnother() {
        SourcePosition sawFive = snapshot("4:8:4");
        SourcePosition sawFour = snapshot("5:8:5");
        SourcePosition later = snapshot("9:9:");
        for (String upper : new String[] {"01", "02", "03"}) {
            chunks.open(key(upper));
        }
        chunks.done(0, later);
        chunks.done(1, sawFive);
        chunks.done(2, sawFour);
        assertArrayEquals(new SourcePosition[] {sawFive, sawFour}, chunks.leastWatermarks());
    }
}
