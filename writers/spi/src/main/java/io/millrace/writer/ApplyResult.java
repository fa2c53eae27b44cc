package io.millrace.writer;

/**
 * What the target counted in one batch.
 *
 * @param healed updates whose row was missing and was inserted
 * @param missing deletes that met no row
 * @param fellBack runs that were tried as INSERT and went through as UPSERT
 */
public record ApplyResult(long healed, long missing, long fellBack) {
    public static final ApplyResult NONE = new ApplyResult(0, 0, 0);
}
