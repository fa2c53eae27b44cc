/**
 * PostgreSQL as a source: logical replication by {@code pgoutput}, chunks by COPY, the catalog, preflight.
 *
 * <pre>
 *  walsender ─ XLogData ─▶ PgOutputStream ─▶ RowMessages ─▶ ValueDecoder, BinaryDecoder ─▶ RowEncoder (the log's memory)
 *      ▲                         │    └─ Message of DdlTrigger ─▶ DdlHints ─▶ a statement in the log
 *      │                         │ no message waits
 *      └── flushed LSN ◀── PostgresReader ◀── acknowledged by the engine
 * </pre>
 */
package io.millrace.reader.postgres;
