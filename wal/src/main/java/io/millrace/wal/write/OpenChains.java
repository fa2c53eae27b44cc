package io.millrace.wal.write;

import static io.millrace.wal.write.LogSink.require;

import io.millrace.position.TransactionId;
import io.millrace.row.RowDescriptor;
import io.millrace.wal.ChainSink;
import io.millrace.wal.chain.Chain;
import io.millrace.wal.chain.ChainContents;
import io.millrace.wal.chain.ChainListing;
import io.millrace.wal.chain.ChainPins;
import io.millrace.wal.codec.DocumentDescriptor;
import io.millrace.wal.codec.FrameDescriptor;
import io.millrace.wal.codec.LogLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chains of the log: which are open, which prepared, and what is written where one ends. What each call means says
 * {@link ChainSink}.
 *
 * <p>Confined to the sink's thread, but for {@link #prepared()}.
 */
final class OpenChains {
    private final DocumentBuilder documents;
    private final RowFrames rows;
    private final OpenTransaction open;
    private final ChainPins pins;
    private final LogLimits limits;
    private final Map<Long, Chain> streamed = new HashMap<>();
    private final Map<String, Chain> named = new LinkedHashMap<>();
    private final TransactionId none = new TransactionId();
    private volatile List<ChainSink.Prepared> prepared = List.of();

    OpenChains(
            DocumentBuilder documents,
            RowFrames rows,
            OpenTransaction open,
            ChainPins pins,
            LogLimits limits,
            List<Chain> prepared) {
        this.documents = documents;
        this.rows = rows;
        this.open = open;
        this.pins = pins;
        this.limits = limits;
        prepared.forEach(chain -> named.put(chain.name(), chain));
        publish();
        pin();
    }

    boolean isEmpty() {
        return streamed.isEmpty() && named.isEmpty();
    }

    // ---- segments

    void begin(long xid) {
        require(!open.takesRows(), "a transaction takes rows");
        require(!streamed.containsKey(xid), "a chain of this number is open");
        Chain chain = new Chain(xid);
        streamed.put(xid, chain);
        enter(chain);
    }

    void resume(long xid) {
        require(!open.takesRows(), "a transaction takes rows");
        enter(chain(xid));
    }

    private void enter(Chain chain) {
        documents.endClean();
        // A segment may be longer than what the lanes keep behind them.
        pins.open(Math.min(pins.open(), documents.cycle()));
        chain.beginSegment();
        open.resume(chain);
        documents.demand().chain = chain.xid;
    }

    void subtransaction(long subXid) {
        Chain chain = open.chain;
        require(chain != null, "no chain is current");
        if (chain.subtransaction() == subXid) {
            return;
        }
        require(!chain.contents.aborted().contains(subXid), "the subtransaction was aborted");
        rows.finish();
        chain.enter(subXid, open.ordinal);
        if (!documents.isOpen()) {
            return; // the next document says it at its start
        }
        if (documents.isChainStart()) {
            int head = DocumentDescriptor.HEADER_LENGTH;
            documents.document.putLong(head + FrameDescriptor.CHAIN_SUBTRANSACTION, subXid);
            return;
        }
        int at = documents.claim(FrameDescriptor.SUBTRANSACTION, FrameDescriptor.SUBTRANSACTION_LENGTH);
        documents.document.putLong(at + FrameDescriptor.SUBTRANSACTION_XID, subXid);
    }

    void suspend() {
        Chain chain = open.chain;
        require(chain != null, "no chain is current");
        rows.finish();
        if (documents.isOpen()) {
            documents.close();
        }
        chain.endSegment(open.ordinal);
        open.suspend();
        documents.demand().chain = 0;
        pin();
    }

    private Chain chain(long xid) {
        Chain chain = streamed.get(xid);
        require(chain != null, "no chain of this number is open");
        return chain;
    }

    private Chain suspended(long xid) {
        require(!open.takesRows(), "a transaction takes rows");
        return chain(xid);
    }

    private Chain named(String name) {
        require(!open.takesRows(), "a transaction takes rows");
        Chain chain = named.get(name);
        require(chain != null, "nothing of this name is prepared");
        return chain;
    }

    long rows(long xid) {
        return chain(xid).rows();
    }

    void abort(long xid) {
        suspended(xid);
        streamed.remove(xid);
        pin();
    }

    void abortSubtransaction(long xid, long subXid) {
        suspended(xid).abort(subXid);
    }

    /** Drops what was not prepared. */
    void endStream() {
        if (open.chain != null) {
            rows.finish();
            if (documents.isOpen()) {
                documents.discard();
            }
            open.suspend();
            documents.demand().chain = 0;
        }
        streamed.clear();
        pin();
    }

    // ---- ends

    void commit(long xid, TransactionId transaction) {
        commit(suspended(xid), transaction);
        streamed.remove(xid);
        pin();
    }

    void commitPrepared(String name, TransactionId transaction) {
        commit(named(name), transaction);
        forget(name);
    }

    private void commit(Chain chain, TransactionId transaction) {
        documents.endClean();
        writeEnd(FrameDescriptor.CHAIN_COMMIT, chain, transaction);
        // Until pin() it is held as an open one, too.
        pins.commit(documents.nextIndex() - 1, chain.contents.firstCycle());
    }

    void rollbackPrepared(String name, TransactionId transaction) {
        Chain chain = named(name);
        documents.endClean();
        writeEnd(FrameDescriptor.CHAIN_ROLLBACK, chain, transaction);
        forget(name);
    }

