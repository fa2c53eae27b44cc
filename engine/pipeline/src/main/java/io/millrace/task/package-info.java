/**
 * What a user asks for: a task and its data sources, as small immutable records that an embedder builds by hand, and the
 * YAML files that say the same.
 *
 * <pre>
 *  task.yaml ────────▶ TaskFile ───────▶ TaskSpec ───┐
 *  datasources.yaml ─▶ DataSourceFile ─▶ DataSource ─┴▶ Pipeline
 * </pre>
 */
package io.millrace.task;
