package io.millrace.reader.postgres.watch;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * A partition as a look has left it, kept as {@code number:file:transaction:columns}.
 *
 * @param oid its number in the catalog
 * @param file that holds its rows
 * @param by the transaction that made it a part
 * @param columns what tells its columns and their types from others
 */
record SeenLeaf(long oid, long file, String by, String columns) {
    private static final int WORDS = 4;

    static SeenLeaf parse(String text) {
        String[] words = text.split(":");
        if (words.length != WORDS) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "a partition that the log keeps cannot be read");
        }
        return new SeenLeaf(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2], words[3]);
    }

    String text() {
        return oid + ":" + file + ":" + by + ":" + columns;
    }

    /** Whether its rows lie in another file than before, though its columns are what they were. */
    boolean isOfOtherFile(SeenLeaf before) {
        return file != before.file && columns.equals(before.columns);
    }
}
