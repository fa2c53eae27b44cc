/**
 * What the engine asks of a source: its tables, its changes, and chunks of its rows.
 *
 * <pre>
 *  Source ─ tables(), check(), loadPosition() ─▶ engine
 *     ├─ changes() ─ ChangeReader.run(ChangeSink) ─▶ change log
 *     └─ chunks()  ─ ChunkReader.read(ChunkSink)  ─▶ bulk writer
 * </pre>
 *
 * An implementation is found by ServiceLoader as a {@link io.millrace.reader.SourceProvider}.
 */
package io.millrace.reader;
