/**
 * The command line: reads files, environment and signals, and calls the embedding API that a user would call.
 *
 * <pre>
 *  arguments ─▶ Millrace ─▶ RunCommand, CheckCommand … ─▶ Pipeline, Verifier
 *                                │
 *  results on standard output ◀──┴──▶ errors, logs and the progress line on standard error
 * </pre>
 */
package io.millrace.daemon;
