package io.millrace.wal.file;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.rollcycles.RollCycleArithmetic;

/**
 * Chronicle rolls by a clock; this one counts, so that files roll by size (EXACTNESS 3). A cycle lasts a second of a time
 * that starts in 1970 and moves by one second a file: no wall clock stands in an index. The names of files look like times:
 * {@code 19700101-000142F.cq4} is file 142.
 *
 * <p>Confined to the appending thread.
 */
public final class CountedCycle implements RollCycle, TimeProvider {
    private static final String FORMAT = "yyyyMMdd-HHmmss'F'";
    private static final int MILLIS = 1000;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern(FORMAT, Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int INDEX_SPACING = 256;

    private final int indexCount;
    private final RollCycleArithmetic arithmetic;
    private volatile int cycle;

    /**
     * @param indexCount entries of one of Chronicle's index pages
     */
    public CountedCycle(int cycle, int indexCount) {
        this.cycle = cycle;
        this.indexCount = indexCount;
        arithmetic = RollCycleArithmetic.of(indexCount, INDEX_SPACING);
    }

    public int cycle() {
        return cycle;
    }

    public void moveTo(int next) {
        cycle = next;
    }

    public static String fileName(int cycle) {
        return NAME.format(Instant.ofEpochSecond(cycle)) + LogFile.SUFFIX;
    }

    /** The number in a file's name, or -1 where it is no log file. */
    public static int cycleOf(String fileName) {
        if (!fileName.endsWith(LogFile.SUFFIX)) {
            return -1;
        }
        try {
            String stem = fileName.substring(0, fileName.length() - LogFile.SUFFIX.length());
            return Math.toIntExact(Instant.from(NAME.parse(stem)).getEpochSecond());
        } catch (DateTimeParseException | ArithmeticException e) {
            return -1;
        }
    }

    @Override
    public long currentTimeMillis() {
        return (long) cycle * MILLIS;
    }

    @Override
    public String format() {
        return FORMAT;
    }

    @Override
    public int lengthInMillis() {
        return MILLIS;
    }

    @Override
    public int defaultIndexCount() {
        return indexCount;
    }

    @Override
    public int defaultIndexSpacing() {
        return INDEX_SPACING;
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return arithmetic.toIndex(cycle, sequenceNumber);
    }

    @Override
    public long toSequenceNumber(long index) {
        return arithmetic.toSequenceNumber(index);
    }

    @Override
    public int toCycle(long index) {
        return arithmetic.toCycle(index);
    }

    @Override
    public long maxMessagesPerCycle() {
        return arithmetic.maxMessagesPerCycle();
    }
}
