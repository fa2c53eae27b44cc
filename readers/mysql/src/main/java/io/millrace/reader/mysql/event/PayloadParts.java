package io.millrace.reader.mysql.event;

import io.millrace.error.ErrorCode;
import io.millrace.error.ErrorKind;
import io.millrace.error.MillraceException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A TRANSACTION_PAYLOAD_EVENT over a packet's length, which is inflated packet by packet and never whole in memory. So its checksum
 * is compared last: what cannot be decoded before is held back until then, because damage on the way is tried again, while what
 * the server itself wrote so stops the task.
 *
 * <p>Confined to the stream's thread.
 */
public final class PayloadParts {
    private final EventPlace place;
    private final EventChecksum checksum;
    private final TransactionPayload payload;
    private final EventHeader header = new EventHeader();
    private final EventBytes bytes;
    /** The checksum may lie on both sides of a packet's border. */
    private final byte[] trailer = new byte[EventChecksum.LENGTH];

    private long partsLeft; // bytes of the event that have not come
    private MillraceException undecoded;

    public PayloadParts(EventPlace place, EventChecksum checksum, TransactionPayload payload) {
        this.place = place;
        this.checksum = checksum;
        this.payload = payload;
        bytes = new EventBytes(place);
    }

    /** The first part, which holds at least all that stands before the compressed bytes. */
    public void first(UnsafeBuffer buffer, byte[] array, int offset, int length) {
        header.wrap(buffer, offset);
        partsLeft = header.eventLength() & 0xFFFF_FFFFL;
        undecoded = null;
        place.advance(header.typeCode(), header.endPosition(), (int) partsLeft);
        bytes.wrap(buffer, offset + EventHeader.LENGTH, offset + length);
        checksum.begin();
        try {
            payload.begin(bytes);
        } catch (MillraceException e) {
            holdBack(e);
        }
        take(array, offset, length, bytes.position() - offset);
    }

    public void next(byte[] array, int offset, int length) {
        take(array, offset, length, 0);
    }

    /** @param head bytes that are not compressed */
    private void take(byte[] array, int offset, int length, int head) {
        if (length > partsLeft) {
            throw disagrees();
        }
        // The last part may hold a piece of the checksum alone, so that it is gathered byte by byte.
        int body = (int) Math.max(0, Math.min(length, partsLeft - checksum.trailerLength()));
        checksum.update(array, offset, body);
        inflate(array, offset + head, body - head);
        place.outside(EventType.TRANSACTION_PAYLOAD_EVENT.code());
        for (int i = body; i < length; i++) {
            trailer[EventChecksum.LENGTH - (int) (partsLeft - i)] = array[offset + i];
        }
        partsLeft -= length;
    }

    private void inflate(byte[] array, int offset, int length) {
        if (undecoded != null || length <= 0) {
            return;
        }
        try {
            payload.inflate(array, offset, length);
        } catch (MillraceException e) {
            holdBack(e);
        }
    }

    private void holdBack(MillraceException failure) {
        if (checksum.trailerLength() == 0 || failure.code().kind() != ErrorKind.DATA) {
            throw failure;
        }
        undecoded = failure;
    }

    /** All parts have come. */
    public void end() {
        if (partsLeft != 0) {
            throw disagrees();
        }
        if (checksum.trailerLength() > 0) {
            checksum.compare(trailer, 0, place);
        }
        if (undecoded != null) {
            throw undecoded;
        }
        payload.end();
    }

    private MillraceException disagrees() {
        return new MillraceException(
                ErrorCode.SOURCE_PROTOCOL,
                "event and its packets differ in length: left=" + partsLeft + ", " + place.text());
    }
}
