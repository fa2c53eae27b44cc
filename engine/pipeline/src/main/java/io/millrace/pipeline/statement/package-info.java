/** What a statement of the source is at the target. */
package io.millrace.pipeline.statement;
