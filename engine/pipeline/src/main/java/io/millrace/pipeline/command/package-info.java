/** What people ask of a task that does not run: a preview, a reload, its dirty rows, its end. */
package io.millrace.pipeline.command;
