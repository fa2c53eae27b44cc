package io.millrace.wal.read;

import io.millrace.wal.file.FileCursor;

/**
 * Lets go of windows in which nothing lies but parts of one row: these were copied, so that a row of many megabytes is in memory once.
 * Confined to the tailer's thread.
 */
final class PartWindows {
    private FileCursor cursor; // of the last document
    private int first;

    /**
     * A document was read.
     *
     * @param from where it stands
     * @param isWithinRow whether it began in the midst of a row
     */
    void read(FileCursor from, boolean isWithinRow) {
        if (!isWithinRow) {
            // The current window, which will be the next one behind, has what stands before the row, too.
            first = from.windowsBehind() + 1;
        } else if (from != cursor) {
            first = 0;
        } else {
            from.releaseFrom(first);
        }
        cursor = from;
    }
}
