package io.millrace.wal;

import io.millrace.position.TransactionId;
import java.util.List;
import java.util.Optional;

/**
 * Transactions that lie open in the log while others are written: <em>chains</em>. Their rows go into the log as they come, are
 * read back by the lanes at their commit, and are never held in memory. A chain that is not committed leaves nothing.
 *
 * <pre>
 *  state      entered by                     meaning                                          leaves to
 *  CURRENT    beginChain, resumeChain        rows, marks and subtransactions go to it         SUSPENDED
 *  SUSPENDED  suspendChain                   open; others may be written                      CURRENT, PREPARED, gone
 *  PREPARED   prepareChain                   has a name; survives reconnects and restarts     gone
 *  gone       commitChain, abortChain, commitPrepared, rollbackPrepared; endStream where it was not prepared
 *
 *  from                                    call
 *  pgoutput  StreamStart, first segment    beginChain(xid)
 *            StreamStart, later segment    resumeChain(xid)
 *            a change in a stream block    subtransaction(xid of the message), beginRow … endRow
 *            StreamStop                    suspendChain()
 *            StreamCommit                  commitChain(xid, id)
 *            StreamAbort, subxid = xid     abortChain(xid)
 *            StreamAbort, other subxid     abortSubtransaction(xid, subxid), for each one that the server names
 *            StreamPrepare                 prepareChain(xid, gid, id)
 *            BeginPrepare … Prepare        beginChain(xid), rows, suspendChain(), prepareChain(xid, gid, id)
 *            CommitPrepared                commitPrepared(gid, id)
 *            RollbackPrepared              rollbackPrepared(gid, id)
 *  binlog    XA START … XA_PREPARE         beginChain(any number), rows and savepoints, suspendChain(), prepareChain(number, xid, id)
 *            XA COMMIT, XA ROLLBACK        commitPrepared(xid, id), rollbackPrepared(xid, id)
 * </pre>
 *
 * <p>At most one of a plain transaction and a chain takes rows at a time: {@link ChangeSink#begin} is refused while a chain is
 * current, {@link #beginChain} while a transaction is open. {@link ChangeSink#beginRow}, {@link ChangeSink#endRow},
 * {@link ChangeSink#mark} and {@link ChangeSink#rollbackTo} go to whichever it is; a chain's marks stay valid over its segments.
 * {@link ChangeSink#announce} may be called inside a chain, too: the shape is then in the log with the chain's rows alone.
 *
 * <p><b>Position.</b> A chain enters {@link ChangeSink#position} with its commit. What is prepared does not: the position holds its
 * transaction out until it is resolved ({@link io.millrace.position.SourcePosition#holding}), so that a task whose log is
 * lost is sent its rows again. A task whose log is there may be sent them again too: a reader asks {@link #prepared(String)}
 * before it begins, and passes over what the sink has.
 *
 * <p>Same thread, blocking and failures as {@link ChangeSink}; a call out of order is INVARIANT.
 */
public interface ChainSink {
    /**
     * A transaction that was prepared and is neither committed nor rolled back.
     *
     * @param name the source's
     * @param transaction of the PREPARE, a copy
     * @param rows how many it has, without those that were dropped
     */
    record Prepared(String name, TransactionId transaction, long rows) {}

    /** Opens a chain and makes it current. The number must name no open chain; that of a prepared one is free again. */
    void beginChain(long xid);

    /** Goes on with a suspended chain: what follows is its next segment, at its top level. */
    void resumeChain(long xid);

    /**
     * The current chain's next rows belong to this subtransaction, until the next call or the segment's end. The chain's own
     * number is its top level. Cheap where nothing changes.
     */
    void subtransaction(long subXid);

    /** Ends the current chain's segment. */
    void suspendChain();

    /**
     * Commits a suspended chain; once this is durable lanes read its rows, in the order in which they were written, without those
     * that were dropped, as one transaction of this name.
     *
     * @param transaction complete, with end and commit time
     */
    void commitChain(long xid, TransactionId transaction);

    /** How many rows an open chain has, without those that were dropped. */
    long chainRows(long xid);

    /** Drops a suspended chain. */
    void abortChain(long xid);

    /** Drops the rows of one subtransaction of a suspended chain. One without rows is none too many; none comes again. */
    void abortSubtransaction(long xid, long subXid);

    /**
     * Names a suspended chain, so that it outlives the connection and the process. Durable with the next commit or heartbeat
     * at the latest.
     *
     * @param name the source's: xid of XA, gid of PostgreSQL; unique among what is prepared
     * @param transaction of the PREPARE, not of the commit to come
     */
    void prepareChain(long xid, String name, TransactionId transaction);

    /**
     * Commits what was prepared. Both transactions, of the PREPARE and this one, enter the position.
     *
     * @param transaction of the COMMIT: lanes read the rows under its name and commit time
     */
    void commitPrepared(String name, TransactionId transaction);

    /** Drops what was prepared. Both transactions enter the position. */
    void rollbackPrepared(String name, TransactionId transaction);

    /** What was prepared under a name, or empty: nothing of that name is open. */
    Optional<Prepared> prepared(String name);

    /** All that is prepared, in the order of their PREPARE; copies. */
    List<Prepared> prepared();

    /** The connection ended: drops the open transaction and every chain that is not prepared. */
    void endStream();
}
