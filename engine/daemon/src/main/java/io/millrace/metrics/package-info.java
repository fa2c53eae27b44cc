/**
 * What a running task shows to monitoring: {@code /metrics} in Prometheus' text format, and {@code /healthz}.
 *
 * <pre>
 *  Pipeline ─ status, tables ─▶ TaskMetrics ──┐
 *  JVM, /proc ────────────────▶ ProcessMetrics ┴▶ Exposition ─▶ MetricsEndpoint ─▶ whoever scrapes
 * </pre>
 *
 * <p>Nothing is gathered between scrapes: the numbers are the program's own, read when somebody asks.
 */
package io.millrace.metrics;
