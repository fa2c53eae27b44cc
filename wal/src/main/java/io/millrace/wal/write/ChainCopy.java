package io.millrace.wal.write;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.wal.chain.Chain;
import io.millrace.wal.chain.ChainContents;
import io.millrace.wal.chain.ChainContents.Extent;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.LogLimits;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogFile;
import java.util.List;

/**
 * Copies documents of open chains out of files that are due for deletion (EXACTNESS 5), byte by byte behind a header of their own:
 * a chain's documents of one file hold each shape before its first row, so they stay readable wherever they stand.
 *
 * <p>A copy is worth while where it frees at least twice what it writes. Where an open transaction is most of what lies there, its
 * files are kept instead: it would be written over and over again.
 *
 * <p>Confined to the sink's thread.
 */
final class ChainCopy {
    private final FileChain files;
    private final DocumentBuilder documents;
    private final LogLimits limits;
    private final long fileBytes;

    ChainCopy(FileChain files, DocumentBuilder documents, LogLimits limits, long fileBytes) {
        this.files = files;
        this.documents = documents;
        this.limits = limits;
        this.fileBytes = fileBytes;
    }

    /** Before which file documents are to be copied: the last one, up to {@code wanted}, where it is worth while; else 0. */
    int worthwhile(List<Chain> chains, int wanted) {
        int first = Integer.MAX_VALUE;
        for (Chain chain : chains) {
            first = Math.min(first, chain.firstCycle());
        }
        int best = 0;
        for (int before = first + 1; first < wanted && before <= wanted; before++) {
            long count = 0;
            for (Chain chain : chains) {
                count += chain.documentsBefore(before);
            }
            if (count * limits.document() * 2 <= (before - first) * fileBytes) {
                best = before;
            }
        }
        return best;
    }

    /** Moves a chain's documents out of the files before one. */
    void copy(Chain chain, int before) {
        if (chain.firstCycle() >= before) {
            return;
        }
        List<Extent> extents = chain.extents();
        ChainContents next = new ChainContents();
        for (Extent extent : extents) {
            if (DocumentDescriptor.cycle(extent.index()) < before) {
                copy(extent, next);
            } else {
                next.add(extent);
            }
        }
        chain.contents.replaceExtents(next.extents());
    }

    private void copy(Extent extent, ChainContents next) {
        LogFile file = files.fileOf(extent.index());
        if (file == null) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED,
                    "rows of an open transaction are gone: index=0x" + Long.toHexString(extent.index()));
        }
        try (FileCursor cursor = new FileCursor(file, limits.tailerWindow())) {
            boolean isThere = cursor.moveTo(extent.index());
            for (long i = 0; i < extent.count(); i++) {
                if (!isThere || cursor.next() != FileCursor.Step.DOCUMENT) {
                    throw new MillraceException(
                            ErrorCode.LOG_DAMAGED, "rows of an open transaction are damaged: " + cursor.place());
                }
                next.add(documents.copy(cursor));
                cursor.release();
            }
        }
    }
}
