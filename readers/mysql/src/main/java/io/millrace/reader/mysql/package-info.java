/**
 * MySQL and MariaDB as sources: what the engine asks for, and the stream of changes. Each package beside knows those that it points to.
 *
 * <pre>
 *  server ─ connection ─▶ event ─▶ BinlogStream ─▶ RowEvents ─▶ row, by the plan of a table ─▶ RowEncoder (the log's memory)
 *      ▲                              │                          └─▶ value, charset
 *      │                              └─ QueryEvent ─▶ statement ─▶ schema ─▶ a statement in the log, shapes from there on
 *      └── a connection anew ◀── BinlogReader: where to go on is the log's own position
 *
 *  sql ─▶ catalog ─▶ schema: shapes are proved by the catalog and by each table's own event
 *      ├─▶ check: what would stop a task
 *      └─▶ chunk: the full load
 * </pre>
 */
package io.millrace.reader.mysql;
