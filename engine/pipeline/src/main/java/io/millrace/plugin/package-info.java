/**
 * What user code implements to take part in what becomes of rows: a {@link io.millrace.plugin.RowTransform} in a jar of its own, named by a step
 * {@code custom} of a task. Rows come as flyweights, edits go out.
 */
package io.millrace.plugin;
