/**
 * The change log: where changes are durable between the reader and the lanes.
 *
 * <pre>
 *  reader ──ChangeSink──▶ open document ──publish──▶ mapped file ──force──▶ durable limit ──LogTailer──▶ lanes
 *                                                                              │
 *        acknowledged position ◀────────────────────────────────────────────────┘
 * </pre>
 *
 * One thread appends; one thread forces; any number of tailers read, each confined to its own thread. {@code FORMAT.md}
 * beside this module draws every byte.
 */
package io.millrace.wal;
