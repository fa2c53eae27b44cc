/**
 * Lanes: each reads the change log by itself, takes the rows whose keys are its own, and applies them in batches with its
 * checkpoint.
 *
 * <pre>
 *  LogTailer ─ frames ─▶ Lane ─ own rows ─▶ LoadGate? ─▶ LaneBatch ─ runs ─▶ LaneWriter
 *                          ▲                (full load)   (collapse)              │
 *                          └───────────── checkpoint, compared and set ───────────┘
 * </pre>
 *
 * Nothing is shared between lanes, so nothing is locked.
 */
package io.millrace.lane;
