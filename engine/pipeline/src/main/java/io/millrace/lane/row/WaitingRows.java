package io.millrace.lane.row;

import io.millrace.lane.table.TableBinding;
import io.millrace.position.TransactionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes of one document whose chunk is being read, in their order. Their images stay in the log's memory, which is not released
 * meanwhile. Confined to a lane; reused.
 */
final class WaitingRows {
    private final List<TransactionId> transactions = new ArrayList<>();
    private TableBinding[] tables = new TableBinding[64];
    private byte[] kinds = new byte[64];
    private long[] addresses = new long[64];
    private int[] lengths = new int[64];
    private long[] hashes = new long[64];
    private long[] origins = new long[64];
    private int[] transactionNumbers = new int[64];
    private int transactionCount;
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    void add(
            TableBinding table,
            byte kind,
            long address,
            int length,
            long hash,
            TransactionId transaction,
            long origin) {
        if (count == kinds.length) {
            int capacity = count << 1;
            tables = Arrays.copyOf(tables, capacity);
            kinds = Arrays.copyOf(kinds, capacity);
            addresses = Arrays.copyOf(addresses, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
            origins = Arrays.copyOf(origins, capacity);
            transactionNumbers = Arrays.copyOf(transactionNumbers, capacity);
        }
        transactionNumbers[count] = numberOf(transaction);
        tables[count] = table;
        kinds[count] = kind;
        addresses[count] = address;
        lengths[count] = length;
        hashes[count] = hash;
        origins[count] = origin;
        count++;
    }

    private int numberOf(TransactionId transaction) {
        boolean isLast =
                transactionCount > 0 && transactions.get(transactionCount - 1).isSame(transaction);
        if (!isLast) {
            if (transactionCount == transactions.size()) {
                transactions.add(new TransactionId());
            }
            transactions.get(transactionCount++).copyFrom(transaction);
        }
        return transactionCount - 1;
    }

    TableBinding table(int row) {
        return tables[row];
    }

    byte kind(int row) {
        return kinds[row];
    }

    long address(int row) {
        return addresses[row];
    }

    int length(int row) {
        return lengths[row];
    }

    long hash(int row) {
        return hashes[row];
    }

    long origin(int row) {
        return origins[row];
    }

    TransactionId transaction(int row) {
        return transactions.get(transactionNumbers[row]);
    }

    /** Keeps a row at an earlier place, or at its own: the first {@code kept} rows are those that wait on. */
    void keep(int row, int kept) {
        tables[kept] = tables[row];
        kinds[kept] = kinds[row];
        addresses[kept] = addresses[row];
        lengths[kept] = lengths[row];
        hashes[kept] = hashes[row];
        origins[kept] = origins[row];
        transactionNumbers[kept] = transactionNumbers[row];
    }

    /** Drops all rows behind the first ones. */
    void truncate(int kept) {
        count = kept;
        if (kept == 0) {
            transactionCount = 0;
            Arrays.fill(tables, null);
        }
    }
}
