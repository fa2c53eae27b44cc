/** Rows on their way into tables: a lane's batches, and chunks of a load. */
package io.millrace.writer.postgres.batch;
