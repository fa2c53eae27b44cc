package io.millrace.load;

/** What a lane does with a change of a table that is being loaded. */
public enum Verdict {
    /** Neither proven to be in the key's chunk nor about to be: apply it. */
    APPLY,
    /** In the key's chunk, or about to be: leave it out. */
    SKIP,
    /** The key's chunk is being read: ask again when that is over. */
    WAIT
}
