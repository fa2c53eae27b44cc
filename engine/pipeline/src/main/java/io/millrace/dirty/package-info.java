/**
 * Rows that cannot be written for their own sake: how many a task may have, and where they are kept.
 *
 * <pre>
 *  lane ─ refused rows ─▶ DirtyRows ─ DirtyBudget: too many? ─▶ DirtyStore ─▶ file, forced
 *  lane ─ later changes of their keys ─▶ overtaken             ▲
 *                                         list, show, replay, discard, export
 * </pre>
 *
 * Nothing here runs while every row can be written.
 */
package io.millrace.dirty;
