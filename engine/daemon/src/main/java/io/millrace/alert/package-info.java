/**
 * A task's {@code alerts:}: which numbers are too high, and for how long.
 *
 * <pre>
 *  Pipeline ─ status ─▶ Readings ─ a number each ─▶ AlertWatch ─▶ log, metrics, /healthz
 * </pre>
 */
package io.millrace.alert;
