/**
 * What the engine asks of a target: tables to be planned and made, batches to be applied with their checkpoint in one
 * transaction, chunks to be loaded with their ledger entry in one transaction.
 *
 * <pre>
 *  lane  ─ Batch + Checkpoint ─▶ LaneWriter  ─┐
 *  load  ─ rows + LedgerEntry ─▶ ChunkWriter ─┼─▶ target
 *  start ─ takeOver()         ─▶ ControlStore ┘
 * </pre>
 *
 * An implementation is found by ServiceLoader as a {@link io.millrace.writer.TargetProvider}.
 */
package io.millrace.writer;
