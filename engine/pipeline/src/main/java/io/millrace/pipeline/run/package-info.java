/** A session while it runs: its threads, what they step, and who watches them. */
package io.millrace.pipeline.run;
