/** The log as it is opened: its parts put together, what it may let go of, where a position lies, and its dump for people. */
package io.millrace.wal.mapped;
