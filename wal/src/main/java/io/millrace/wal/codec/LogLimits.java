package io.millrace.wal.codec;

/**
 * Sizes in bytes within a log file. Tests take smaller ones.
 *
 * @param block Chronicle's mapping; a document must fit into a quarter of it
 * @param document when a document is closed: its length may pass this by one row
 * @param window memory of one document: a row that does not fit is split
 * @param part bytes of a split row in one document
 * @param tailerWindow what a tailer maps at once
 * @param indexCount entries of one of Chronicle's index pages, each of which stands for 256 documents
 */
public record LogLimits(int block, int document, int window, int part, int tailerWindow, int indexCount) {
    public static final LogLimits DEFAULT = new LogLimits(4 << 20, 64 << 10, 512 << 10, 256 << 10, 4 << 20, 512);

    /** Room for a document that holds a COMMIT alone, so that a full disk never keeps a transaction from its end. */
    static final int CONTROL_ROOM = 4 << 10;

    /** Room behind a document for the index pages and the end mark that Chronicle may write there: at the most four pages. */
    public int indexRoom() {
        return 5 * 8 * indexCount;
    }

    /** Zeros that have space behind each document with rows. */
    public int roomBehind() {
        return indexRoom() + CONTROL_ROOM + indexRoom();
    }

    /** Zeros that a new file begins with, for what Chronicle writes before the first document. */
    public int firstRoom() {
        return roomBehind() + (4 << 10);
    }
}
