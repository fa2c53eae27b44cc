/**
 * Compares every selected row of a source and a target, sharing no code with the data path: both servers render their values
 * as text or bytes by themselves, and two streams, ordered by key, are merged.
 *
 * <pre>
 *  source ─ SourceServer ─ its own text ─▶ MySqlRows or PostgresRows ─┐
 *                                                                     ├─ rows by key ─▶ TableMerge ─▶ TableComparison
 *  target ─ TargetServer ─ its own text ─▶ MySqlRows or PostgresRows ─┘
 * </pre>
 *
 * <p>{@link io.millrace.verify.Rendering} is the table of types: how each server shows a value, and when two are equal. The
 * source must be idle, and everything it committed must have been applied: a change on its way is reported as a difference.
 */
package io.millrace.verify;
