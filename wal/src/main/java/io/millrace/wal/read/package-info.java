/** What tailers read: documents in their order, and chains where they are committed. */
package io.millrace.wal.read;