    void prepare(long xid, String name, TransactionId transaction) {
        Chain chain = suspended(xid);
        require(!name.isEmpty() && !named.containsKey(name), "a name is empty or taken");
        documents.endClean();
        writePrepare(chain, name, transaction);
        streamed.remove(xid);
        named.put(name, chain);
        publish();
        pin();
    }

    private void writePrepare(Chain chain, String name, TransactionId transaction) {
        chain.prepare(name, transaction, -1);
        chain.prepare(name, transaction, writeEnd(FrameDescriptor.CHAIN_PREPARE, chain, transaction));
    }

    private void forget(String name) {
        named.remove(name);
        publish();
        pin();
    }

    /** Returns the index of the first document that it took. */
    private long writeEnd(int type, Chain chain, TransactionId transaction) {
        boolean withContents = type != FrameDescriptor.CHAIN_ROLLBACK;
        ChainListing listing = new ChainListing(withContents ? chain.contents : new ChainContents());
        byte[] name = chain.name().getBytes(StandardCharsets.UTF_8);
        int limit = limits.document() >> 1;
        long listBefore = -1;
        long first = -1;
        while (listing.leftBytes() > limit) {
            documents.openAlone();
            int at = documents.claim(FrameDescriptor.CHAIN_LIST, FrameDescriptor.CHAIN_LIST_LISTING);
            int listed = at + FrameDescriptor.CHAIN_LIST_LISTING;
            int length = ChainListing.DATA + listing.write(documents.document, listed, listBefore, limit);
            finish(at, FrameDescriptor.CHAIN_LIST_LISTING + length);
            listBefore = documents.publishAlone(DocumentDescriptor.IS_CHAIN);
            first = first < 0 ? listBefore : first;
        }
        documents.openAlone();
        pass(type, chain, transaction); // not before a new file has said where it starts
        int at = documents.claim(type, FrameDescriptor.CHAIN_END_LISTING);
        transaction.encode(documents.document, at + FrameDescriptor.TRANSACTION_ID);
        boolean isResolved =
                type != FrameDescriptor.CHAIN_PREPARE && !chain.name().isEmpty();
        (isResolved ? chain.prepareId() : none).encode(documents.document, at + FrameDescriptor.CHAIN_END_PREPARE);
        documents.document.putLong(at + FrameDescriptor.CHAIN_END_XID, chain.xid);
        documents.document.putLong(at + FrameDescriptor.CHAIN_END_ROWS, withContents ? chain.rows() : 0);
        int listed = at + FrameDescriptor.CHAIN_END_LISTING;
        int length = ChainListing.DATA + listing.write(documents.document, listed, listBefore, limit);
        documents.document.putInt(listed + ChainListing.NAME_LENGTH, name.length);
        documents.document.putBytes(listed + length, name);
        finish(at, FrameDescriptor.CHAIN_END_LISTING + length + name.length);
        long index = documents.publishAlone(DocumentDescriptor.IS_CHAIN_END);
        return first < 0 ? index : first;
    }

    private void pass(int type, Chain chain, TransactionId transaction) {
        if (type == FrameDescriptor.CHAIN_PREPARE) {
            documents.tracker.hold(transaction);
            return;
        }
        if (!chain.name().isEmpty()) {
            documents.tracker.resolve(chain.prepareId());
        }
        documents.tracker.advance(transaction);
        documents.last.copyFrom(transaction);
    }

    private void finish(int at, int length) {
        int aligned = RowDescriptor.align(length);
        documents.document.putInt(at + FrameDescriptor.LENGTH_OFFSET, aligned);
        documents.advance(aligned - (documents.position - at));
    }

    // ---- what is known of it elsewhere

    Optional<ChainSink.Prepared> prepared(String name) {
        return prepared.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    List<ChainSink.Prepared> prepared() {
        return prepared;
    }

    private void publish() {
        prepared = named.values().stream()
                .map(chain -> new ChainSink.Prepared(
                        chain.name(), new TransactionId().copyFrom(chain.prepareId()), chain.rows()))
                .toList();
    }

    private void pin() {
        int first = Integer.MAX_VALUE;
        for (Chain chain : streamed.values()) {
            first = Math.min(first, chain.firstCycle());
        }
        for (Chain chain : named.values()) {
            first = Math.min(first, chain.firstCycle());
        }
        pins.open(first);
    }

    // ---- files that are due

    /** Copies forward what stands in files that may be deleted but for it (EXACTNESS 5). No transaction takes rows. */
    void copyForward(ChainCopy copy) {
        int wanted = pins.wanted();
        if (wanted == 0 || isEmpty()) {
            return;
        }
        int before = copy.worthwhile(allChains(), wanted);
        if (before == 0) {
            return;
        }
        documents.endClean();
        for (Chain chain : streamed.values()) {
            copy.copy(chain, before);
        }
        long last = -1;
        for (Chain chain : named.values()) {
            if (chain.firstCycle() < before) {
                copy.copy(chain, before);
                TransactionId transaction = new TransactionId().copyFrom(chain.prepareId());
                writePrepare(chain, chain.name(), transaction);
                last = documents.nextIndex() - 1;
            }
        }
        if (last >= 0) {
            documents.awaitDurable(last);
        }
        pin();
    }

    private List<Chain> allChains() {
        List<Chain> all = new ArrayList<>(streamed.values());
        all.addAll(named.values());
        return all;
    }
}
