package io.millrace.e2e.crash;

import io.millrace.servers.ByteWatch;
import io.millrace.servers.Direction;
import io.millrace.servers.FaultProxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed is to kill. Seeds that follow each other meet every target, number of lanes, consistency and kill point together;
 * what is left is random.
 *
 * @param occurrence at the how many'th commit, refusal, COPY or word of the statement
 * @param isLet whether that still arrives, and its answer does not come back
 * @param isMinimal whether the source leaves unsent what a change leaves as it is; not what a new column holds by default
 * @param isTwoPhase whether PostgreSQL sends what is prepared at its PREPARE
 * @param isBulk whether some transactions, and batches, are so large that new rows go by COPY or LOAD DATA
 * @param meetsRows whether a few of those stand at the target already
 */
record CrashCase(
        long seed,
        CrashSource source,
        CrashTarget target,
        int lanes,
        boolean isWhole,
        KillPoint point,
        int occurrence,
        boolean isLet,
        boolean isMinimal,
        boolean isTwoPhase,
        boolean isBulk,
        boolean meetsRows) {
    /** Cases of one kill point. */
    private static final int POINT = 3 * 3 * 2;

    /** Seeds in a row that meet all of it once. */
    static final int ROUND = POINT * KillPoint.values().length;

    /** What a new column of the source is called: in no other text that goes to the target. */
    static final String COLUMN = "later_1";

    /** A constraint of the target that the source lacks. */
    static final String CONSTRAINT = "no_negative";

    private static final List<CrashSource> SOURCES = List.of(CrashSource.values());
    private static final List<CrashTarget> TARGETS = List.of(CrashTarget.values());
    private static final List<KillPoint> POINTS = List.of(KillPoint.values());
    private static final int[] LANES = {1, 2, 8};
    private static final int FIRST_COMMITS = 8;
    private static final int REFUSALS = 12;

    /** Words of a statement: of its intent, of itself, of the shape behind it. */
    private static final int WORDS = 3;

    private static final int BULK_ROWS = 5_000;

    /** So many for a lane that it takes them in bulk. */
    private static final int ROWS_A_LANE = 650;

    /**
     * Of a seed.
     *
     * @param index which of the {@link #ROUND}
     */
    static CrashCase of(long seed, int index) {
        SplittableRandom random = new SplittableRandom(seed);
        KillPoint point = POINTS.get(index / POINT);
        CrashSource source = SOURCES.get(random.nextInt(3));
        boolean isBulk = point == KillPoint.BULK || (point != KillPoint.STATEMENT && random.nextInt(3) == 0);
        boolean meetsRows = isBulk && point != KillPoint.DIRTY_ROWS && random.nextInt(3) == 0;
        int occurrence = switch (point) {
            case STATEMENT -> 1 + random.nextInt(WORDS);
            case TRUNCATION -> 1 + random.nextInt(2);
            case DIRTY_ROWS -> 1 + random.nextInt(REFUSALS);
            case BULK -> meetsRows ? 1 : 1 + random.nextInt(2);
            default -> 1 + random.nextInt(FIRST_COMMITS);
        };
        boolean isLet = switch (point) {
            case COMMIT_SENT, COMMIT_LATE, DIRTY_ROWS -> false;
            case COMMIT_DONE -> true;
            default -> random.nextBoolean();
        };
        return new CrashCase(
                seed,
                source,
                TARGETS.get(index % 3),
                LANES[index / 3 % 3],
                index / 9 % 2 == 1,
                point,
                occurrence,
                isLet,
                point != KillPoint.STATEMENT && random.nextInt(3) == 0,
                source.isPostgres() && random.nextBoolean(),
                isBulk,
                meetsRows);
    }

    WorkloadTraits traits() {
        return new WorkloadTraits(source, isMinimal, point == KillPoint.DIRTY_ROWS, true, true);
    }

    /** Whether the target computes by itself what the source computes: also where no row has it, as of PostgreSQL before 18. */
    boolean isComputedThere() {
        return source.isPostgres() || new SplittableRandom(seed + 2).nextBoolean();
    }

    /** Whether event triggers tell of the statement: else rows do, but for those that are prepared. */
    boolean hasTriggers() {
        boolean isOfPostgres = point == KillPoint.STATEMENT && source.isPostgres();
        return isOfPostgres && (isTwoPhase || new SplittableRandom(seed + 3).nextBoolean());
    }

    /** New rows of one transaction. */
    int bulkRows() {
        return lanes * ROWS_A_LANE;
    }

    /** The further lines of the task's file. */
    String keys() {
        return "steps: [incremental]\nstart: now\ndelivery: {consistency: " + (isWhole ? "transaction" : "row")
                + ", batch_rows: " + (isBulk ? BULK_ROWS : 10) + "}\nresources: {write_concurrency: " + lanes + "}\n"
                + (point == KillPoint.DIRTY_ROWS ? "dirty: {limit: unlimited}\n" : "");
    }

    /** Holds, from now on, the connection to the target on which the kill is due. */
    ByteWatch watch(FaultProxy proxy) {
        return switch (point) {
            case STATEMENT -> proxy.holdAt(Direction.TO_SERVER, ascii(COLUMN), occurrence, isLet, connection -> true);
            case TRUNCATION ->
                proxy.holdAt(Direction.TO_SERVER, ascii("TRUNCATE"), occurrence, isLet, connection -> true);
            case DIRTY_ROWS ->
                proxy.holdAt(Direction.TO_CLIENT, ascii(CONSTRAINT), occurrence, isLet, CrashTarget::isLane);
            case BULK -> target.holdBulk(proxy, occurrence, isLet);
            default -> target.holdCommit(proxy, occurrence, isLet);
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
