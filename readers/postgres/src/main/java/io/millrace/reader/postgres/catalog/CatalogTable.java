package io.millrace.reader.postgres.catalog;

import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import java.util.List;
import java.util.Set;

/**
 * A table as the catalog has it, beyond what other parts of the program ask.
 *
 * @param oid as an unsigned number
 * @param isPartitioned whether its rows lie in partitions
 * @param isUnlogged whether its rows are not in the WAL
 * @param identity the letter of REPLICA IDENTITY: default, nothing, full, index
 * @param identityColumns what the WAL has of a row that is deleted; all columns for full, none where nothing identifies rows
 * @param leavesWithoutIdentity partitions whose own identity does not hold these columns
 * @param generated columns that are computed and not carried
 * @param isKeyUnique whether an index of the source keeps two rows from having one key
 * @param isIdentityUnpublished whether the identity is FULL and no publication carries all of it: then updates of the source's users fail
 */
public record CatalogTable(
        int oid,
        TableDetails details,
        boolean isPartitioned,
        boolean isUnlogged,
        char identity,
        Set<String> identityColumns,
        List<String> leavesWithoutIdentity,
        List<String> generated,
        boolean isKeyUnique,
        boolean isIdentityUnpublished) {
    public CatalogTable {
        identityColumns = Set.copyOf(identityColumns);
        leavesWithoutIdentity = List.copyOf(leavesWithoutIdentity);
        generated = List.copyOf(generated);
    }

    public TableId id() {
        return details.schema().table();
    }

    public List<String> key() {
        return details.schema().key().stream()
                .map(i -> details.schema().columns().get(i).name())
                .toList();
    }

    /** Columns of the key that may be NULL. */
    public List<String> nullableKey() {
        return details.schema().key().stream()
                .map(i -> details.schema().columns().get(i))
                .filter(Column::nullable)
                .map(Column::name)
                .toList();
    }

    /** Whether an update or delete by the source's users succeeds while the table is in a publication. */
    boolean isPublishable() {
        return !isUnlogged && !isIdentityUnpublished && !identityColumns.isEmpty() && leavesWithoutIdentity.isEmpty();
    }

    /** Whether the publication must carry columns that the server computes. */
    boolean hasComputed() {
        return !details.computed().isEmpty();
    }

    /** Whether what the stream says of deleted rows names them by our key. */
    public boolean identifiesKey() {
        return identityColumns.containsAll(key());
    }
}
