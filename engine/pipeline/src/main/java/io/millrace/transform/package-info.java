/**
 * What becomes of a row between source and target.
 *
 * <pre>
 *  task file ─▶ TransformCompiler ─▶ TableTransform (source's shape, effective shape, steps)
 *                                          │ one for each lane and loader
 *                                          ▼
 *  image or record as the source has it ─▶ ImageRewriter ─▶ the same in the effective shape, in a RowArena
 * </pre>
 *
 * The effective shape has the source's columns at their places, and added ones behind them. Keys and their hashes stay those of the
 * source's row, so rows go to the lanes to which they would go anyway; writers see the effective shape alone.
 */
package io.millrace.transform;
