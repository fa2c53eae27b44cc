/** What a task keeps in its data directory, beside its change log, and where it goes on by it. */
package io.millrace.pipeline.directory;
