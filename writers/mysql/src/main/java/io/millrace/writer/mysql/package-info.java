/**
 * The MySQL and MariaDB target: rows are written as SQL text that is made from the row images without objects between, sent over
 * the driver's connection by messages of our own.
 *
 * <pre>
 *  MySqlLaneWriter ─▶ BatchApplier ─▶ Pipeline ─▶ StatementMessage ─▶ server
 *  MySqlChunkWriter ─▶ CopiedRows ─▶ LoadData ───────┘
 * </pre>
 */
package io.millrace.writer.mysql;
