/**
 * MySQL and MariaDB as sources: the binary log, chunks by SELECT, the catalog, preflight.
 *
 * <pre>
 *  server ─ packets ─▶ BinlogDump ─▶ BinlogStream ─▶ RowEvents ─▶ RowDecoder, by the RowPlan of a table ─▶ RowEncoder (the log's memory)
 *      ▲                                 │
 *      │                                 └─ QueryEvent ─▶ StatementReader ─▶ SchemaTracker ─▶ a statement in the log, shapes from there on
 *      └── a connection anew ◀── BinlogReader: where to go on is the log's own position
 * </pre>
 *
 * A statement is read by the {@code Ddl…Reader}s, and the shapes that tables have behind it are proved by the catalog and by each table's
 * own event ({@code ShapeProof}). {@code MySqlChunkReader} reads the full load.
 */
package io.millrace.reader.mysql;
