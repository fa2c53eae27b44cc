package io.millrace.wal.chain;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.TransactionId;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.file.FileChain;
import io.millrace.wal.file.FileCursor;
import io.millrace.wal.file.LogFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a CHAIN_PREPARE, CHAIN_COMMIT or CHAIN_ROLLBACK frame says. Such a frame stands alone in its document.
 *
 * @param type of the frame
 * @param transaction of the PREPARE, COMMIT or ROLLBACK itself
 * @param prepare of the PREPARE that a COMMIT or ROLLBACK resolves; all 0 where there was none
 * @param xid under which the chain was written
 * @param rows without those that were dropped
 * @param name of what is prepared, else empty
 * @param contents where its rows are; empty in a CHAIN_ROLLBACK
 * @param firstIndex of the first CHAIN_LIST that it points to, else of itself
 */
public record ChainEnd(
        int type,
        TransactionId transaction,
        TransactionId prepare,
        long xid,
        long rows,
        String name,
        ChainContents contents,
        long firstIndex) {
    public boolean hasPrepare() {
        return !name.isEmpty() && type != FrameDescriptor.CHAIN_PREPARE;
    }

    /** Reads the frame of a document, and the lists before it that it points to. */
    public static ChainEnd read(DirectBuffer document, int at, long index, FileChain files, int windowBytes) {
        int listing = at + FrameDescriptor.CHAIN_END_LISTING;
        Deque<DirectBuffer> lists = new ArrayDeque<>();
        long first = index;
        long before = document.getLong(listing + ChainListing.LIST_BEFORE);
        while (before >= 0) {
            DirectBuffer list = list(files, before, windowBytes);
            lists.push(list);
            first = before;
            before = list.getLong(FrameDescriptor.CHAIN_LIST_LISTING + ChainListing.LIST_BEFORE);
        }
        ChainContents contents = new ChainContents();
        lists.forEach(list -> ChainListing.read(list, FrameDescriptor.CHAIN_LIST_LISTING, contents));
        ChainListing.read(document, listing, contents);
        return new ChainEnd(
                document.getByte(at + FrameDescriptor.TYPE_OFFSET),
                new TransactionId().decode(document, at + FrameDescriptor.TRANSACTION_ID),
                new TransactionId().decode(document, at + FrameDescriptor.CHAIN_END_PREPARE),
                document.getLong(at + FrameDescriptor.CHAIN_END_XID),
                document.getLong(at + FrameDescriptor.CHAIN_END_ROWS),
                name(document, at),
                contents,
                first);
    }

    /** The name of what is prepared, or empty. */
    public static String name(DirectBuffer document, int at) {
        int listing = at + FrameDescriptor.CHAIN_END_LISTING;
        byte[] name = new byte[document.getInt(listing + ChainListing.NAME_LENGTH)];
        document.getBytes(ChainListing.end(document, listing), name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** The frame of a CHAIN_LIST document, as a copy. */
    private static DirectBuffer list(FileChain files, long index, int windowBytes) {
        LogFile file = files.fileOf(index);
        if (file == null) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED, "a list of documents is gone: index=0x" + Long.toHexString(index));
        }
        try (FileCursor cursor = new FileCursor(file, windowBytes)) {
            if (!cursor.moveTo(index) || cursor.next() != FileCursor.Step.DOCUMENT) {
                throw new MillraceException(ErrorCode.LOG_DAMAGED, "a list of documents is damaged: " + cursor.place());
            }
            byte[] frame = new byte[cursor.documentLength() - DocumentDescriptor.HEADER_LENGTH];
            cursor.document().getBytes(DocumentDescriptor.HEADER_LENGTH, frame);
            return new UnsafeBuffer(frame);
        }
    }
}
