/**
 * The embedding API, and the life of a task: preparation, threads, ends. {@code engine/README.md} draws the whole flow.
 *
 * <pre>
 *  Pipeline ─▶ Supervisor ─┬─ SourceLoop ─ ChangeReader ─▶ ChangeLog
 *  (API)       (its thread) ├─ Lane × n   ◀─ LogTailer ────┘  ─▶ LaneWriter ─▶ target
 *                           └─ FullLoad   ◀─ ChunkReader       ─▶ ChunkWriter ─▶ target
 * </pre>
 */
package io.millrace.pipeline;
