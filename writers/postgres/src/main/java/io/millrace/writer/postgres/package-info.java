/**
 * The PostgreSQL target: rows travel from images to the server in its binary protocol, without an object a row.
 *
 * <pre>
 *  Batch ─▶ PostgresLaneWriter ─▶ BatchApplier ─▶ Pipeline (arrays, unnest) ─┐
 *                                             └─▶ CopyWriter (COPY BINARY) ──┼─▶ server
 *  chunk ─▶ PostgresChunkWriter ──────────────▶ CopyWriter ──────────────────┘
 * </pre>
 *
 * {@code CompiledTable} chooses a {@code FieldEncoder} for each column, once a session; {@code SqlStates} says whose fault an
 * error is.
 */
package io.millrace.writer.postgres;
