package io.millrace.position;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.util.Locale;

/**
 * File and offset in a server's binlog, for servers without GTIDs.
 *
 * @param baseName the file's name up to the last dot
 * @param fileNumber the number behind it
 * @param offset bytes from the file's start; more than 32 bits are kept, although events carry only 32
 */
public record BinlogPosition(String baseName, int fileNumber, long offset) implements SourcePosition {
    public static BinlogPosition of(String file, long offset) {
        int dot = file.lastIndexOf('.');
        if (dot <= 0 || dot == file.length() - 1) {
            throw new IllegalArgumentException("not a binlog file name: file=" + file);
        }
        try {
            return new BinlogPosition(file.substring(0, dot), Integer.parseInt(file.substring(dot + 1)), offset);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a binlog file name: file=" + file, e);
        }
    }

    static BinlogPosition parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("not a binlog position: expected=FILE:POS");
        }
        try {
            return of(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a binlog position: expected=FILE:POS", e);
        }
    }

    /** The file's name as the server spells it. */
    public String file() {
        return baseName + String.format(Locale.ROOT, ".%06d", fileNumber);
    }

    @Override
    public boolean contains(TransactionId transaction) {
        return transaction.fileNumber < fileNumber
                || (transaction.fileNumber == fileNumber && transaction.endPosition <= offset);
    }

    @Override
    public BinlogPosition plus(TransactionId transaction) {
        return contains(transaction)
                ? this
                : new BinlogPosition(baseName, transaction.fileNumber, transaction.endPosition);
    }

    /** A place by file and offset has no gaps: readers refuse to prepare transactions there. */
    @Override
    public BinlogPosition holding(TransactionId prepare) {
        throw new MillraceException(
                ErrorCode.EVENT_UNSUPPORTED,
                "a prepared transaction needs GTIDs to be held out of the position: transaction=" + prepare);
    }

    @Override
    public String text() {
        return "binlog:" + file() + ":" + offset;
    }

    @Override
    public String toString() {
        return text();
    }
}
