/**
 * Full load: tables are read in chunks beside the stream, and merged with it exactly (EXACTNESS 33 to 41).
 *
 * <pre>
 *  ChunkReader ─ rows ─▶ TableLoader ─ rows + ledger entry ─▶ ChunkWriter
 *                            │  ▲
 *                LoadView    ▼  │ acknowledged up to …
 *                          LoadGate ◀───▶ lanes: drop, wait, or judge by the chunk's watermark
 * </pre>
 */
package io.millrace.load;
