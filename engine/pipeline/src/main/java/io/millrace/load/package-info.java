/**
 * Full load: tables are read in chunks beside the stream, several at once, and merged with it exactly (EXACTNESS 33 to 41).
 *
 * <pre>
 *  ChunkReader ─ rows ─▶ ChunkLoader ─ rows + ledger entry ─▶ ChunkWriter
 *                           │  ▲
 *                      open ▼  │ take
 *                         LoadBoard ─ LoadView ─▶ LoadGate ◀─▶ lanes: drop, wait, or judge by the chunk's watermark
 *                           ▲
 *                        FullLoad: where it ends; keys and indexes behind it
 * </pre>
 */
package io.millrace.load;
