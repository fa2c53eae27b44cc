/** Rows that are loaded again, and rows that stood in the target before. */
package io.millrace.pipeline.reload;
