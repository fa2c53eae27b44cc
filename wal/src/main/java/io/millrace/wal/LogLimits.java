package io.millrace.wal;

/**
 * Sizes in bytes within a log file. Tests take smaller ones.
 *
 * @param block Chronicle's mapping; a document must fit into a quarter of it
 * @param extent disk space is allocated in these steps. Measured, with a force of every 200 KB: 1 MiB of zeros 271 MB/s, 4 MiB
 *     162 MB/s, {@code fallocate} 228 MB/s
 * @param document when a document is closed: its length may pass this by one row
 * @param window what is mapped and allocated for one document: a row that does not fit is split
 * @param part bytes of a split row in one document
 * @param tailerWindow what a tailer maps at once
 * @param indexCount entries of one of Chronicle's index pages
 */
record LogLimits(int block, int extent, int document, int window, int part, int tailerWindow, int indexCount) {
    static final LogLimits DEFAULT = new LogLimits(4 << 20, 1 << 20, 64 << 10, 512 << 10, 256 << 10, 4 << 20, 4 << 10);

    /** Room for a document that holds a COMMIT alone, so that a full disk never keeps a transaction from its end. */
    static final int CONTROL_ROOM = 4 << 10;

    /** Room behind a document for the index pages and the end mark that Chronicle may write there: at the most four pages. */
    int indexRoom() {
        return 5 * 8 * indexCount;
    }

    /** Space that must be allocated behind a file's last document before one with rows is opened. */
    int dataRoom() {
        return indexRoom() + window + indexRoom() + CONTROL_ROOM;
    }
}
