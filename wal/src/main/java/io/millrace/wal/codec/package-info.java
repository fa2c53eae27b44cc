/** What stands in the log, byte for byte: documents, frames, shapes of tables, statements; see {@code wal/FORMAT.md}. */
package io.millrace.wal.codec;
