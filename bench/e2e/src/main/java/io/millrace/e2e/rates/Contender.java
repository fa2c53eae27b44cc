package io.millrace.e2e.rates;

import java.io.IOException;

/** Somebody who brings a backlog from source to target. */
public interface Contender {
    String name();

    /** Applies the whole backlog, and says what it took. Returns when the last change is committed at the target. */
    Measurement run(Rig rig) throws IOException, InterruptedException;
}
