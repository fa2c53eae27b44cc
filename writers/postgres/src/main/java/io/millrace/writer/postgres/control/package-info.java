/** The control schema: checkpoints, loads, statements and structures of tasks. */
package io.millrace.writer.postgres.control;
