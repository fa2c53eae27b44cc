package io.millrace.writer;

import io.millrace.position.SourcePosition;
import io.millrace.row.KeyBound;
import io.millrace.schema.TableId;
import java.util.Optional;

/**
 * One committed chunk of a full load, written in the chunk's own transaction.
 *
 * @param source the table at the source
 * @param number counts a table's chunks from 0, in key order
 * @param lower excluded; empty for the first
 * @param upper included; empty for the last
 * @param watermark transactions proven visible in the chunk's snapshot
 * @param shape a digest of the columns and types that were read
 */
public record LedgerEntry(
        TableId source,
        int number,
        Optional<KeyBound> lower,
        Optional<KeyBound> upper,
        SourcePosition watermark,
        String shape,
        long rows) {}
