package io.millrace.pipeline.status;

/**
 * How long a pipeline waits for what, beside what its task says. Immutable.
 *
 * @param doesWait for servers out of reach before the first contact, too
 * @param watchMillis between two questions to the source of how far it is ahead; 0: it is not asked
 * @param stallMillis after which work that waits counts as stalled
 * @param awhileMillis for which a login that is refused, and a privilege that is gone, are tried again
 */
public record Patience(boolean doesWait, long watchMillis, long stallMillis, long awhileMillis) {
    public static final Patience DEFAULT = new Patience(false, 0, 60_000, 300_000);

    public Patience waiting(boolean waits) {
        return new Patience(waits, watchMillis, stallMillis, awhileMillis);
    }

    public Patience watching(long millis) {
        return new Patience(doesWait, millis, stallMillis, awhileMillis);
    }

    public Patience stallingAfter(long millis) {
        return new Patience(doesWait, watchMillis, millis, awhileMillis);
    }

    public Patience tryingFor(long millis) {
        return new Patience(doesWait, watchMillis, stallMillis, millis);
    }
}
