/** Files of the log: mapped windows, cursors from document to document, the space that is left, a directory of its own. */
package io.millrace.wal.file;
